// How moot is can be read at any moment, from what it remembers and last found.
import { expect, test } from "vitest";
import { openGauges } from "../../src/app/readings.ts";
import type { World } from "../../src/app/world.ts";
import type { Health } from "../../src/core/readings.ts";
import { Refusal } from "../../src/core/errors.ts";
import { said } from "../storage/samples.ts";
import { ANA } from "./desk.ts";
import { ALPHA, answered, ended, openVillage, WIKI, type VillageOptions } from "./village.ts";

const NOW = Date.UTC(2026, 10, 20, 12);
const { signal } = new AbortController();

/** Moot's own duties look at servers unasked. */
function openQuiet(options: VillageOptions = {}): ReturnType<typeof openVillage> {
  return openVillage({ ...options, desk: { duties: [] } });
}

/** The world as it is, at NOW, with a homeserver that was heard so many milliseconds before. */
function heardBefore(world: World, ago: number | undefined): World {
  const at = ago === undefined ? undefined : NOW - ago;
  const [chat] = world.chats;
  const clock = { ...world.clock, now: () => NOW };
  if (chat === undefined) throw new Error("the world has no chat");
  const heard = { ...chat, self: chat.self, rooms: chat.rooms, lastHeard: () => at };
  return { ...world, clock, chats: [heard] };
}

function healthOf(world: World): Health {
  return openGauges(world, "1.2.3").health();
}

test("jobs are counted by their endings, from one life to the next", async () => {
  const village = await openQuiet();
  const { file } = village.desk;
  {
    await using first = village;
    await ended(first, `!deploy ${WIKI}`);
    first.host.unreachable = new Refusal({
      kind: "server-unreachable",
      server: ALPHA,
      problem: "no route",
    });
    await answered(first, `!deploy ${WIKI}`, "no route");
    const readings = openGauges(first.desk.world, "1.2.3").readings();
    expect(readings).toMatchObject({
      version: "1.2.3",
      jobs: { queued: 0, running: 0, succeeded: 1, failed: 0 },
      approvals: 0,
      syncs: [],
      apps: [],
      updates: { seen: 0, announced: 0, decided: 0, snoozed: 0 },
    });
    expect(readings.servers).toMatchObject([{ server: ALPHA, contact: { isReachable: false } }]);
  }
  await using second = await openQuiet({ file });
  const { jobs, servers } = openGauges(second.desk.world, "1.2.3").readings();
  expect(jobs.succeeded).toBe(1);
  expect(servers).toEqual([{ server: ALPHA }]);
});

test("what waits is counted: requests, and letters that no room has", async () => {
  await using village = await openQuiet();
  const { world, ledger, chat } = village.desk;
  await ended(village, `!deploy ${WIKI}`);
  chat.say(ANA, `!secrets ${WIKI} rotate db_password`);
  await expect.poll(() => openGauges(world, "1").readings().approvals, { timeout: 10_000 }).toBe(1);
  const before = openGauges(world, "1").readings().outbox;
  // Due long after this test, and nobody rings for it.
  ledger.outbox.post("later", said("later"), Date.now() + 3_600_000);
  expect(openGauges(world, "1").readings().outbox).toBe(before + 1);
});

test("the disk of a server is told as the last survey found it, and not for long", async () => {
  await using village = await openQuiet();
  const { world } = village.desk;
  const readAt = (now: number): unknown =>
    openGauges({ ...world, clock: { ...world.clock, now: () => now } }, "1").readings().servers[0]
      ?.disk;
  expect(readAt(0)).toBeUndefined();
  await world.hosts.get(ALPHA).survey(signal);
  const at = village.host.known.disk?.at ?? 0;
  expect(readAt(at + 600_000)).toMatchObject({ ...village.host.disk });
  expect(readAt(at + 600_001)).toBeUndefined();
});

test("moot is well while its homeserver was heard within two minutes", async () => {
  await using village = await openQuiet();
  const { world } = village.desk;
  expect(healthOf(heardBefore(world, 120_000))).toMatchObject({
    isWell: true,
    hasDatabase: true,
    syncs: [{ account: "@moot:example.coop", age: 120_000, isFresh: true }],
  });
  expect(healthOf(heardBefore(world, 120_001))).toMatchObject({
    isWell: false,
    hasDatabase: true,
    syncs: [{ isFresh: false }],
  });
  const never = healthOf(heardBefore(world, undefined));
  expect(never).toMatchObject({ isWell: false, syncs: [{ isFresh: false }] });
  expect(never.syncs[0]).not.toHaveProperty("age");
  // A clock that was put back.
  expect(healthOf(heardBefore(world, -5_000)).syncs[0]?.age).toBe(0);
});

test("a moot with the console room alone waits for no homeserver", async () => {
  await using village = await openQuiet();
  expect(healthOf(village.desk.world)).toMatchObject({ isWell: true, syncs: [] });
});

test("a server that is down leaves moot well", async () => {
  await using village = await openQuiet();
  const { world } = village.desk;
  const problem = "no route";
  village.host.unreachable = new Refusal({ kind: "server-unreachable", server: ALPHA, problem });
  await expect(world.hosts.get(ALPHA).survey(signal)).rejects.toThrow();
  expect(healthOf(world)).toMatchObject({
    isWell: true,
    servers: [{ server: ALPHA, contact: { isReachable: false } }],
  });
});

test("a database that does not answer makes moot unwell, and a reading a bug", async () => {
  const village = await openQuiet();
  const gauges = openGauges(heardBefore(village.desk.world, 0), "1");
  await village[Symbol.asyncDispose]();
  expect(gauges.health()).toMatchObject({ isWell: false, hasDatabase: false, syncs: [] });
  expect(village.desk.log.text()).toContain("the database does not answer a health check");
  expect(() => gauges.readings()).toThrow();
});

test("nothing that is read waits for a server, nor asks one", async () => {
  await using village = await openQuiet();
  const { world } = village.desk;
  const hosts = {
    servers: world.hosts.servers,
    get: () =>
      new Proxy(village.host, {
        get(host, name) {
          if (name !== "known") throw new Error(`${String(name)} was asked`);
          return host.known;
        },
      }),
  };
  const gauges = openGauges({ ...world, hosts }, "1");
  expect(gauges.readings().servers).toEqual([{ server: ALPHA }]);
  expect(gauges.health().servers).toEqual([{ server: ALPHA }]);
});
