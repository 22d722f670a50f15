// Lint rules in words: what each wants, how a recipe fares, and how to mend it.
import { UNREAD_RULES } from "../core/abra.ts";
import { list, text, type Doc, type Line } from "../core/doc.ts";
import type { LintRow, LintRule, LintVerdict } from "../core/lint-facts.ts";
import type { LintSight } from "../core/recipe-sight.ts";
import { counted, firstOf, listed } from "./phrases.ts";

const RULES: Readonly<Record<LintRule, { readonly wants: string; readonly fix: string }>> = {
  R001: {
    wants: 'each compose file says version: "3.8"',
    fix: 'write version: "3.8" as its first line',
  },
  R002: {
    wants: "every service has a healthcheck",
    fix: "give the service a healthcheck, so that a deploy can tell whether it works",
  },
  R003: { wants: "every image has a tag", fix: "write the tag behind the image's name" },
  R004: {
    wants: "no image is tagged latest",
    fix: "name a version instead, since latest is another image tomorrow",
  },
  R005: {
    wants: "tags of images look like versions",
    fix: "choose a tag that begins with a number, such as 1.2.3",
  },
  R006: {
    wants: "the catalogue has a version of it",
    fix: "release one with abra recipe release, and have the catalogue generated again",
  },
  R007: {
    wants: "the README's metadata is filled in",
    fix: "fill in the fields between the two metadata comments of README.md",
  },
  R008: {
    wants: "there is a .env.sample that can be read",
    fix: "write a .env.sample with every setting the compose files name",
  },
  R009: { wants: "one service is called app", fix: "call the main service app" },
  R010: {
    wants: "Traefik leads to a service",
    fix: "put the label traefik.enable=true under deploy: labels: of the service that people reach",
  },
  R011: { wants: "every service has an image", fix: "write an image for the service" },
  R012: {
    wants: "abra.sh exports the versions in the names of configs",
    fix: "add export NAME=v1 to abra.sh for each, and count it up when the config changes",
  },
  R013: {
    wants: "it lives where the config looks for recipes",
    fix: "move it there, or know that it is somebody else's",
  },
  R014: {
    wants: "tags of versions are annotated",
    fix: "make the tag anew with git tag -a, or with abra recipe release",
  },
  R015: {
    wants: "names of secrets have at most 12 characters",
    fix: "choose a shorter name: with a long domain, swarm's limit of 64 is soon reached",
  },
  M001: {
    wants: "the version label of app is the tag",
    fix: "run abra recipe sync before the release",
  },
  M002: {
    wants: "all compose files have the same version line",
    fix: "write the same in each: docker refuses to put files of two versions together",
  },
  M003: {
    wants: "no default holds another variable",
    fix: "write the inner value out: docker ends a default at the first brace",
  },
};

const SIGNS: Readonly<Record<LintVerdict, string>> = {
  satisfied: "✅",
  broken: "❌",
  unclear: "❔",
  skipped: "➖",
};

const MOST_NAMED = 6;

export function lintDoc(sight: LintSight): Doc {
  const { recipe, version, isChaos, rows } = sight;
  const broken = rows.filter(({ verdict }) => verdict === "broken");
  const errors = broken.filter(({ level }) => level === "error");
  const at = isChaos ? `newest commit ${version}` : `version ${version}`;
  return [
    text([
      { strong: recipe },
      `, ${at}: ${counted(errors.length, "error")} and ${counted(broken.length - errors.length, "warning")}.`,
    ]),
    list(rows.map(rowLine)),
    text(
      `abra's newer rule ${listed(UNREAD_RULES)} is not known to moot; rules that begin with M are moot's own.`,
    ),
  ];
}

/** The rows that ask for something, for a message about other things too. */
export function unsatisfiedLines(rows: readonly LintRow[]): readonly Line[] {
  return rows.filter(({ verdict }) => verdict === "broken" || verdict === "unclear").map(rowLine);
}

function rowLine({ rule, level, verdict, detail }: LintRow): Line {
  const { wants, fix } = RULES[rule];
  const named = detail.length === 0 ? "" : ` ${firstOf(detail, MOST_NAMED)}.`;
  const head = `${SIGNS[verdict]} ${rule} ${wants}`;
  switch (verdict) {
    case "satisfied":
      return `${head}.`;
    case "skipped":
      return `${head}: it has no domain, so this does not matter.`;
    case "unclear":
      return `${head}: cannot be told.${named}`;
    case "broken":
      return `${head} (${level}): not so.${named} To mend: ${fix}.`;
  }
}
