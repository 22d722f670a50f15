// Lets moot into the rooms of its config and into no others: their ids are pinned, open rooms refused.
import { z } from "zod";
import { isRoomId, type RoomId, type UserId } from "../core/ids.ts";
import type { Facts } from "../core/ledger.ts";
import { patiently, type Patience } from "./patience.ts";
import { homeserver, Trouble } from "./trouble.ts";
import { v3, type Ask, type Call } from "./wire.ts";

export interface RoomWish {
  /** An alias or an id. */
  readonly name: string;
  readonly encrypted: "required" | "off";
}

const directory = z.object({ room_id: z.string().refine(isRoomId) });
export const member = z.object({ membership: z.string() });
const anything = z.looseObject({});
const joinRules = z.object({ join_rule: z.string() });
const visibility = z.object({ history_visibility: z.string() });

export class Rooms {
  readonly ids: readonly RoomId[];
  readonly #names: ReadonlyMap<RoomId, string>;
  readonly #ask: Ask;
  readonly #self: UserId;

  private constructor(names: ReadonlyMap<RoomId, string>, ask: Ask, self: UserId) {
    this.#names = names;
    this.#ask = ask;
    this.#self = self;
    this.ids = [...names.keys()];
  }

  /** Throws Refusal `homeserver` for an alias that leads elsewhere than before, or nowhere. */
  static async open(
    wishes: readonly RoomWish[],
    { ask, facts, self }: { readonly ask: Ask; readonly facts: Facts; readonly self: UserId },
    patience: Patience,
  ): Promise<Rooms> {
    const names = new Map<RoomId, string>();
    for (const { name, encrypted } of wishes) {
      if (encrypted === "required") throw homeserver(notBuiltYet(name));
      const id = isRoomId(name) ? name : await pinned(name, ask, facts, patience);
      const twin = names.get(id);
      if (twin !== undefined) throw homeserver(isListedTwice(twin, name));
      names.set(id, name);
    }
    return new Rooms(names, ask, self);
  }

  /** The config's name of a listed room. */
  nameOf(room: RoomId): string {
    return this.#names.get(room) ?? room;
  }

  /** Joins where moot is invited; false where it is neither in the room nor invited. Throws Refusal for a room that is open or encrypted. */
  async enter(room: RoomId, patience: Patience): Promise<boolean> {
    if (!(await this.#isIn(room, patience)) && !(await this.#join(room, patience))) return false;
    await this.inspect(room, patience);
    return true;
  }

  /** Throws Refusal `homeserver` when others than the members can read the room or walk into it, or when it is encrypted. */
  async inspect(room: RoomId, patience: Patience): Promise<void> {
    const name = this.nameOf(room);
    const state = async <Shape>(
      type: string,
      shape: z.ZodType<Shape>,
    ): Promise<Shape | undefined> =>
      patiently(this.#ask, patience, stateOf(room, type), shape).catch(notFound);
    if ((await state("m.room.encryption", anything)) !== undefined) {
      throw homeserver(isEncrypted(name));
    }
    const rules = await state("m.room.join_rules", joinRules);
    if (rules?.join_rule === "public") throw homeserver(isOpen(name, "everybody may join it"));
    const history = await state("m.room.history_visibility", visibility);
    if (history?.history_visibility === "world_readable") {
      throw homeserver(isOpen(name, "everybody may read it"));
    }
  }

  async #isIn(room: RoomId, patience: Patience): Promise<boolean> {
    const call = memberOf(room, this.#self);
    return (
      (await patiently(this.#ask, patience, call, member).catch(absent))?.membership === "join"
    );
  }

  async #join(room: RoomId, patience: Patience): Promise<boolean> {
    const call: Call = { method: "POST", path: v3("join", room), body: {} };
    return (await patiently(this.#ask, patience, call, anything).catch(absent)) !== undefined;
  }
}

/** Asks for a user's membership event. */
export function memberOf(room: RoomId, user: UserId): Call {
  return { method: "GET", path: v3("rooms", room, "state", "m.room.member", user) };
}

/** Undefined for what is not there, or what one who is not in the room may not see. */
export function absent(problem: unknown): undefined {
  if (!(problem instanceof Trouble && problem.status === 403)) notFound(problem);
}

/** Nothing else counts as not there: a room whose state cannot be read is not taken for a clear one. */
function notFound(problem: unknown): undefined {
  if (!(problem instanceof Trouble && problem.code === "M_NOT_FOUND")) throw problem;
}

function stateOf(room: RoomId, type: string): Call {
  return { method: "GET", path: `${v3("rooms", room, "state", type)}/` };
}

/** The room that an alias led to when moot first asked. */
export function pinnedRoom(alias: string, facts: Facts): RoomId | undefined {
  const before = facts.get(factOf(alias));
  return before !== undefined && isRoomId(before) ? before : undefined;
}

function factOf(alias: string): string {
  return `matrix.room ${alias}`;
}

async function pinned(alias: string, ask: Ask, facts: Facts, patience: Patience): Promise<RoomId> {
  const before = pinnedRoom(alias, facts);
  const call: Call = { method: "GET", path: v3("directory", "room", alias) };
  const now = (await patiently(ask, patience, call, directory).catch(absent))?.room_id;
  if (before !== undefined) {
    if (now !== undefined && now !== before) throw homeserver(ledElsewhere(alias, before, now));
    return before;
  }
  if (now === undefined)
    throw homeserver(
      `there is no room ${alias}. Make it, or correct matrix.rooms in moot's config.`,
    );
  facts.set(factOf(alias), now);
  return now;
}

function ledElsewhere(alias: string, before: string, now: string): string {
  return `the alias ${alias} led to ${before} and now leads to ${now}, which moot does not follow by itself. If your team moved, write ${now} in place of the alias into matrix.rooms.`;
}

function isListedTwice(one: string, other: string): string {
  return `${one} and ${other} are the same room. Leave one of them in matrix.rooms.`;
}

function notBuiltYet(name: string): string {
  return `encryption is not built in yet: set encrypted: off for ${name} if it is a clear room.`;
}

function isEncrypted(name: string): string {
  return `the room ${name} is encrypted, and encryption is not built in yet. A room cannot be made clear again: make a new one without encryption for moot and name it in matrix.rooms.`;
}

function isOpen(name: string, why: string): string {
  return `the room ${name} is not private: ${why}. Make it invite-only, with a history for members alone, then start moot again.`;
}
