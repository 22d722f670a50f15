// The calendar of time zones: when schedules come, and whether maintenance windows are open.
import type { Hours } from "../core/hours.ts";
import type { Calendar, WindowLook } from "../core/calendar.ts";
import type { Opening, Window, WindowPart } from "../core/window.ts";
import { nextOf } from "./cron.ts";
import { DAY, momentOf, wallOf, type Day } from "./wall.ts";

const MINUTE = 60_000;
const WEEK = 7 * DAY;

export const zonedCalendar: Calendar = { next: nextOf, look, local };

function look(window: Window, zone: string, at: number): WindowLook {
  const closesAt = closingAfter(window, zone, at);
  if (closesAt > at) return { isOpen: true, closesAt };
  const openings = window.map((part) => openingAfter(part, zone, at));
  const first = openings.filter((one) => one !== undefined).toSorted((a, b) => a - b)[0];
  return first === undefined ? { isOpen: false } : { isOpen: false, opensAt: first };
}

/** Parts that touch are one; `at` itself when none is open. */
function closingAfter(window: Window, zone: string, at: number): number {
  let end = at;
  while (end < at + WEEK) {
    const ends = window.map((part) => closingOf(part, zone, end));
    const latest = Math.max(end, ...ends.filter((one) => one !== undefined));
    if (latest === end) return end;
    end = latest;
  }
  return at + WEEK;
}

/** When a part that is open at that moment closes. */
function closingOf(part: WindowPart, zone: string, at: number): number | undefined {
  return part.kind === "hours" ? hoursClosing(part, zone, at) : cronClosing(part, zone, at);
}

/** The first moment after it at which the part opens. */
function openingAfter(part: WindowPart, zone: string, at: number): number | undefined {
  return part.kind === "hours" ? hoursOpening(part, zone, at) : nextOf(part.cron, zone, at);
}

function cronClosing({ cron, minutes }: Opening, zone: string, at: number): number | undefined {
  const length = minutes * MINUTE;
  let last: number | undefined;
  let opens = nextOf(cron, zone, at - length);
  while (opens !== undefined && opens <= at) {
    last = opens;
    opens = nextOf(cron, zone, opens);
  }
  return last === undefined ? undefined : last + length;
}

function hoursClosing(hours: Hours, zone: string, at: number): number | undefined {
  const { day } = wallOf(at, zone);
  for (let back = 0; back <= hours.later + 1; back += 1) {
    const span = spanOn(hours, day - back * DAY, zone);
    if (span !== undefined && span.opens <= at && at < span.closes) return span.closes;
  }
  return undefined;
}

/** Clocks can take the hours of one week away, and hardly those of two. */
const FAR = 22;

function hoursOpening(hours: Hours, zone: string, at: number): number | undefined {
  const { day } = wallOf(at, zone);
  for (let ahead = -1; ahead <= FAR; ahead += 1) {
    const span = spanOn(hours, day + ahead * DAY, zone);
    if (span !== undefined && span.opens > at) return span.opens;
  }
  return undefined;
}

interface Span {
  readonly opens: number;
  readonly closes: number;
}

/** When it opens on that day and when it closes again; undefined on other days, and when the clocks skip all of it. */
function spanOn({ days, from, until, later }: Hours, day: Day, zone: string): Span | undefined {
  const weekday = ((new Date(day).getUTCDay() + 6) % 7) + 1;
  if (!days.some((one) => one === weekday)) return undefined;
  const opens = momentOf(day, from, zone);
  const closes = momentOf(day + later * DAY, until, zone);
  return opens < closes ? { opens, closes } : undefined;
}

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

function local(at: number, zone: string): string {
  const { day, minute } = wallOf(at, zone);
  const date = new Date(day);
  const [weekday = "", month = ""] = [DAYS[date.getUTCDay()], MONTHS[date.getUTCMonth()]];
  const clock = [Math.floor(minute / 60), minute % 60].map((one) => String(one).padStart(2, "0"));
  return `${weekday} ${date.getUTCDate()} ${month} ${clock.join(":")}`;
}
