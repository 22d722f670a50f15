// Each room is told what it takes, once, whatever is restarted, killed, removed or hangs meanwhile.
import { expect, test, vi } from "vitest";
import { forgetOld } from "../../src/app/forgetting.ts";
import { lookForTroubles } from "../../src/app/troubles.ts";
import { OTHER_ROOM, ROOM, takingAll } from "./desk.ts";
import {
  ALPHA,
  BETA,
  bodies,
  CRASHES,
  DAY,
  heard,
  HOUR,
  look,
  lookFor,
  lost,
  openWatch,
  put,
  WIKI,
} from "./watch.ts";

test("each room is told what its config takes of the servers it has", async () => {
  const alertRooms = new Map([...takingAll(ROOM), [OTHER_ROOM, new Set(["crash-loop"] as const)]]);
  await using watch = openWatch({ other: ["beta.*"], world: { alertRooms } });
  await put(watch, watch.alpha, WIKI, CRASHES);
  await put(watch, watch.beta, "two.example.coop", CRASHES);
  watch.beta.disk = { free: 1, total: 100 };
  await lookFor(watch, 2);
  expect(await heard(watch, ROOM)).toHaveLength(3);
  const [only = "", ...others] = await bodies(watch, OTHER_ROOM);
  expect(only).toContain("two.example.coop on beta.example.coop keeps failing");
  expect(others).toEqual([]);
});

test("two rooms that watch one server are each told once, and each of the end", async () => {
  await using watch = openWatch();
  const stack = await put(watch, watch.alpha, WIKI, CRASHES);
  await look(watch);
  watch.alpha.turn(stack, "app", { kind: "runs" });
  await lookFor(watch, 11);
  for (const room of [ROOM, OTHER_ROOM]) {
    const [notice, end, ...more] = await heard(watch, room);
    expect(more).toEqual([]);
    expect(end).toMatchObject({ thread: notice?.event });
  }
});

test("a restart tells nothing again, and notes an end that came meanwhile", async () => {
  const first = openWatch();
  const stack = await put(first, first.alpha, WIKI, CRASHES);
  first.beta.unreachable = lost(first.beta);
  await look(first);
  await lookFor(first, 5);
  expect(await heard(first)).toHaveLength(1);
  await first[Symbol.asyncDispose]();
  const second = openWatch({ before: first });
  // What was begun to be counted goes on.
  await lookFor(second, 5);
  expect(await heard(second)).toHaveLength(2);
  await second[Symbol.asyncDispose]();
  first.alpha.turn(stack, "app", { kind: "runs" });
  first.time.now += HOUR;
  await using third = openWatch({ before: second });
  await look(third);
  expect((await bodies(third)).at(-1)).toContain("runs again");
  expect(await heard(third)).toHaveLength(3);
});

test("what could not be put into the outbox was not told, and is told at the next look", async () => {
  await using watch = openWatch();
  await put(watch, watch.alpha, WIKI, CRASHES);
  const { world } = watch.desk;
  const outbox = {
    ...world.ledger.outbox,
    post: () => {
      throw new Error("killed");
    },
  };
  const dying = { ...world, ledger: { ...world.ledger, outbox } };
  const killed = lookForTroubles.run(dying, watch.time.now, new AbortController().signal);
  await expect(killed).rejects.toThrow("killed");
  expect(watch.desk.ledger.troubles.of(ALPHA)).toEqual([]);
  await look(watch);
  expect(await heard(watch)).toHaveLength(1);
});

test("a server that hangs holds up no other, and is as one that does not answer", async () => {
  await using watch = openWatch();
  await put(watch, watch.beta, WIKI, CRASHES);
  const hangs = Promise.withResolvers<never>();
  watch.alpha.survey = () => hangs.promise;
  const looking = look(watch);
  await vi.waitFor(() => {
    expect(watch.desk.ledger.troubles.of(BETA)).toMatchObject([{ toldAt: watch.time.now }]);
  });
  expect(watch.desk.ledger.troubles.of(ALPHA)).toEqual([]);
  await looking;
  expect(watch.desk.ledger.troubles.of(ALPHA)).toMatchObject([
    { trouble: { kind: "host-silent", problem: "no answer within 15 s" } },
  ]);
  expect(await heard(watch)).toHaveLength(1);
});

test("of a server that is lost in the middle of a look nothing is said that was not seen", async () => {
  await using watch = openWatch();
  const stack = await put(watch, watch.alpha, WIKI, CRASHES);
  await look(watch);
  watch.alpha.turn(stack, "app", { kind: "runs" });
  watch.time.now += HOUR;
  const sight = watch.alpha.sight.bind(watch.alpha);
  watch.alpha.sight = () => Promise.reject(lost(watch.alpha));
  await look(watch);
  expect(await heard(watch)).toHaveLength(1);
  watch.alpha.sight = sight;
  await look(watch);
  expect((await bodies(watch)).at(-1)).toContain("runs again");
});

test("of a server that is removed in the middle of a look nothing is told, and what was told is closed", async () => {
  await using watch = openWatch();
  await put(watch, watch.alpha, WIKI, CRASHES);
  await look(watch);
  await put(watch, watch.alpha, "two.example.coop", CRASHES);
  const sight = watch.alpha.sight.bind(watch.alpha);
  watch.alpha.sight = (...given) => {
    watch.servers.delete(ALPHA);
    return sight(...given);
  };
  await look(watch);
  expect(await heard(watch)).toHaveLength(1);
  await look(watch);
  expect((await bodies(watch)).join("\n")).not.toContain("two.example.coop");
  expect((await bodies(watch))[0]).toContain("✅");
  expect(watch.desk.ledger.troubles.standing()).toEqual([]);
});

test("a standing notice is not forgotten with what is old, so that its end can be noted in it", async () => {
  await using watch = openWatch();
  const stack = await put(watch, watch.alpha, WIKI, CRASHES);
  await look(watch);
  const [notice] = await heard(watch);
  watch.time.now += 40 * DAY;
  const { signal } = new AbortController();
  await forgetOld.run(watch.desk.world, watch.time.now, signal);
  watch.alpha.turn(stack, "app", { kind: "runs" });
  await look(watch);
  const [edited, end] = await heard(watch);
  expect(edited).toMatchObject({ event: notice?.event });
  expect(edited?.body).toContain("✅");
  expect(end).toMatchObject({ thread: notice?.event });
  watch.time.now += 40 * DAY;
  await forgetOld.run(watch.desk.world, watch.time.now, signal);
  expect(watch.desk.ledger.troubles.of(ALPHA)).toEqual([]);
});
