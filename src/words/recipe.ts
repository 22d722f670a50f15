// One recipe in full: what it can do, its versions, and where the catalogue and its repository differ.
import { list, table, text, type Block, type Doc, type Line } from "../core/doc.ts";
import type { Images } from "../core/ports.ts";
import type { Features } from "../core/readme.ts";
import type { RecipeSight, VersionSight } from "../core/recipe-sight.ts";
import type { RecipeDrift } from "../core/recipe-drift.ts";
import { counted, firstOf, moment } from "./phrases.ts";

export function recipeDoc(sight: RecipeSight): Doc {
  const { recipe, description, features, versions } = sight;
  return [
    text([{ strong: recipe }, description === "" ? "" : `: ${description}`]),
    ...originBlocks(sight),
    text(`Features: ${featureWords(features)}.`),
    ...versionBlocks(sight),
    ...driftBlocks(sight.drift),
    text(
      versions.length === 0
        ? [
            "It has no published version; ",
            { code: `!deploy ${recipe} DOMAIN --chaos` },
            " takes its newest commit.",
          ]
        : [
            "Type ",
            { code: `!deploy ${recipe} DOMAIN` },
            " to deploy the newest, ",
            { code: `!recipes lint ${recipe}` },
            " to judge it.",
          ],
    ),
  ];
}

function originBlocks({ added, address, recipe }: RecipeSight): readonly Block[] {
  if (added === undefined) return [];
  return [
    text([
      "It is not taken from the catalogue: ",
      { member: added.by },
      ` had it added from `,
      { code: address },
      ` on ${moment(added.at)}. `,
      { code: `!recipes forget ${recipe}` },
      " takes it away again.",
    ]),
  ];
}

function featureWords(features: Features): string {
  const told = [
    ["status", features.status],
    ["backups", features.backups],
    ["e-mail", features.email],
    ["healthcheck", features.healthcheck],
    ["SSO", features.sso],
    ["tests", features.tests],
  ] as const;
  return told.map(([name, value]) => `${name} ${value === "" ? "not told" : value}`).join(", ");
}

function versionBlocks({ versions, left }: RecipeSight): readonly Block[] {
  if (versions.length === 0) return [];
  const rows = versions.map((one) => [one.version, imageWords(one.images), markWords(one)]);
  return [
    text("Versions, newest first:"),
    table(["version", "images", ""], rows),
    ...(left > 0 ? [text(`and ${counted(left, "older version")}.`)] : []),
  ];
}

function imageWords(images: Images | undefined): string {
  if (images === undefined) return "not told";
  return Object.entries(images)
    .map(([service, image]) => `${service} ${image}`)
    .join(", ");
}

function markWords({ isAnnotated, movedFrom }: VersionSight): string {
  const marks = [
    ...(isAnnotated ? [] : ["a lightweight tag: abra and moot refuse those"]),
    ...(movedFrom === undefined
      ? []
      : [`its tag was moved; first seen at ${movedFrom.slice(0, 8)}`]),
  ];
  return marks.join("; ");
}

const MOST_NAMED = 8;

function driftBlocks(drift: RecipeDrift): readonly Block[] {
  const lines = driftLines(drift);
  if (lines.length === 0) return [];
  return [text("Where the catalogue and the recipe's own repository differ:"), list(lines)];
}

function driftLines(drift: RecipeDrift): readonly Line[] {
  const { onlyInCatalogue, onlyInRepository, moved, lightweight, skipped, address } = drift;
  const named = (versions: readonly string[]): string => firstOf(versions, MOST_NAMED);
  return [
    ...(onlyInCatalogue.length === 0
      ? []
      : [`only in the catalogue, so nobody can deploy it: ${named(onlyInCatalogue)}`]),
    ...(onlyInRepository.length === 0
      ? []
      : [`only in the repository, and deployable all the same: ${named(onlyInRepository)}`]),
    ...moved.map(
      ({ version, from }) =>
        `the tag ${version} was moved upstream since moot first saw it at ${from.slice(0, 8)}; a plan of it is a danger`,
    ),
    ...(lightweight.length === 0
      ? []
      : [`lightweight tags, which cannot be deployed: ${named(lightweight)}`]),
    ...(skipped.length === 0 ? [] : [`tags that are no versions, passed over: ${named(skipped)}`]),
    ...(address === undefined
      ? []
      : [
          [
            "the catalogue says it lives at ",
            { code: address.catalogue },
            ", and here it is taken from ",
            { code: address.repository },
          ],
        ]),
  ];
}
