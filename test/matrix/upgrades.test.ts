// Which rooms that were upgraded moot follows, on a homeserver in memory.
import { expect, test } from "vitest";
import { isRoomId } from "../../src/core/ids.ts";
import { movesIn, placeAt } from "../../src/matrix/moves.ts";
import { news } from "../../src/matrix/news.ts";
import { named } from "../named.ts";
import { refusedWith } from "../refused.ts";
import {
  ANA,
  BEA,
  born,
  buried,
  eventOf,
  Homeserver,
  homeserver,
  MEGOLM,
  never,
  NEW,
  NEWEST,
  OLD,
  patience,
  raise,
  TOMBSTONE,
  why,
  type Stage,
  type State,
} from "./moving-stage.ts";

test("a room whose successor links back is followed, also by the next life, under the name it had", async () => {
  const stage = await raise(homeserver(buried(NEW), born(OLD)));
  const { rooms, upgrades, facts, server } = stage;
  const [move] = await upgrades.ready("s0", never);
  expect(move).toMatchObject({ from: OLD, to: NEW, by: ANA, event: TOMBSTONE });
  expect(server.joins).toEqual([{ server_name: "example.coop", via: "example.coop" }]);
  if (move === undefined) throw new Error("there is none");
  upgrades.follow(move, true);
  expect(rooms.ids).toEqual([NEW]);
  expect(rooms.roots).toEqual([OLD]);
  expect(upgrades.untold).toHaveLength(1);
  const next = await raise(server, [OLD], facts);
  expect(next.rooms.ids).toEqual([NEW]);
  expect(next.upgrades.problems).toEqual([
    `the room ${OLD} moved to ${NEW}, and moot went along: write ${NEW} in place of ${OLD} under matrix.rooms`,
  ]);
  const renamed = await raise(server, [NEW], facts);
  expect([renamed.rooms.ids, renamed.rooms.roots]).toEqual([[NEW], [OLD]]);
  expect(renamed.upgrades.problems).toEqual([]);
  expect(await refusedWith(raise(server, [OLD, NEW], facts))).toContain("are the same room");
});

test("several upgrades in a row are followed one after another", async () => {
  const server = homeserver(buried(NEW), { ...born(OLD), ...buried(NEWEST, ANA, "$second") });
  server.rooms.set(NEWEST, born(NEW, "$second"));
  const { rooms, upgrades, facts } = await raise(server);
  for (const to of [NEW, NEWEST]) {
    const [move] = await upgrades.ready("s0", never);
    if (move === undefined) throw new Error(`there is no way to ${to}`);
    upgrades.follow({ ...move, at: to === NEW ? 1000 : 2000 }, true);
    await upgrades.lookAt(to, patience);
  }
  expect(rooms.placesOf(OLD)).toEqual([NEWEST, NEW, OLD]);
  expect([500, 1500, 2500].map((at) => placeAt(movesIn(facts), OLD, at))).toEqual([
    OLD,
    NEW,
    NEWEST,
  ]);
});

test("a room of a version whose creators stand above its levels, and that names no tombstone, is followed", async () => {
  const old = named(isRoomId, "!withoutaserver");
  const server = new Homeserver();
  const levels = { users: {}, events: { "m.room.tombstone": 150 } };
  server.rooms.set(old, {
    ...born(),
    ...buried(NEW),
    "m.room.power_levels": { sender: ANA, content: levels },
  });
  server.rooms.set(NEW, born(old, ""));
  const stage = await raise(server, [old]);
  expect(await stage.upgrades.ready("s0", never)).toHaveLength(1);
});

test.each<readonly [string, State, State | undefined, { reason: string; words: string }]>([
  [
    "by somebody without the power for it",
    buried(NEW, BEA),
    born(OLD),
    { reason: "powerless", words: "let somebody with the power" },
  ],
  [
    "to a room that comes from elsewhere",
    buried(NEW),
    born(NEWEST),
    { reason: "unlinked", words: "does not say that it comes from here" },
  ],
  [
    "to a room that names another tombstone",
    buried(NEW),
    born(OLD, "$other"),
    { reason: "unlinked", words: "does not say that it" },
  ],
  [
    "to a room that comes from nowhere",
    buried(NEW),
    born(),
    { reason: "unlinked", words: "does not say that it comes from here" },
  ],
  [
    "to a room that lets nobody in",
    buried(NEW),
    undefined,
    { reason: "closed", words: "Invite me into it" },
  ],
  ["to itself", buried(OLD), undefined, { reason: "known", words: "another of my rooms" }],
  [
    "to a room that everybody may join",
    buried(NEW),
    { ...born(OLD), "m.room.join_rules": { sender: ANA, content: { join_rule: "public" } } },
    { reason: "unsafe", words: "Make it invite-only" },
  ],
  [
    "out of encryption",
    { ...buried(NEW), "m.room.encryption": { sender: ANA, content: MEGOLM } },
    born(OLD),
    { reason: "clear", words: "Nothing is said there until somebody switches its encryption on" },
  ],
])(
  "a room that is sent %s is stayed in, which is told once",
  async (_, old, successor, expected) => {
    const { reason, words } = expected;
    const server = homeserver(old, successor);
    const stage = await raise(server);
    expect(await why(stage)).toEqual([reason]);
    expect(stage.log()).toContain(words);
    expect(stage.rooms.ids).toEqual([OLD]);
    expect(server.left).toEqual(reason === "unlinked" ? [NEW] : []);
    expect(stage.upgrades.problems.join()).toContain(words);
    const next = await raise(server, [OLD], stage.facts);
    expect(next.upgrades.problems.join()).toContain(words);
    expect(await why(next)).toEqual([]);
  },
);

test("what kept moot from following is looked at again when it may have changed", async () => {
  const server = homeserver(
    { ...buried(NEW), "m.room.encryption": { sender: ANA, content: MEGOLM } },
    born(OLD),
  );
  const stage = await raise(server);
  server.closed.add(NEW);
  expect(await why(stage)).toEqual(["closed"]);
  expect(stage.upgrades.isAwaited(NEW)).toBe(true);
  server.closed.delete(NEW);
  expect(stage.upgrades.isDue).toBe(false);
  await notice(stage, { invite: { [NEW]: {} } });
  expect(await why(stage)).toEqual(["clear"]);
  const encryption = { sender: ANA, content: MEGOLM };
  server.rooms.set(NEW, { ...born(OLD), "m.room.encryption": encryption });
  const events = [eventOf("m.room.encryption", encryption)];
  await notice(stage, { join: { [NEW]: { timeline: { events } } } });
  expect(await stage.upgrades.ready("s0", never)).toHaveLength(1);
});

test("a room that moot was sent out of after it was buried is followed by what can still be read", async () => {
  const asleep = homeserver(buried(NEW), born(OLD));
  asleep.departed.add(OLD);
  expect(await (await raise(asleep)).upgrades.ready("s0", never)).toHaveLength(1);
  const server = homeserver({}, born(OLD));
  const awake = await raise(server);
  server.rooms.set(OLD, { ...born(), ...buried(NEW) });
  server.departed.add(OLD);
  await notice(awake, { leave: { [OLD]: {} } });
  expect(await awake.upgrades.ready("s0", never)).toHaveLength(1);
  expect(awake.log()).not.toContain("moot is not in the room");
});

test("of a room that moot was sent out of before, the log says what to do if it goes on elsewhere", async () => {
  const server = homeserver({}, born(OLD));
  const stage = await raise(server);
  server.departed.add(OLD);
  await notice(stage, { leave: { [OLD]: {} } });
  expect(await stage.upgrades.ready("s0", never)).toEqual([]);
  expect(stage.log()).toContain(
    `moot is not in the room ${OLD}: invite it. If that room goes on in another one, moot cannot see that from outside, and does not follow: write the other's id in place of ${OLD} under matrix.rooms`,
  );
});

test("a room whose tombstone was seen, but not who may set one, is not followed until moot is back in it", async () => {
  const server = homeserver(buried(NEW), born(OLD));
  server.closed.add(NEW);
  const stage = await raise(server);
  expect(await why(stage)).toEqual(["closed"]);
  server.closed.delete(NEW);
  server.closed.add(OLD);
  await notice(stage, { leave: { [OLD]: {} } });
  expect(await why(stage)).toEqual(["outside"]);
  const words = `Invite me back in here, or write ${NEW} in place of this room under matrix.rooms`;
  expect(stage.log()).toContain(words);
  expect(stage.upgrades.problems.join()).toContain(words);
  expect(stage.rooms.ids).toEqual([OLD]);
  server.closed.delete(OLD);
  const events = [eventOf("m.room.tombstone", { sender: ANA, content: {} })];
  await notice(stage, { join: { [OLD]: { timeline: { events } } } });
  expect(await stage.upgrades.ready("s0", never)).toHaveLength(1);
});

test("why moot stays is told by the next life where this one died before it did", async () => {
  const server = homeserver(buried(NEW, BEA), born(OLD));
  const stage = await raise(server);
  expect(await stage.upgrades.ready("s0", never)).toEqual([]);
  expect(stage.upgrades.stranded).toHaveLength(1);
  expect(await why(await raise(server, [OLD], stage.facts))).toEqual(["powerless"]);
  expect(await why(await raise(server, [OLD], stage.facts))).toEqual([]);
});

async function notice(stage: Stage, rooms: Readonly<Record<string, unknown>>): Promise<void> {
  const found = { next_batch: "s1", rooms, device_unused_fallback_key_types: [] };
  await stage.upgrades.notice(news.parse(found), patience);
}
