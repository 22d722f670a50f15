// A homeserver in memory with rooms that are upgraded, and moot's side of it.
import { expect } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { isRoomId, isUserId, type RoomId } from "../../src/core/ids.ts";
import { Rooms } from "../../src/matrix/rooms.ts";
import { Trouble } from "../../src/matrix/trouble.ts";
import { Upgrades } from "../../src/matrix/upgrades.ts";
import type { Ask } from "../../src/matrix/wire.ts";
import { MemoryFacts } from "../fakes/facts.ts";
import { keepLog } from "../kept-log.ts";
import { named } from "../named.ts";

export const OLD = named(isRoomId, "!old:example.coop");
export const NEW = named(isRoomId, "!new:example.coop");
export const NEWEST = named(isRoomId, "!newest:example.coop");
export const SELF = named(isUserId, "@moot:example.coop");
export const ANA = named(isUserId, "@ana:example.coop");
export const BEA = named(isUserId, "@bea:other.coop");
export const never = new AbortController().signal;
export const patience = { clock: systemClock, signal: never, tries: 1 };
export const MEGOLM = { algorithm: "m.megolm.v1.aes-sha2" };

export type State = Record<
  string,
  { readonly sender: string; readonly content: unknown; readonly id?: string }
>;

/** A homeserver with rooms by their state; moot is in those that are not `closed`. */
export class Homeserver {
  readonly rooms = new Map<string, State>();
  readonly events = new Map<string, string>();
  readonly closed = new Set<string>();
  /** Out of these it was sent, and may see what they were until then. */
  readonly departed = new Set<string>();
  readonly left: string[] = [];
  readonly joins: (Readonly<Record<string, unknown>> | undefined)[] = [];

  ask: Ask = async ({ path, query }) => {
    const [, , , , verb = "", room = "", what = "", ...rest] = path
      .split("/")
      .map(decodeURIComponent);
    if (verb === "sync") return { next_batch: "s0" };
    if (verb === "join") return this.#join(room, query);
    if (what === "leave") return (this.left.push(room), {});
    return this.#look(room, what, rest[0] ?? "");
  };

  #look(room: string, what: string, name: string): unknown {
    const state = this.rooms.get(room);
    if (state === undefined || this.closed.has(room)) throw forbidden();
    if (what === "event") return this.#event(name, room);
    const isOut = name === "m.room.member" && this.departed.has(room);
    return isOut ? { membership: "leave" } : stateOf(state, name);
  }

  #event(event: string, room: string): unknown {
    if (this.events.get(event) !== room) throw missing();
    return { event_id: event };
  }

  #join(room: string, query: Readonly<Record<string, unknown>> | undefined): unknown {
    this.joins.push(query);
    const isOut = this.closed.has(room) || this.departed.has(room);
    if (!this.rooms.has(room) || isOut) throw forbidden();
    return { room_id: room };
  }
}

function stateOf(state: State, type: string): unknown {
  if (type === "") return Object.entries(state).map(([name, one]) => eventOf(name, one));
  if (type === "m.room.member") return { membership: "join" };
  const found = state[type];
  if (found === undefined) throw missing();
  return found.content;
}

export function eventOf(
  type: string,
  { sender, content, id = `$${type}` }: State[string],
): unknown {
  return { type, state_key: "", event_id: id, sender, content };
}

function forbidden(): Trouble {
  return new Trouble("answered 403", { status: 403, code: "M_FORBIDDEN" });
}

function missing(): Trouble {
  return new Trouble("answered 404", { status: 404, code: "M_NOT_FOUND" });
}

export const TOMBSTONE = "$tombstone";

export function born(from?: RoomId, event: string | undefined = TOMBSTONE): State {
  const predecessor = { room_id: from, ...(event !== "" && { event_id: event }) };
  return {
    "m.room.create": { sender: ANA, content: from === undefined ? {} : { predecessor } },
    "m.room.power_levels": { sender: ANA, content: { users: { [ANA]: 100 }, users_default: 0 } },
    "m.room.join_rules": { sender: ANA, content: { join_rule: "invite" } },
  };
}

export function buried(to: string, sender: string = ANA, id = TOMBSTONE): State {
  return { "m.room.tombstone": { sender, id, content: { replacement_room: to } } };
}

export interface Stage {
  readonly server: Homeserver;
  readonly rooms: Rooms;
  readonly upgrades: Upgrades;
  readonly facts: MemoryFacts;
  readonly log: () => string;
}

export async function raise(
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

/** Why it stays in rooms that were buried, each told once. */
export async function why(stage: Stage): Promise<readonly unknown[]> {
  expect(await stage.upgrades.ready("s0", never)).toEqual([]);
  const { stranded } = stage.upgrades;
  for (const one of stranded) stage.upgrades.toldWhy(one);
  return stranded.map((one) => one.why);
}

export function homeserver(old: State, successor?: State): Homeserver {
  const server = new Homeserver();
  server.rooms.set(OLD, { ...born(), ...old });
  if (successor !== undefined) server.rooms.set(NEW, successor);
  return server;
}
