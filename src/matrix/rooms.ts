// Lets moot into the rooms of its config and into no others: their ids are pinned, open rooms refused.
import { z } from "zod";
import { isRoomId, type RoomId, type UserId } from "../core/ids.ts";
import type { Facts } from "../core/ledger.ts";
import {
  encryptionState,
  knownEncryption,
  learnEncryption,
  visibilityState,
  type Encryption,
  type Visibility,
} from "./encryption.ts";
import { decline, pendingInvites } from "./invites.ts";
import { movesIn, placesOf, rootOf, type Move } from "./moves.ts";
import { patiently, type Patience } from "./patience.ts";
import { absent, homeserver, isForbidden, notFound } from "./trouble.ts";
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

/** How a room is spoken in. `silent`: nothing is said or heard until it is encrypted, or was looked at. */
export type Manner =
  | { readonly kind: "clear" }
  | { readonly kind: "silent" }
  | {
      readonly kind: "encrypted";
      readonly encryption: Encryption;
      readonly visibility: Visibility;
    };

interface Parts {
  readonly ask: Ask;
  readonly facts: Facts;
  readonly self: UserId;
  /** Whether moot follows their invites. */
  readonly mayInvite: (user: UserId) => boolean;
}

export class Rooms {
  #wishes: ReadonlyMap<RoomId, RoomWish>;
  readonly #parts: Parts;
  /** Of the rooms that were looked at. */
  readonly #visibilities = new Map<RoomId, Visibility>();

  private constructor(wishes: ReadonlyMap<RoomId, RoomWish>, parts: Parts) {
    this.#wishes = wishes;
    this.#parts = parts;
  }

  /** Throws Refusal `homeserver` for an alias that leads elsewhere than before, or nowhere. */
  static async open(wishes: readonly RoomWish[], parts: Parts, patience: Patience): Promise<Rooms> {
    const { ask, facts } = parts;
    const listed = new Map<RoomId, RoomWish>();
    for (const wish of wishes) {
      const { name } = wish;
      const named = isRoomId(name) ? name : await pinned(name, ask, facts, patience);
      const moves = movesIn(facts);
      const [id] = placesOf(moves, rootOf(moves, named));
      const twin = listed.get(id);
      if (twin !== undefined) throw homeserver(isListedTwice(twin.name, name));
      listed.set(id, wish);
    }
    return new Rooms(listed, parts);
  }

  /** Where people are now, in the order of the config. */
  get ids(): readonly RoomId[] {
    return [...this.#wishes.keys()];
  }

  /** The ids that the rest of moot knows them by, in the same order. */
  get roots(): readonly RoomId[] {
    return this.ids.map((id) => this.rootOf(id));
  }

  rootOf(room: RoomId): RoomId {
    return rootOf(movesIn(this.#parts.facts), room);
  }

  /** All rooms that it was, the newest first. */
  placesOf(root: RoomId): readonly [RoomId, ...RoomId[]] {
    return placesOf(movesIn(this.#parts.facts), root);
  }

  /** From now on the other is the listed one. */
  follow({ from, to }: Pick<Move, "from" | "to">): void {
    const moved = [...this.#wishes].map(([id, wish]) => [id === from ? to : id, wish] as const);
    this.#wishes = new Map(moved);
  }

  mannerOf(room: RoomId): Manner {
    const wish = this.#wishes.get(room);
    const visibility = this.#visibilities.get(room);
    const encryption = knownEncryption(room, this.#parts.facts);
    if (encryption !== undefined)
      return { kind: "encrypted", encryption, visibility: visibility ?? "joined" };
    const isOpenTo = wish === undefined || (wish.encrypted === "off" && visibility !== undefined);
    return { kind: isOpenTo ? "clear" : "silent" };
  }

  isEncrypted(room: RoomId): boolean {
    return this.mannerOf(room).kind === "encrypted";
  }

  /** The first that needs keys, if there is one. */
  get encrypted(): RoomId | undefined {
    return this.ids.find(
      (id) => this.#wishes.get(id)?.encrypted === "required" || this.isEncrypted(id),
    );
  }

  /** The encrypted rooms that moot is in, and who gets keys there. */
  get companies(): ReadonlyMap<RoomId, Visibility> {
    return new Map([...this.#visibilities].filter(([room]) => this.isEncrypted(room)));
  }

  /** The config's name of a listed room. */
  nameOf(room: RoomId): string {
    return this.#wishes.get(room)?.name ?? room;
  }

  /**
   * Joins where moot is invited by somebody who may; false where it is neither in the room nor so invited. Throws Refusal for a room
   * that is open.
   */
  async enter(room: RoomId, patience: Patience): Promise<boolean> {
    if (!(await this.#isIn(room, patience)) && !(await this.#follow(room, patience))) return false;
    await this.inspect(room, patience);
    return true;
  }

  /** Throws Refusal `homeserver` when others than the members can read the room or walk into it, or when its encryption is not known. */
  async inspect(room: RoomId, patience: Patience): Promise<void> {
    const name = this.nameOf(room);
    const state = async <Shape>(
      type: string,
      shape: z.ZodType<Shape>,
    ): Promise<Shape | undefined> =>
      patiently(this.#parts.ask, patience, stateOf(room, type), shape).catch(notFound);
    const encryption = await state("m.room.encryption", encryptionState);
    if (!learnEncryption(room, encryption, this.#parts.facts))
      throw homeserver(isEncryptedOtherwise(name, encryption?.algorithm ?? ""));
    const rules = await state("m.room.join_rules", joinRules);
    if (rules?.join_rule === "public") throw homeserver(isOpen(name, "everybody may join it"));
    const history = await state("m.room.history_visibility", visibilityState);
    if (history?.history_visibility === "world_readable") {
      throw homeserver(isOpen(name, "everybody may read it"));
    }
    this.#visibilities.set(room, history?.history_visibility ?? "shared");
  }

  /** The same of a room that moot was in a moment ago: one that it was put out of since then tells it nothing any more. */
  async inspectAgain(room: RoomId, patience: Patience): Promise<void> {
    try {
      await this.inspect(room, patience);
    } catch (problem) {
      if (!isForbidden(problem) || (await this.#isIn(room, patience))) throw problem;
    }
  }

  async #isIn(room: RoomId, patience: Patience): Promise<boolean> {
    const { ask, self } = this.#parts;
    const found = await patiently(ask, patience, memberOf(room, self), member).catch(absent);
    return found?.membership === "join";
  }

  async #follow(room: RoomId, patience: Patience): Promise<boolean> {
    const { ask, self, mayInvite } = this.#parts;
    const invites = await pendingInvites(ask, self, patience);
    const by = invites.get(room);
    // Without an invite there may be another way in, which the room's members have opened.
    if (!invites.has(room) || (by !== undefined && mayInvite(by)))
      return this.#join(room, patience);
    await decline(ask, room, patience);
    return false;
  }

  async #join(room: RoomId, patience: Patience): Promise<boolean> {
    const call: Call = { method: "POST", path: v3("join", room), body: {} };
    const { ask } = this.#parts;
    return (await patiently(ask, patience, call, anything).catch(absent)) !== undefined;
  }
}

/** Asks for a user's membership event. */
export function memberOf(room: RoomId, user: UserId): Call {
  return { method: "GET", path: v3("rooms", room, "state", "m.room.member", user) };
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
    const moves = movesIn(facts);
    if (now !== undefined && rootOf(moves, now) !== rootOf(moves, before))
      throw homeserver(ledElsewhere(alias, before, now));
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

function isEncryptedOtherwise(name: string, algorithm: string): string {
  return `the room ${name} is encrypted with ${JSON.stringify(algorithm.slice(0, 60))}, which moot does not know, so nothing is said there. Make a new room with the usual encryption and name it in matrix.rooms.`;
}

function isOpen(name: string, why: string): string {
  return `the room ${name} is not private: ${why}. Make it invite-only, with a history for members alone, then start moot again.`;
}
