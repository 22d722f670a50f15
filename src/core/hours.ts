// A part of a window as hours on days of the week: `Mon-Fri 02:00-05:00`, read and said again.
import { nearest } from "./nearest.ts";

/** 1 is Monday, 7 is Sunday. */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

export interface Hours {
  readonly kind: "hours";
  /** On which it opens, ascending. */
  readonly days: readonly Weekday[];
  /** Minutes of the day by the clock on the wall. */
  readonly from: number;
  /** As `from`; 1440 is the day's end. */
  readonly until: number;
  /** How many days after it opened it closes. */
  readonly later: number;
}

export const HOUR = 60;
export const DAY = 24 * HOUR;

/** What to write, in words. */
export const WINDOW_FORMS =
  '"Mon-Fri 02:00-05:00", or cron with a length, such as "0 3 * * 2 for 2h"';

const RANGE =
  /^(?<days>[^\d]*?) ?(?<from>\d{1,2}:\d{2})-(?:(?<day>[a-z]+) )?(?<until>\d{1,2}:\d{2})$/i;

/** A sentence when it cannot be read. */
export function parseHours(text: string): Hours | string {
  const plain = text.replaceAll(/ ?[-‐-―−] ?/g, "-");
  const groups = RANGE.exec(plain)?.groups;
  if (groups === undefined) return unread(text);
  const days = daysOf(groups["days"] ?? "");
  if (typeof days === "string") return days;
  const [from, until] = [minuteOf(groups["from"]), minuteOf(groups["until"])];
  if (from === undefined || until === undefined || from === DAY)
    return `${quoted(text)} has no time of day; write them from 00:00 to 24:00`;
  const { day } = groups;
  const later = day === undefined ? Number(until < from) : daysUntil(days, day);
  if (typeof later === "string") return later;
  return tidied({ kind: "hours", days, from, until, later }, text);
}

/** Midnight is the end of the day before. */
function tidied(hours: Hours, text: string): Hours | string {
  const { days, from, until, later } = hours;
  if (later > 0) return until > 0 ? hours : { ...hours, until: DAY, later: later - 1 };
  if (until > from) return hours;
  const name = NAMES[days[0] ?? 1];
  return until === from
    ? `${quoted(text)} opens and closes at the same time; for a whole day write "${name} 00:00-24:00"`
    : `${quoted(text)} closes before it opens; if it goes over midnight, write "${name} ${clock(from)}-${clock(until)}"`;
}

/** How many days after the one day it opens on; a sentence when that cannot be said. */
function daysUntil(days: readonly Weekday[], closing: string): number | string {
  const [first] = days;
  const last = dayOf(closing);
  if (last === undefined) return noDay(closing);
  if (first === undefined || days.length > 1)
    return `a window on several days closes by the hour alone; write "Mon-Fri 22:00-06:00", or each as "Sat 22:00-Sun 06:00" with ; between`;
  return (last - first + 7) % 7;
}

const NAMES: Readonly<Record<Weekday, string>> = {
  1: "Mon",
  2: "Tue",
  3: "Wed",
  4: "Thu",
  5: "Fri",
  6: "Sat",
  7: "Sun",
};
const WEEK = [1, 2, 3, 4, 5, 6, 7] as const;
const FULL = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const GROUPS: ReadonlyMap<string, readonly Weekday[]> = new Map<string, readonly Weekday[]>([
  ["", WEEK],
  ["daily", WEEK],
  ["every day", WEEK],
  ["weekdays", [1, 2, 3, 4, 5]],
  ["weekends", [6, 7]],
]);

/** A sentence when a word is no day. */
function daysOf(text: string): readonly Weekday[] | string {
  const named = text.trim().toLowerCase();
  const group = GROUPS.get(named);
  if (group !== undefined) return group;
  const found = new Set<Weekday>();
  for (const item of named.split(/ ?, ?| and | /)) {
    const [first = "", last = first] = item.split("-");
    const [from, to] = [dayOf(first), dayOf(last)];
    if (from === undefined) return noDay(first);
    if (to === undefined) return noDay(last);
    for (const day of WEEK) if ((day - from + 7) % 7 <= (to - from + 7) % 7) found.add(day);
  }
  return WEEK.filter((day) => found.has(day));
}

/** `Mon`, `Monday` or `Mondays`. */
function dayOf(word: string): Weekday | undefined {
  const bare = word.toLowerCase().replace(/s$/, "");
  return bare.length < 3 ? undefined : WEEK.find((day) => FULL[day - 1]?.startsWith(bare));
}

function noDay(word: string): string {
  const known = [...Object.values(NAMES), "daily", "weekdays", "weekends"];
  const meant = nearest(word, known);
  const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
  return `${quoted(word)} is no day: write ${known.join(", ")}${hint}`;
}

/** Minutes from midnight; 1440 for 24:00. */
function minuteOf(text = ""): number | undefined {
  const [hour = 0, minute = 0] = text.split(":").map(Number);
  const at = hour * HOUR + minute;
  return minute < HOUR && at <= DAY ? at : undefined;
}

function unread(text: string): string {
  if (/\d ?[ap]m\b/i.test(text) || /^[^:]*\d ?- ?\d[^:]*$/.test(text))
    return `${quoted(text)} has hours that are not understood; write them as 02:00-05:00`;
  if (/:\d{2} ?, ?\d/.test(text))
    return `${quoted(text)} has several hours; write each with its days, with ; between`;
  if (/:\d{2} [a-z]/i.test(text))
    return `${quoted(text)} goes on behind its hours; they come last, and a time zone has its own key, zone`;
  return `${quoted(text)} is no window; write days and hours, such as ${WINDOW_FORMS}`;
}

export function quoted(text: string): string {
  return `"${text.length > 40 ? `${text.slice(0, 40)}…` : text}"`;
}

export function hoursWords({ days, from, until, later }: Hours): string {
  const isPlain = later === 0 || (later === 1 && until < from);
  const closing = NAMES[weekdayAfter(days[0] ?? 1, later)];
  return `${dayWords(days)} ${clock(from)}-${isPlain ? "" : `${closing} `}${clock(until)}`;
}

function weekdayAfter(day: Weekday, later: number): Weekday {
  return WEEK[(day - 1 + later) % 7] ?? day;
}

/** `daily`, or days with three or more in a row as `Mon-Fri`. */
function dayWords(days: readonly Weekday[]): string {
  if (days.length === WEEK.length) return "daily";
  const rows: Weekday[][] = [];
  for (const day of days) {
    const row = rows.at(-1);
    if (row?.at(-1) === day - 1) row.push(day);
    else rows.push([day]);
  }
  return rows.map(rowWords).join(", ");
}

function rowWords(row: readonly Weekday[]): string {
  const names = row.map((day) => NAMES[day]);
  return row.length < 3 ? names.join(", ") : `${names[0] ?? ""}-${names.at(-1) ?? ""}`;
}

function clock(minutes: number): string {
  const [hour, minute] = [Math.floor(minutes / HOUR), minutes % HOUR];
  return `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
}
