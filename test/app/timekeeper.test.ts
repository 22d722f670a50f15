// Duties are looked at once a minute, and nothing that happens to one ends it or another.
import { expect, test } from "vitest";
import type { Duty } from "../../src/app/duty.ts";
import { keepTime } from "../../src/app/timekeeper.ts";
import { Refusal } from "../../src/core/errors.ts";
import { openDesk } from "./desk.ts";

const START = Date.UTC(2026, 10, 20, 12);

/** What each duty saw of the time until the first had `looks` of them, in a world whose clock only sleeping moves. */
async function looks(count: number, act: (look: number) => void): Promise<readonly number[]> {
  await using desk = openDesk();
  const stop = new AbortController();
  const seen: number[] = [];
  const duty: Duty = {
    name: "a duty of this test",
    run(_, at) {
      seen.push(at - START);
      if (seen.length === count) stop.abort();
      act(seen.length);
    },
  };
  let now = START;
  const sleep = (milliseconds: number): Promise<void> => {
    now += milliseconds;
    return Promise.resolve();
  };
  await keepTime({ ...desk.world, clock: { now: () => now, sleep } }, stop.signal, [duty]);
  return seen;
}

test("a duty is looked at once at the start, and then each minute", async () => {
  expect(await looks(3, () => undefined)).toEqual([0, 60_000, 120_000]);
});

test("a duty that throws is tried again at the next look", async () => {
  const act = (look: number): void => {
    if (look === 1) throw new Error("a bug");
  };
  expect(await looks(2, act)).toEqual([0, 60_000]);
});

test("a full disk is waited out", async () => {
  const act = (look: number): void => {
    if (look === 1) throw new Refusal({ kind: "disk-full", where: "moot.db" });
  };
  expect(await looks(2, act)).toEqual([0, 5_000]);
});

test("a duty that hangs holds up no other", async () => {
  await using desk = openDesk();
  const stop = new AbortController();
  const slow: Duty = {
    name: "slow",
    run: (_world, _now, signal) => desk.world.clock.sleep(1_000_000, signal),
  };
  const quick: Duty = { name: "quick", run: () => stop.abort() };
  await keepTime(desk.world, stop.signal, [slow, quick]);
  expect(desk.log.text()).not.toContain("a duty met a bug");
});
