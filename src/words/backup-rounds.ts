// Backups by the clock in words: what was missed, and what the rules keep.
import { list, table, text, type Doc } from "../core/doc.ts";
import type { Kept, KeepRules } from "../core/vault.ts";
import { counted, listed, moment, span } from "./phrases.ts";

/** Beyond so many the rest is counted. */
const MOST_LINES = 20;

export interface MissedLine {
  readonly app: string;
  readonly server: string;
  readonly times: number;
}

export function missedBackupsDoc(
  missed: readonly MissedLine[],
  { from, until }: { readonly from: number; readonly until: number },
): Doc {
  const left = missed.length - MOST_LINES;
  const lines = missed
    .slice(0, MOST_LINES)
    .map(({ app, server, times }) => `${app} on ${server}${times === 1 ? "" : `, ${times} times`}`);
  return [
    text(
      `⚠️ moot was not there from ${moment(from)} to ${moment(until)}, for ${span(until - from)}. ${counted(missed.length, "backup")} came due meanwhile and ${missed.length === 1 ? "was" : "were"} not taken:`,
    ),
    list(left > 0 ? [...lines, `and ${left} more`] : lines),
    text([
      "Each is made up for now, once, within half an hour. ",
      { code: "!backups" },
      " shows how old the last good ones are.",
    ]),
  ];
}

/** Of data in a repository. */
export const DAMAGED_NEXT =
  "Next: look on the machine that keeps it, for its disk may be failing; `restic check --read-data` names all that is damaged. moot looks again tomorrow. Take another backup of what matters elsewhere until then.";

/** What following the rules now would leave and let go, with restic's reasons. */
export function retentionDoc(
  app: string,
  rules: KeepRules,
  kept: readonly Kept[],
  now: number,
): Doc {
  const { within, withinWeekly, withinMonthly } = rules;
  const head = text([
    "What the rules keep of ",
    { strong: app },
    `: all of the last ${within}, one a week of the last ${withinWeekly}, one a month of the last ${withinMonthly}, counted back from the newest; and the last good one whatever they say. Nothing was removed.`,
  ]);
  if (kept.length === 0) return [head, text("Its repository has no snapshot of it.")];
  const rows = kept
    .toSorted((one, other) => other.snapshot.at - one.snapshot.at)
    .map(({ snapshot, isKept, reasons }) => [
      isKept ? "✅" : "🗑",
      snapshot.id.slice(0, 8),
      span(Math.max(0, now - snapshot.at)),
      snapshot.host,
      isKept ? listed(reasons.map(reasonWords)) : "goes: no rule keeps it",
    ]);
  const going = kept.filter(({ isKept }) => !isKept).length;
  return [
    head,
    table(["", "snapshot", "age", "of", "why"], rows),
    text(
      going === 0
        ? "Nothing goes now."
        : `${counted(going, "snapshot")} ${going === 1 ? "goes" : "go"} after the next good backup by the clock.`,
    ),
  ];
}

function reasonWords(reason: string): string {
  return reason === "spared" ? "the last good one" : reason;
}
