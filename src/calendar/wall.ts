// Days and times of day in a time zone: which day it is there, and when a time of a day comes.
import { nextOf } from "./cron.ts";

const MINUTE = 60_000;
export const DAY = 24 * 60 * MINUTE;

/** A day of the calendar, as its midnight in UTC. */
export type Day = number;

export interface Wall {
  readonly day: Day;
  /** Minutes since midnight. */
  readonly minute: number;
}

/** What calendar and clock show in the zone. */
export function wallOf(at: number, zone: string): Wall {
  const parts = formatOf(zone).formatToParts(at);
  const value = (type: string): number =>
    Number(parts.find((part) => part.type === type)?.value ?? 0);
  return {
    day: Date.UTC(value("year"), value("month") - 1, value("day")),
    minute: value("hour") * 60 + value("minute"),
  };
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Costly to make, and there are few zones. */
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    calendar: "gregory",
    numberingSystem: "latn",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    hourCycle: "h23",
  });
  formats.set(zone, made);
  return made;
}

/** No zone is further from UTC than 14 hours, and no clock is moved by more than one. */
const FURTHEST = 15 * 60 * MINUTE;

/**
 * The moment at which a clock there first shows that time of that day. A time that the clocks skip comes when they do; 1440 is the
 * midnight after the day.
 */
export function momentOf(day: Day, minute: number, zone: string): number {
  const wall = new Date(day + minute * MINUTE);
  const time = `${wall.getUTCMinutes()} ${wall.getUTCHours()}`;
  const date = `${wall.getUTCDate()} ${wall.getUTCMonth() + 1}`;
  const moment = nextOf(`${time} ${date} *`, zone, wall.getTime() - FURTHEST);
  // A place that goes over the date line leaves a day out: then it is the next year's.
  const isThere = moment !== undefined && moment <= wall.getTime() + FURTHEST;
  return isThere ? moment : momentOf(dayOf(wall) + DAY, 0, zone);
}

function dayOf(wall: Date): Day {
  return Math.floor(wall.getTime() / DAY) * DAY;
}
