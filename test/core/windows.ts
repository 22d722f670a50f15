// Maintenance windows by chance, for laws about them.
import fc from "fast-check";
import type { Hours, Weekday } from "../../src/core/hours.ts";
import { parseWindow, type Opening, type Window, type WindowPart } from "../../src/core/window.ts";

export function windowOf(text: string): Window {
  const read = parseWindow(text);
  if (read.kind === "bad") throw new Error(read.problem);
  return read.window;
}

const DAYS: readonly Weekday[] = [1, 2, 3, 4, 5, 6, 7];
/** Round times and those around the hours at which clocks are moved come up often. */
const minute = fc.oneof(
  fc.integer({ min: 0, max: 1439 }),
  fc.integer({ min: 4, max: 16 }).map((n) => n * 15),
);

const severalDays = fc
  .record({ days: fc.subarray([...DAYS], { minLength: 1 }), from: minute, until: minute })
  .filter(({ from, until }) => from !== until && until > 0)
  .map((some): Hours => ({ kind: "hours", ...some, later: Number(some.until < some.from) }));

const toTheEnd = fc
  .record({ days: fc.subarray([...DAYS], { minLength: 1 }), from: minute })
  .map((some): Hours => ({ kind: "hours", ...some, until: 1440, later: 0 }));

const overDays = fc
  .record({
    day: fc.constantFrom(...DAYS),
    from: minute,
    until: fc.oneof(minute, fc.constant(1440)),
    later: fc.integer({ min: 1, max: 6 }),
  })
  .filter(({ until }) => until > 0)
  .map(({ day, ...some }): Hours => ({ kind: "hours", days: [day], ...some }));

export const opening = fc
  .record({
    minutes: fc.constantFrom("0", "30", "15,45", "*/30"),
    hours: fc.constantFrom("2", "3", "1-3", "2,14"),
    weekdays: fc.constantFrom("*", "0", "sun", "1-5", "sat,sun"),
    length: fc.constantFrom(10, 14),
  })
  .map(({ minutes, hours, weekdays, length }): Opening => ({
    kind: "cron",
    cron: `${minutes} ${hours} * * ${weekdays}`,
    minutes: length,
  }));

const longOpening = fc
  .record({ hour: fc.integer({ min: 0, max: 23 }), length: fc.integer({ min: 1, max: 10_080 }) })
  .map(({ hour, length }): Opening => ({
    kind: "cron",
    cron: `30 ${hour} * * 2`,
    minutes: length,
  }));

const part: fc.Arbitrary<WindowPart> = fc.oneof(
  severalDays,
  toTheEnd,
  overDays,
  opening,
  longOpening,
);

export const anyWindow: fc.Arbitrary<Window> = fc.array(part, { minLength: 1, maxLength: 3 });
