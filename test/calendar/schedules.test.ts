// Schedules in a time zone, above all over the days on which its clocks are moved.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { zonedCalendar as calendar } from "../../src/calendar/calendar.ts";
import { parseCron } from "../../src/core/cron.ts";
import { at, BERLIN, shown } from "./times.ts";

/** The next moments, in UTC. */
function nexts(
  cron: string,
  zone: string,
  from: string,
  count: number,
): readonly (string | undefined)[] {
  const found: (string | undefined)[] = [];
  for (let after: number | undefined = at(from); after !== undefined && found.length < count;) {
    after = calendar.next(cron, zone, after);
    found.push(shown(after));
  }
  return found;
}

describe("a schedule", () => {
  test("comes at its minute in its zone, after the moment that is named and never at it", () => {
    expect(nexts("0 9 * * 1-5", BERLIN, "2026-11-20T08:00", 2)).toEqual([
      "2026-11-23T08:00",
      "2026-11-24T08:00",
    ]);
    expect(calendar.next("0 9 * * *", "UTC", at("2026-11-20T08:59:59.999"))).toBe(
      at("2026-11-20T09:00"),
    );
    expect(calendar.next("0 9 * * *", "UTC", at("2026-11-20T09:00"))).toBe(at("2026-11-21T09:00"));
  });

  test("takes a day of the month or a weekday, where both are named", () => {
    expect(nexts("0 9 1 * 2", "UTC", "2026-11-25T00:00", 3)).toEqual([
      "2026-12-01T09:00",
      "2026-12-08T09:00",
      "2026-12-15T09:00",
    ]);
    expect(nexts("0 9 * * 2#1", "UTC", "2026-11-25T00:00", 2)).toEqual([
      "2026-12-01T09:00",
      "2027-01-05T09:00",
    ]);
  });

  test.each([
    [
      "a time that the clocks skip comes when they do",
      "30 2 * * *",
      ["2027-03-27T01:30", "2027-03-28T01:00", "2027-03-29T00:30"],
    ],
    ["several skipped times come once", "*/20 2 * * 0", ["2027-03-28T01:00", "2027-04-04T00:00"]],
    [
      "a skipped hour that is listed comes with the next",
      "0 2-3 * * 0",
      ["2027-03-28T01:00", "2027-04-04T00:00"],
    ],
    [
      "a rhythm goes on in real time",
      "0 * * * 0",
      ["2027-03-27T23:00", "2027-03-28T00:00", "2027-03-28T01:00", "2027-03-28T02:00"],
    ],
  ])("in spring: %s", (_, cron, times) => {
    expect(nexts(cron, BERLIN, "2027-03-26T20:00", times.length)).toEqual(times);
  });

  test.each([
    [
      "a time that comes twice is taken once",
      "30 2 * * *",
      ["2026-10-24T00:30", "2026-10-25T00:30", "2026-10-26T01:30"],
    ],
    [
      "so are several",
      "*/30 2 * * 0",
      ["2026-10-25T00:00", "2026-10-25T00:30", "2026-11-01T01:00"],
    ],
    [
      "a rhythm goes on in real time",
      "0 * * * 0",
      [
        "2026-10-24T22:00",
        "2026-10-24T23:00",
        "2026-10-25T00:00",
        "2026-10-25T01:00",
        "2026-10-25T02:00",
      ],
    ],
  ])("in autumn: %s", (_, cron, times) => {
    expect(nexts(cron, BERLIN, "2026-10-23T12:00", times.length)).toEqual(times);
  });

  test("that cannot come is undefined, and one that cannot be read is a bug", () => {
    expect(calendar.next("0 9 29 2 2#5", "UTC", at("2026-11-24T00:00"))).toBeDefined();
    expect(() => calendar.next("0 25 * * *", "UTC", 0)).toThrow("0 25 * * *");
  });

  const field = fc.constantFrom("*", "1", "1,3", "1-5", "*/2", "3-5/2");
  const weekday = fc.constantFrom(
    "*",
    "0",
    "7",
    "mon-fri",
    "fri-sun",
    "sun",
    "2#1",
    "tue#5,4",
    "*/3",
    "1-5/2",
  );
  const month = fc.constantFrom("*", "2", "feb", "jan-mar,12", "*/5");
  test("every form the config takes comes, at a minute and hour that it names", () => {
    fc.assert(
      fc.property(
        field,
        field,
        fc.constantFrom("*", "29", "31", "1-15", "*/10"),
        month,
        weekday,
        (...fields) => {
          const cron = fields.join(" ");
          const read = parseCron(cron);
          if (read.kind === "bad") return;
          const start = at("2026-11-24T12:34:56");
          const next = calendar.next(cron, "UTC", start);
          expect(next, cron).toBeGreaterThan(start);
          const date = new Date(next ?? 0);
          expect(read.minutes).toContain(date.getUTCMinutes());
          expect(read.hours).toContain(date.getUTCHours());
          expect(date.getUTCSeconds() + date.getUTCMilliseconds()).toBe(0);
        },
      ),
    );
  });
});

test.each([
  ["2026-11-24T02:00", BERLIN, "Tue 24 Nov 03:00"],
  ["2026-09-06T23:05", BERLIN, "Mon 7 Sep 01:05"],
  ["2026-11-24T00:00", "UTC", "Tue 24 Nov 00:00"],
  ["2026-12-31T23:59", "Asia/Kathmandu", "Fri 1 Jan 05:44"],
])("%s in %s reads %s", (time, zone, words) => {
  expect(calendar.local(at(time), zone)).toBe(words);
});
