// What clocks on walls show, minute by minute, over some weeks: read slowly and plainly, to judge the calendar by.
import { parseCron } from "../../src/core/cron.ts";
import type { Hours } from "../../src/core/hours.ts";
import type { Opening, Window } from "../../src/core/window.ts";

const MINUTE = 60_000;
const DAY = 1440;

export interface Walls {
  /** Milliseconds UTC of the first minute. */
  readonly from: number;
  /** For each minute, whether the window is open. */
  openings(window: Window): readonly boolean[];
}

/** So many days before and after the midnight. */
export function wallsAround(date: string, zone: string, days: number): Walls {
  const from = Date.parse(`${date}T00:00Z`) - days * DAY * MINUTE;
  const format = new Intl.DateTimeFormat("sv-SE", {
    timeZone: zone,
    dateStyle: "short",
    timeStyle: "short",
  });
  const shown = Array.from({ length: 2 * days * DAY }, (_, n) => {
    // Swedish writes 2026-11-24 03:00.
    return Date.parse(`${format.format(from + n * MINUTE).replace(" ", "T")}Z`) / MINUTE;
  });
  return { from, openings: (window) => openingsOf(window, shown) };
}

/** `shown`: minutes since 1970 by the wall, at each minute. */
function openingsOf(window: Window, shown: readonly number[]): readonly boolean[] {
  const open = shown.map(() => false);
  const [start = 0] = shown;
  const firstAt = (wall: number): number => {
    const found = shown.findIndex((one) => one >= wall);
    return wall < start ? wall - start : found < 0 ? shown.length : found;
  };
  const today = Math.floor(start / DAY);
  const days = Array.from({ length: shown.length / DAY + 8 }, (_, n) => today - 7 + n);
  for (const part of window)
    for (const [opens, closes] of days.flatMap((day) => spansOn(part, day))) {
      const begin = firstAt(opens);
      const end = part.kind === "hours" ? firstAt(closes) : begin + closes - opens;
      open.fill(true, Math.max(0, begin), Math.max(0, begin, end));
    }
  return open;
}

type Spans = readonly (readonly [opens: number, closes: number])[];

function spansOn(part: Window[number], day: number): Spans {
  return part.kind === "hours" ? hoursOn(part, day) : openingsOn(part, day);
}

function hoursOn({ days, from, until, later }: Hours, day: number): Spans {
  const isToday = days.some((one) => one === weekdayOf(day));
  return isToday ? [[day * DAY + from, (day + later) * DAY + until]] : [];
}

function openingsOn({ cron, minutes }: Opening, day: number): Spans {
  const read = parseCron(cron);
  if (read.kind === "bad") throw new Error(read.problem);
  const weekdays = WEEKDAYS[cron.split(" ")[4] ?? ""] ?? [];
  if (!weekdays.includes(weekdayOf(day))) return [];
  const times = read.hours.flatMap((hour) => read.minutes.map((minute) => hour * 60 + minute));
  return times.map((time) => [day * DAY + time, day * DAY + time + minutes] as const);
}

/** 1 is Monday: the first of January 1970 was a Thursday. */
function weekdayOf(day: number): number {
  return ((day + 3) % 7) + 1;
}

/** The weekdays that windows made by chance have. */
const WEEKDAYS: Readonly<Record<string, readonly number[]>> = {
  "*": [1, 2, 3, 4, 5, 6, 7],
  "0": [7],
  sun: [7],
  "1-5": [1, 2, 3, 4, 5],
  "sat,sun": [6, 7],
  "2": [2],
};
