// Which rooms that were upgraded moot follows, on a homeserver in memory, and where things are said after that.
import { expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { isEventId, isRoomId, isUserId, type RoomId } from "../../src/core/ids.ts";
import { aim } from "../../src/matrix/aim.ts";
import { movesIn, placeAt } from "../../src/matrix/moves.ts";
import { news } from "../../src/matrix/news.ts";
import { Rooms } from "../../src/matrix/rooms.ts";
import { Trouble } from "../../src/matrix/trouble.ts";
import { Upgrades } from "../../src/matrix/upgrades.ts";
import type { Ask } from "../../src/matrix/wire.ts";
import { MemoryFacts } from "../fakes/facts.ts";
import { keepLog } from "../kept-log.ts";
import { named } from "../named.ts";

const OLD = named(isRoomId, "!old:example.coop");
const NEW = named(isRoomId, "!new:example.coop");
const NEWEST = named(isRoomId, "!newest:example.coop");
const SELF = named(isUserId, "@moot:example.coop");
const ANA = named(isUserId, "@ana:example.coop");
const BEA = named(isUserId, "@bea:other.coop");
const never = new AbortController().signal;
const patience = { clock: systemClock, signal: never, tries: 1 };
const MEGOLM = { algorithm: "m.megolm.v1.aes-sha2" };

type State = Record<
  string,
  { readonly sender: string; readonly content: unknown; readonly id?: string }
>;

/** A homeserver with rooms by their state; moot is in those that are not `closed`. */
class Homeserver {
  readonly rooms = new Map<string, State>();
  readonly events = new Map<string, string>();
  readonly closed = new Set<string>();
  readonly left: string[] = [];
  readonly joins: (Readonly<Record<string, unknown>> | undefined)[] = [];

  ask: Ask = async ({ path, query }) => {
    const [, , , , verb = "", first = "", what, type = ""] = path
      .split("/")
      .map(decodeURIComponent);
    if (verb === "join") return this.#join(first, query);
    if (what === "leave") return (this.left.push(first), {});
    const state = this.rooms.get(first);
    if (state === undefined || this.closed.has(first)) throw forbidden();
    if (what === "event") {
      if (this.events.get(type) !== first) throw missing();
      return { event_id: type };
    }
    if (type === "") return Object.entries(state).map(([name, one]) => eventOf(name, one));
    if (type === "m.room.member") return { membership: "join" };
    const found = state[type];
    if (found === undefined) throw missing();
    return found.content;
  };

  #join(room: string, query: Readonly<Record<string, unknown>> | undefined): unknown {
    this.joins.push(query);
    if (!this.rooms.has(room) || this.closed.has(room)) throw forbidden();
    return { room_id: room };
  }
}

function eventOf(type: string, { sender, content, id = `$${type}` }: State[string]): unknown {
  return { type, state_key: "", event_id: id, sender, content };
}

function forbidden(): Trouble {
  return new Trouble("answered 403", { status: 403, code: "M_FORBIDDEN" });
}

function missing(): Trouble {
  return new Trouble("answered 404", { status: 404, code: "M_NOT_FOUND" });
}

const TOMBSTONE = "$tombstone";

function born(from?: RoomId, event: string | undefined = TOMBSTONE): State {
  const predecessor = { room_id: from, ...(event !== "" && { event_id: event }) };
  return {
    "m.room.create": { sender: ANA, content: from === undefined ? {} : { predecessor } },
    "m.room.power_levels": { sender: ANA, content: { users: { [ANA]: 100 }, users_default: 0 } },
    "m.room.join_rules": { sender: ANA, content: { join_rule: "invite" } },
  };
}

function buried(to: string, sender: string = ANA, id = TOMBSTONE): State {
  return { "m.room.tombstone": { sender, id, content: { replacement_room: to } } };
}

interface Stage {
  readonly server: Homeserver;
  readonly rooms: Rooms;
  readonly upgrades: Upgrades;
  readonly facts: MemoryFacts;
  readonly log: () => string;
}

async function raise(
  server: Homeserver,
  names: readonly string[] = [OLD],
  facts = new MemoryFacts(),
): Promise<Stage> {
  const { ask } = server;
  const kept = keepLog();
  const wishes = names.map((name) => ({ name, encrypted: "off" as const }));
  const parts = { ask, facts, self: SELF, mayInvite: () => true };
  const rooms = await Rooms.open(wishes, parts, patience);
  for (const room of rooms.ids) await rooms.enter(room, patience);
  const upgrades = new Upgrades({ ask, rooms, facts, clock: systemClock, log: kept.log });
  await upgrades.look(patience);
  return { server, rooms, upgrades, facts, log: () => kept.text() };
}

function homeserver(old: State, successor?: State): Homeserver {
  const server = new Homeserver();
  server.rooms.set(OLD, { ...born(), ...old });
  if (successor !== undefined) server.rooms.set(NEW, successor);
  return server;
}

async function why(stage: Stage): Promise<readonly unknown[]> {
  expect(await stage.upgrades.ready(never)).toEqual([]);
  return stage.upgrades.newlyStranded().map((one) => one.why);
}

test("a room whose successor links back is followed, also by the next life, under the name it had", async () => {
  const stage = await raise(homeserver(buried(NEW), born(OLD)));
  const { rooms, upgrades, facts, server } = stage;
  const [move] = await upgrades.ready(never);
  expect(move).toMatchObject({ from: OLD, to: NEW, by: ANA, event: TOMBSTONE });
  expect(server.joins).toEqual([{ server_name: "example.coop", via: "example.coop" }]);
  if (move === undefined) throw new Error("there is none");
  upgrades.follow(move);
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
  await expect(raise(server, [OLD, NEW], facts)).rejects.toMatchObject({
    reason: { problem: expect.stringContaining("are the same room") },
  });
});

test("several upgrades in a row are followed one after another", async () => {
  const server = homeserver(buried(NEW), { ...born(OLD), ...buried(NEWEST, ANA, "$second") });
  server.rooms.set(NEWEST, born(NEW, "$second"));
  const { rooms, upgrades, facts } = await raise(server);
  for (const to of [NEW, NEWEST]) {
    const [move] = await upgrades.ready(never);
    if (move === undefined) throw new Error(`there is no way to ${to}`);
    upgrades.follow({ ...move, at: to === NEW ? 1000 : 2000 });
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
  expect(await stage.upgrades.ready(never)).toHaveLength(1);
});

test.each<readonly [string, State, State | undefined, string, string]>([
  [
    "by somebody without the power for it",
    buried(NEW, BEA),
    born(OLD),
    "powerless",
    "let somebody with the power",
  ],
  [
    "to a room that comes from elsewhere",
    buried(NEW),
    born(NEWEST),
    "unlinked",
    "does not say that it comes from here",
  ],
  [
    "to a room that names another tombstone",
    buried(NEW),
    born(OLD, "$other"),
    "unlinked",
    "does not say that it",
  ],
  [
    "to a room that comes from nowhere",
    buried(NEW),
    born(),
    "unlinked",
    "does not say that it comes from here",
  ],
  ["to a room that lets nobody in", buried(NEW), undefined, "closed", "Invite me into it"],
  ["to itself", buried(OLD), undefined, "known", "another of my rooms"],
  [
    "to a room that everybody may join",
    buried(NEW),
    { ...born(OLD), "m.room.join_rules": { sender: ANA, content: { join_rule: "public" } } },
    "unsafe",
    "Make it invite-only",
  ],
  [
    "out of encryption",
    { ...buried(NEW), "m.room.encryption": { sender: ANA, content: MEGOLM } },
    born(OLD),
    "clear",
    "Nothing is said there until somebody switches its encryption on",
  ],
])(
  "a room that is sent %s is stayed in, which is told once",
  async (_, old, successor, reason, words) => {
    const server = homeserver(old, successor);
    const stage = await raise(server);
    expect(await why(stage)).toEqual([reason]);
    expect(stage.log()).toContain(words);
    expect(stage.rooms.ids).toEqual([OLD]);
    expect(server.left).toEqual(reason === "unlinked" ? [NEW] : []);
    expect(stage.upgrades.problems).toEqual([expect.stringContaining(words)]);
    const next = await raise(server, [OLD], stage.facts);
    expect(next.upgrades.problems).toEqual([expect.stringContaining(words)]);
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
  expect(await stage.upgrades.ready(never)).toHaveLength(1);
});

async function notice(stage: Stage, rooms: Readonly<Record<string, unknown>>): Promise<void> {
  const found = { next_batch: "s1", rooms, device_unused_fallback_key_types: [] };
  await stage.upgrades.notice(news.parse(found), patience);
}

test("a homeserver that cannot tell is asked again later", async () => {
  const server = homeserver(buried(NEW), born(OLD));
  server.ask = failing(server.ask, `/join/${encodeURIComponent(NEW)}`);
  const stage = await raise(server);
  expect(await why(stage)).toEqual(["unanswered"]);
  expect(stage.log()).toContain("I ask again each minute");
  expect(stage.upgrades.isDue).toBe(false);
});

function failing(ask: Ask, part: string): Ask {
  return async (call, signal) => {
    if (call.path.includes(part)) throw new Trouble("answered 502", { status: 502 });
    return ask(call, signal);
  };
}

test("what changes something goes where that is, what only hangs on it goes where people are", async () => {
  const stage = await raise(homeserver(buried(NEW), born(OLD)));
  const { rooms, upgrades, server } = stage;
  const [before, after] = ["$before", "$after"].map((id) => named(isEventId, id));
  if (before === undefined || after === undefined) throw new Error("no events");
  server.events.set(before, OLD);
  server.events.set(after, NEW);
  const aimed = async (outgoing: Parameters<typeof aim>[1]): Promise<unknown> =>
    aim({ ask: server.ask, rooms }, outgoing, "txn", never);
  const doc = [{ kind: "text", line: "hello" }] as const;
  const message = { kind: "message", room: OLD, doc, rings: [] } as const;
  expect(await aimed(message)).toEqual({ outgoing: message, txn: "txn" });
  for (const move of await upgrades.ready(never)) upgrades.follow(move);
  const there = { room: NEW, txn: `txn ${NEW}` };
  expect(await aimed(message)).toEqual({ outgoing: { ...message, room: NEW }, txn: there.txn });
  expect(await aimed({ ...message, thread: before, replyTo: before })).toEqual({
    outgoing: { ...message, room: NEW },
    txn: there.txn,
  });
  expect(await aimed({ ...message, thread: after })).toEqual({
    outgoing: { ...message, room: NEW, thread: after },
    txn: there.txn,
  });
  for (const [target, room, txn] of [
    [before, OLD, "txn"],
    [after, NEW, there.txn],
  ] as const)
    expect(await aimed({ kind: "edit", room: OLD, target, doc })).toEqual({
      outgoing: { kind: "edit", room, target, doc },
      txn,
    });
});
