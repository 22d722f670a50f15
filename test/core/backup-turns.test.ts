// When a backup is due, begins and is late, over nights of which one is an hour longer or shorter.
import { describe, expect, test } from "vitest";
import { nextOf } from "../../src/calendar/cron.ts";
import {
  isTurnEvent,
  lateAfter,
  missedIn,
  spreadOf,
  turnEvent,
  type Turn,
} from "../../src/core/backup-turns.ts";
import { scheduleFor } from "../../src/core/backup-rules.ts";
import { isAppName, isEventId, isServerName } from "../../src/core/ids.ts";
import { afterCheck, isCheckDue, isPruneDue, PARTS } from "../../src/core/upkeep.ts";
import { named } from "../named.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const app = named(isAppName, "wiki.example.coop");
const server = named(isServerName, "alpha.example.coop");

const berlin = (cron: string) => (after: number) => nextOf(cron, "Europe/Berlin", after);

function turn(startsAt: number, more: Partial<Turn> = {}): Turn {
  return { app, server, rule: "UTC 30 3 * * *", due: startsAt, startsAt, lateAt: 0, ...more };
}

describe("a backup", () => {
  test.each([
    ["30 3 * * *", "2026-11-25T12:00Z", "2026-11-26T14:30Z"],
    // The clocks go back on the 25th of October: that day has 25 hours.
    ["30 3 * * *", "2026-10-24T12:00Z", "2026-10-25T14:30Z"],
    ["30 2 * * *", "2026-03-28T12:00Z", "2026-03-29T12:45Z"],
    // From Friday on over a weekend without any.
    ["0 4 * * 1-5", "2026-11-27T04:00Z", "2026-11-30T15:00Z"],
    ["0 * * * *", "2026-11-25T12:10Z", "2026-11-25T13:30Z"],
  ])("by %s is late when the last good one of %s is from before %s", (cron, from, late) => {
    expect(new Date(lateAfter(berlin(cron), Date.parse(from))).toISOString()).toBe(
      new Date(Date.parse(late)).toISOString(),
    );
  });

  test("begins within half an hour of its time, and within a quarter of what lies between two", () => {
    const due = Date.parse("2026-11-26T02:30Z");
    expect(spreadOf(berlin("30 3 * * *"), due, 0)).toBe(0);
    expect(spreadOf(berlin("30 3 * * *"), due, 0.5)).toBe(15 * MINUTE);
    expect(spreadOf(berlin("*/20 * * * *"), Date.parse("2026-11-26T02:20Z"), 0.99)).toBeLessThan(
      5 * MINUTE,
    );
    expect(spreadOf(() => undefined, due, 0.5)).toBe(15 * MINUTE);
  });

  test("that came due while nobody looked was missed; one that is under way or waited before was not", () => {
    const now = 100 * DAY;
    const turns = [
      turn(now - HOUR),
      turn(now - HOUR, { job: 7 }),
      turn(now - 3 * HOUR),
      turn(now + HOUR),
    ];
    expect(missedIn(turns, now - 2 * HOUR, now)).toEqual([turns[0]]);
    expect(missedIn(turns, now - 3 * MINUTE, now)).toEqual([]);
    expect(missedIn(turns, undefined, now)).toEqual([]);
    // A clock that was put back.
    expect(missedIn(turns, now + DAY, now)).toEqual([]);
  });

  test("is asked for in the turn's name, however long the domain is", () => {
    const long = named(isAppName, `${"a".repeat(60)}.`.repeat(4).slice(0, 240).replace(/\.$/, ""));
    for (const name of [app, long]) {
      const event = turnEvent({ app: name, due: 1_700_000_000_000 });
      expect(isEventId(event)).toBe(true);
      expect(isTurnEvent(event)).toBe(true);
    }
    expect(isTurnEvent("$moot-update-7")).toBe(false);
    expect(isTurnEvent("$moot-backup-x:elsewhere")).toBe(false);
  });

  test("comes by the app's rule before the server's before the general one", () => {
    const keep = { within: "7d", withinWeekly: "5w", withinMonthly: "12m" };
    const policy = {
      ...{ schedule: "30 3 * * *", zone: "UTC", atOnce: 1, keep },
      servers: new Map([["alpha*", { schedule: "0 1 * * *" }]]),
      apps: new Map([
        ["*.example.coop", {}],
        ["wiki.*", { schedule: "off" }],
      ]),
    };
    const other = named(isAppName, "cloud.example.coop");
    const beta = named(isServerName, "beta.example.coop");
    expect(scheduleFor(policy, { app, server })).toBeUndefined();
    expect(scheduleFor(policy, { app: other, server })).toBe("0 1 * * *");
    expect(scheduleFor(policy, { app: other, server: beta })).toBe("30 3 * * *");
    expect(
      scheduleFor({ ...policy, schedule: "off" }, { app: other, server: beta }),
    ).toBeUndefined();
  });
});

describe("a repository", () => {
  const fresh = { server, since: 0, isDamaged: false, part: 1 };

  test("is pruned and checked a week after it is known, and a week after the last time", () => {
    expect([isPruneDue(fresh, 7 * DAY - 1), isPruneDue(fresh, 7 * DAY)]).toEqual([false, true]);
    expect(isPruneDue({ ...fresh, prunedAt: 7 * DAY }, 10 * DAY)).toBe(false);
    expect([isCheckDue(fresh, 7 * DAY - 1), isCheckDue(fresh, 7 * DAY)]).toEqual([false, true]);
  });

  test("is read in all its parts, one after another, and from the first again", () => {
    const parts: number[] = [];
    let state = afterCheck({ ...fresh, part: PARTS }, true, 0);
    for (let week = 1; week <= PARTS; week += 1) {
      parts.push(state.part);
      state = afterCheck(state, true, week * 7 * DAY);
    }
    expect(parts).toEqual(Array.from({ length: PARTS }, (_, index) => index + 1));
    expect(state.part).toBe(1);
  });

  test("that is damaged is read at the same part the next day, until it is sound", () => {
    const bad = afterCheck({ ...fresh, part: 3 }, false, 7 * DAY);
    expect(bad).toMatchObject({ part: 3, isDamaged: true });
    expect([isCheckDue(bad, 8 * DAY - 1), isCheckDue(bad, 8 * DAY)]).toEqual([false, true]);
    expect(afterCheck(bad, true, 8 * DAY)).toEqual({ ...fresh, checkedAt: 8 * DAY, part: 4 });
  });
});
