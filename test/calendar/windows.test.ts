// Maintenance windows in a time zone, above all over the days on which its clocks are moved.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { zonedCalendar as calendar } from "../../src/calendar/calendar.ts";
import type { Window } from "../../src/core/window.ts";
import { anyWindow, opening, windowOf } from "../core/windows.ts";
import { at, BERLIN, shown } from "./times.ts";
import { wallsAround } from "./walls.ts";

const MINUTE = 60_000;

/** What the window does from then until then: `+` opens, `-` closes, in UTC. */
function doings(window: Window, zone: string, from: string, until: string): readonly string[] {
  const found: string[] = [];
  for (let moment = at(from); moment < at(until);) {
    const look = calendar.look(window, zone, moment);
    const next = look.isOpen ? look.closesAt : look.opensAt;
    if (next === undefined || next >= at(until)) break;
    expect(next).toBeGreaterThan(moment);
    found.push(`${look.isOpen ? "-" : "+"}${shown(next) ?? ""}`);
    moment = next;
  }
  return found;
}

describe("a window", () => {
  test.each([
    [
      "Mon-Fri 02:00-05:00",
      ["+2026-11-24T01:00", "-2026-11-24T04:00", "+2026-11-25T01:00", "-2026-11-25T04:00"],
    ],
    ["Tue 22:00-06:00", ["+2026-11-24T21:00", "-2026-11-25T05:00"]],
    ["0 3 * * 2 for 2h", ["+2026-11-24T02:00", "-2026-11-24T04:00"]],
    ["Tue 22:00-24:00; Wed 00:00-01:00", ["+2026-11-24T21:00", "-2026-11-25T00:00"]],
    ["Tue 02:00-04:00; 0 3 * * 2 for 2h", ["+2026-11-24T01:00", "-2026-11-24T04:00"]],
    ["Sun 22:00-Tue 01:00", ["-2026-11-24T00:00"]],
  ])("%s opens and closes in its zone", (text, events) => {
    expect(doings(windowOf(text), BERLIN, "2026-11-23T12:00", "2026-11-25T12:00")).toEqual(events);
  });

  test.each([
    // 02:00 becomes 03:00 at 01:00 UTC.
    ["daily 01:00-04:00", ["+2027-03-28T00:00", "-2027-03-28T02:00"]],
    ["daily 02:00-03:00", []],
    ["daily 02:15-02:45", []],
    ["daily 02:00-05:00", ["+2027-03-28T01:00", "-2027-03-28T03:00"]],
    ["daily 01:30-02:30", ["+2027-03-28T00:30", "-2027-03-28T01:00"]],
    ["Sat 22:00-Sun 02:30", ["-2027-03-28T01:00"]],
    ["30 2 * * * for 30m", ["+2027-03-28T01:00", "-2027-03-28T01:30"]],
    ["0,30 2 * * * for 20m", ["+2027-03-28T01:00", "-2027-03-28T01:20"]],
    ["30 1 * * * for 1h", ["+2027-03-28T00:30", "-2027-03-28T01:30"]],
  ])("%s in the night in which an hour is missing", (text, events) => {
    expect(doings(windowOf(text), BERLIN, "2027-03-27T22:00", "2027-03-28T20:00")).toEqual(events);
  });

  test("whose hours are missing that day says truly when it opens next", () => {
    const look = (text: string) => calendar.look(windowOf(text), BERLIN, at("2027-03-28T00:30"));
    expect(look("daily 02:00-03:00")).toEqual({ isOpen: false, opensAt: at("2027-03-29T00:00") });
    expect(look("Sun 02:00-03:00")).toEqual({ isOpen: false, opensAt: at("2027-04-04T00:00") });
  });

  test.each([
    // 03:00 becomes 02:00 at 01:00 UTC.
    ["daily 01:00-04:00", ["+2026-10-24T23:00", "-2026-10-25T03:00"]],
    ["daily 02:00-03:00", ["+2026-10-25T00:00", "-2026-10-25T02:00"]],
    ["daily 02:15-02:45", ["+2026-10-25T00:15", "-2026-10-25T00:45"]],
    ["daily 02:30-05:00", ["+2026-10-25T00:30", "-2026-10-25T04:00"]],
    ["daily 01:30-02:30", ["+2026-10-24T23:30", "-2026-10-25T00:30"]],
    ["Sat 22:00-Sun 02:30", ["-2026-10-25T00:30"]],
    ["30 2 * * * for 30m", ["+2026-10-25T00:30", "-2026-10-25T01:00"]],
    [
      "*/30 2 * * * for 20m",
      ["+2026-10-25T00:00", "-2026-10-25T00:20", "+2026-10-25T00:30", "-2026-10-25T00:50"],
    ],
    ["30 1 * * * for 2h", ["+2026-10-24T23:30", "-2026-10-25T01:30"]],
  ])("%s in the night in which an hour comes twice", (text, events) => {
    expect(doings(windowOf(text), BERLIN, "2026-10-24T22:00", "2026-10-25T20:00")).toEqual(events);
  });

  test("is looked at for a week and no further", () => {
    const now = at("2026-11-24T12:00");
    expect(calendar.look(windowOf("daily 00:00-24:00"), BERLIN, now)).toEqual({
      isOpen: true,
      closesAt: now + 7 * 24 * 60 * MINUTE,
    });
  });

  test("without any part never opens", () => {
    expect(calendar.look([], BERLIN, 0)).toEqual({ isOpen: false });
  });

  test("on a day that a place left out opens on the next", () => {
    // Samoa went from the 29th to the 31st of December 2011.
    expect(
      doings(windowOf("daily 01:00-02:00"), "Pacific/Apia", "2011-12-29T00:00", "2011-12-31T00:00"),
    ).toEqual(["+2011-12-29T11:00", "-2011-12-29T12:00", "+2011-12-30T11:00", "-2011-12-30T12:00"]);
  });
});

describe.each([
  ["2026-10-25", BERLIN],
  ["2027-03-28", BERLIN],
  ["2026-10-04", "Australia/Lord_Howe"],
  ["2027-03-14", "America/New_York"],
  ["2026-11-24", "Pacific/Kiritimati"],
])("around %s in %s", (date, zone) => {
  const walls = wallsAround(date, zone, 12);
  const middle = fc.integer({ min: 8 * 1440, max: 16 * 1440 });
  const night = fc.integer({ min: 11.5 * 1440, max: 12.5 * 1440 });

  test("a window is open when the clocks on the walls say so, and says when that ends", () => {
    fc.assert(
      fc.property(anyWindow, fc.oneof(middle, night), (window, minute) => {
        const open = walls.openings(window);
        const look = calendar.look(window, zone, walls.from + minute * MINUTE);
        expect(look.isOpen).toBe(open[minute]);
        const turn = open.findIndex((isOpen, place) => place > minute && isOpen !== look.isOpen);
        const next = look.isOpen ? look.closesAt : look.opensAt;
        if (turn >= 0 && turn - minute < 7 * 1440) expect(next).toBe(walls.from + turn * MINUTE);
      }),
      { numRuns: 40 },
    );
  });

  test("a window is really open when it is said to open, and closed when it is said to close", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          anyWindow,
          opening.map((one) => [one]),
        ),
        middle,
        (window, minute) => {
          const now = walls.from + minute * MINUTE + 12_345;
          const look = calendar.look(window, zone, now);
          const next = look.isOpen ? look.closesAt : look.opensAt;
          if (next === undefined || next - now >= 7 * 24 * 60 * MINUTE) return;
          expect(calendar.look(window, zone, next).isOpen).toBe(!look.isOpen);
          expect(calendar.look(window, zone, next - 1).isOpen).toBe(look.isOpen);
        },
      ),
      { numRuns: 40 },
    );
  });
});
