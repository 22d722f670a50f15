// Which backups stay: rules by time over those that count, so that one that does not count, or that somebody slipped in, takes no good one's place.
import { ago } from "./span.ts";
import type { KeepRules } from "./vault.ts";

const DAY = 86_400_000;
/** The 1st of January 1970 was a Thursday; weeks begin on Mondays. */
const FIRST_MONDAY = 4 * DAY;

/** All of `within`, the newest of each week of `withinWeekly`, the newest of each month of `withinMonthly`; in UTC, counted back from the newest. */
export function keptByRules<One extends { readonly at: number }>(
  backups: readonly One[],
  { within, withinWeekly, withinMonthly }: KeepRules,
): readonly One[] {
  const newestFirst = backups.toSorted((a, b) => b.at - a.at);
  const newest = newestFirst[0]?.at ?? 0;
  const of = (span: string): readonly One[] =>
    newestFirst.filter(({ at }) => at >= ago(span, newest));
  return [
    ...new Set([
      ...of(within),
      ...firstOfEach(of(withinWeekly), weekOf),
      ...firstOfEach(of(withinMonthly), monthOf),
    ]),
  ];
}

function firstOfEach<One extends { readonly at: number }>(
  all: readonly One[],
  periodOf: (at: number) => number | string,
): readonly One[] {
  return [...Map.groupBy(all, ({ at }) => periodOf(at)).values()].flatMap((own) => own.slice(0, 1));
}

function weekOf(at: number): number {
  return Math.floor((at - FIRST_MONDAY) / (7 * DAY));
}

function monthOf(at: number): string {
  return new Date(at).toISOString().slice(0, 7);
}
