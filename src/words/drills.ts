// Drills in words: what is tried, why it cannot be, how it went, and how old the newest proof is.
import { text, type Block, type Doc, type Line } from "../core/doc.ts";
import type { Drill, DrillMatter } from "../core/drill.ts";
import type { DrillStep } from "../core/drill-steps.ts";
import type { Ending, Job } from "../core/job.ts";
import { passedOverLine } from "./unknown-backups.ts";
import { counted, firstOf, listed, moment, shortId, span } from "./phrases.ts";

type Of<Kind extends DrillStep["kind"]> = Extract<DrillStep, { readonly kind: Kind }>;

export const DRILL_STEP_WORDS: {
  readonly [Kind in DrillStep["kind"]]: (step: Of<Kind>) => string;
} = {
  "set-up-scratch": ({ volumes, secrets }) =>
    `make ${counted(volumes.length, "empty volume")} and ${counted(secrets.length, "secret")} for a scratch stack`,
  "run-scratch": ({ stack }) => `write the scratch stack ${stack}`,
  prove: ({ checks }) =>
    checks.length === 0
      ? "see that it is well"
      : `run the checks of ${listed(checks.map(({ service }) => service))}`,
  "take-down-scratch": ({ stack }) =>
    `take down the scratch stack ${stack} with its volumes and secrets`,
};

export function drillMatterLine(matter: DrillMatter): Line {
  switch (matter.kind) {
    case "tries": {
      const ids = listed(matter.snapshots.map(shortId));
      return `The backup of ${moment(matter.at)} (${ids}) goes into a stack of its own that reaches nobody and is gone afterwards; the app itself is not touched.`;
    }
    case "left-out": {
      const paths = matter.paths.map(({ service, path }) => `${path} (${service})`);
      return `Paths of the server are left out, so that what needs them may fail: ${firstOf(paths, MOST)}.`;
    }
    case "powerless":
      return `What the recipe adds to what a container may do is left out, so that what needs it may fail: ${lacksWords(matter)}.`;
    case "passes-over":
      return passedOverLine(matter.app, matter.unknown);
    case "unchecked":
      return `The recipe has no healthcheck for ${listed(matter.services)}: all that is proven of it is that it stays up.`;
    case "elsewhere":
      return `While it runs, ${matter.server} holds what opens the repository of ${matter.repository}: whoever has broken into the one can read all backups of the other.`;
  }
}

const MOST = 5;

function lacksWords({ lacks }: Extract<DrillMatter, { readonly kind: "powerless" }>): string {
  const named = lacks.map(({ service, capability }) => `${capability} (${service})`);
  return firstOf(named, MOST);
}

export function failedCheckWords(service: string, problem: string): string {
  return `with the data of the backup, ${service} is not well by its recipe's own check (${problem})`;
}

export function provenWords(checked: readonly string[], unchecked: readonly string[]): string {
  const all = checked.length === 0 ? "" : `The recipe's own checks of ${listed(checked)} passed.`;
  const none =
    unchecked.length === 0 ? "" : `${listed(unchecked)} stayed up, with no check of the recipe.`;
  return [all, none].filter((words) => words !== "").join(" ");
}

/** What a drill has proven, whatever became of taking it down. */
export function drillBlocks({ plan, app }: Job, { drill, state }: Ending): readonly Block[] {
  if (plan.act !== "drill") return [];
  const lacks = lacksBlocks(plan.warnings);
  if (drill !== undefined)
    return [
      text([{ strong: "Last proven restore" }, `: just now, took ${span(drill.seconds * 1000)}.`]),
      ...lacks,
    ];
  if (state !== "failed") return [];
  return [
    ...lacks,
    text([
      "So this backup is not proven: if the app had to come back from it today, it would not. ",
      { code: `!backups ${app}` },
      " lists the others.",
    ]),
  ];
}

function lacksBlocks(warnings: Job["plan"]["warnings"]): readonly Block[] {
  return warnings.flatMap((warning) =>
    warning.kind === "drill" && warning.matter.kind === "powerless"
      ? [text(`It was tried without ${lacksWords(warning.matter)}.`)]
      : [],
  );
}

type Proof = Pick<Drill, "at" | "seconds"> | undefined;

export function proofWords(drill: Proof, now: number): string {
  if (drill === undefined) return "No restore of it was proven yet.";
  const { at, seconds } = drill;
  return `Last proven restore: ${span(Math.max(0, now - at))} ago, took ${span(seconds * 1000)}.`;
}

/** `6 days ago`, for one cell of a table. */
export function proofInShort(at: number | undefined, now: number): string {
  return at === undefined ? "never" : `${span(Math.max(0, now - at))} ago`;
}

/** With a moment and not an age, for what may stand for days. */
export function proofMoment(drill: Proof): string {
  if (drill === undefined) return "No restore of it was proven yet.";
  return `Last proven restore: ${moment(drill.at)}, took ${span(drill.seconds * 1000)}.`;
}

/** Beside a plan that may have to be undone from a backup. */
export function proofDoc(drill: Proof, now: number): Doc {
  return [text(proofWords(drill, now))];
}

/** Told before a drill that the clock began. */
export function drillTurnLine(app: string): Line {
  return ["Trying out whether ", { strong: app }, " comes back from its newest backup."];
}

export function sweptLine(server: string, app: string): Line {
  return [
    `A drill of ${app} that is over had left something on ${server}. moot has taken it away.`,
  ];
}
