// By the clock one app is tried each time: told in the room first, done in its thread, and whatever keeps it from being is told.
import { expect, test, vi } from "vitest";
import { drillInTurn } from "../../src/app/drill-turns.ts";
import type { Job } from "../../src/core/job.ts";
import { backedUp } from "./proving-ground.ts";
import { twoEquals } from "./equals.ts";
import { WIKI, settled, signal, type Strongroom } from "./strongroom.ts";

const WEEK = 7 * 24 * 3_600_000;
const { policy } = twoEquals(1);
const BY_CLOCK = {
  world: { policy: { ...policy, drill: { schedule: "0 5 * * 0", zone: "UTC" } } },
};

/** A look at the clock so much later. */
async function look({ desk }: Strongroom, later = 0): Promise<void> {
  await drillInTurn.run(desk.world, desk.world.clock.now() + later, signal);
}

async function told(room: Strongroom) {
  return room.desk.chat.waitFor(`whether ${WIKI} comes back`);
}

async function tried(room: Strongroom): Promise<Job> {
  return vi.waitFor(async () => {
    await look(room);
    const job = room.desk.ledger.jobs.get(3);
    if (job?.ending === undefined) throw new Error("it has not ended");
    return job;
  }, 20_000);
}

test("a turn is told, and its drill hangs under what was told", async () => {
  await using room = await backedUp(BY_CLOCK);
  await look(room);
  expect(room.desk.chat.seen().some(({ body }) => body.includes("comes back"))).toBe(false);
  await look(room, WEEK);
  const { event } = await told(room);
  const job = await tried(room);
  expect(job).toMatchObject({ state: "succeeded", command: event, verb: "drill" });
  const { thread } = await room.desk.chat.waitFor("Last proven restore: just now");
  expect(thread).toBe(event);
});

test("of many turns that were missed one is made up for", async () => {
  await using room = await backedUp(BY_CLOCK);
  await look(room);
  await look(room, 5 * WEEK);
  await told(room);
  await tried(room);
  await look(room, WEEK);
  expect(room.desk.ledger.jobs.active()).toEqual([]);
  expect(room.desk.ledger.jobs.get(4)).toBeUndefined();
});

test("what keeps it from being done is told there, and the turn is over", async () => {
  await using room = await backedUp(BY_CLOCK);
  room.host.disk = { free: 1, total: 2 };
  await look(room);
  await look(room, WEEK);
  const { event } = await told(room);
  const left = await vi.waitFor(async () => {
    await look(room);
    return room.desk.chat.waitFor("cannot be tried on", 1);
  }, 20_000);
  expect(left.thread).toBe(event);
  expect(room.desk.ledger.jobs.get(3)).toBeUndefined();
});

test("without a backup that counts nothing is tried, and without a schedule neither", async () => {
  await using bare = await settled(BY_CLOCK);
  await look(bare);
  await look(bare, WEEK);
  await using room = await backedUp();
  await look(room);
  await look(room, WEEK);
  for (const { desk } of [bare, room])
    expect(desk.chat.seen().some(({ body }) => body.includes("comes back"))).toBe(false);
});
