// What `audit verify` found, in sentences for the terminal.
import type { WhyBroken } from "../core/chain-lines.ts";
import type { ExportVerdict } from "../core/chain-verify.ts";
import { counted, moment } from "./phrases.ts";

type Verdict<Kind extends ExportVerdict["kind"]> = Extract<ExportVerdict, { readonly kind: Kind }>;

export const VERIFY_USAGE = "node src/main.ts audit verify FILE [--head HASH]";

export function verdictLines(file: string, verdict: ExportVerdict): readonly string[] {
  switch (verdict.kind) {
    case "empty":
      return [`${file} is empty.`];
    case "no-json-lines":
      return [`${file} is no export: its first line is no JSON.`];
    case "no-export":
      return [`${file} is no export of moot's audit trail: type !audit --export to get one.`];
    case "broken":
      return [
        `BROKEN at line ${verdict.line} of ${file}: ${whyWords(verdict.why.kind, verdict.why)}`,
      ];
    case "consistent":
      return consistentLines(verdict);
  }
}

function consistentLines(verdict: Verdict<"consistent">): readonly string[] {
  const { entries, head, key, cut } = verdict;
  return [
    verdict.anchored === undefined ? "consistent, not anchored" : "consistent, anchored",
    `${counted(entries, "entry", "entries")}, up to number ${head.id}; the head is ${head.hash}`,
    ...anchorLines(verdict),
    ...(cut === undefined
      ? []
      : [
          `Entries 1 to ${cut.id} were cut on ${moment(cut.at)}, as the config had it: the stub that stands for them is signed.`,
        ]),
    `Signed with the key ${key}: compare it with the one in the room.`,
  ];
}

function anchorLines({ entries, head, anchored }: Verdict<"consistent">): readonly string[] {
  if (anchored === undefined)
    return [
      "Without --head this says only that the file fits together, not that it is what happened: give a head that the room saw.",
    ];
  const { id, entries: held } = anchored;
  if (held === 0)
    return [`The head is that of entry ${id}, the last one cut: it vouches for no entry here.`];
  if (id === head.id) return [`The head vouches for all ${counted(entries, "entry", "entries")}.`];
  return [
    `The head is that of entry ${id} and vouches for ${counted(held, "entry", "entries")}; the ${entries - held} after it fit on, and a later head can vouch for them.`,
  ];
}

type Why<Kind extends WhyBroken["kind"]> = Extract<WhyBroken, { readonly kind: Kind }>;
type Words = { readonly [Kind in WhyBroken["kind"]]: (why: Why<Kind>) => string };

const WHY: Words = {
  "no-text": () => "it is no UTF-8 text, so it was changed.",
  "no-json": () => "it is no JSON, so it was changed.",
  "other-spelling": () => "moot does not write it like this, so it was changed.",
  "no-entry": () => "it is no entry of the trail.",
  "no-line-end": () => "the file does not end with a line end, so something was cut off.",
  "first-line-forged": () => "the first line is not signed by its key, so it was changed.",
  "cut-forged": () => "the stub of what was cut is not signed by moot's key.",
  swapped: ({ wanted, found }) =>
    `entry ${wanted} should stand here, and it is entry ${found}: lines were put in another order.`,
  missing: ({ wanted, found }) =>
    `entry ${wanted} should stand here, and it is entry ${found}: lines are missing.`,
  changed: ({ id }) => `entry ${id} does not fit its hash: it, or the hash before it, was changed.`,
  tail: ({ wanted, found }) =>
    `the trail ends with entry ${found}, but was exported up to entry ${wanted}: the tail is cut off or changed.`,
  "head-not-found": ({ last }) =>
    `no entry up to ${last} has the head you gave: the tail is cut off, or the chain was made anew.`,
};

function whyWords<Kind extends WhyBroken["kind"]>(kind: Kind, why: Why<Kind>): string {
  return WHY[kind](why);
}
