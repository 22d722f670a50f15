// Follows rooms that were upgraded: only where a room's successor says so too, and whoever said so had the power to.
import { z } from "zod";
import { Refusal } from "../core/errors.ts";
import { isRoomId, type RoomId } from "../core/ids.ts";
import type { Facts } from "../core/ledger.ts";
import type { Clock, Log } from "../core/ports.ts";
import {
  outsideWords,
  renameWords,
  stayWords,
  untriedWords,
  type Stay,
} from "../words/upgrades.ts";
import { comesFrom, fullState, tombstoneIn, type Tombstone } from "./burial.ts";
import { decline } from "./invites.ts";
import { keepMove, movesIn, type KeptMove, type Move } from "./moves.ts";
import { isBuried, isDoorChanged, type News } from "./news.ts";
import { patiently, type Patience } from "./patience.ts";
import type { Rooms } from "./rooms.ts";
import { absent, decoded, isSilence, Trouble } from "./trouble.ts";
import { v3, type Ask } from "./wire.ts";

/** Milliseconds after which a homeserver that could not tell is asked again. */
const RETRY = 60_000;

interface Parts {
  readonly ask: Ask;
  readonly rooms: Rooms;
  readonly facts: Facts;
  readonly clock: Clock;
  readonly log: Log;
}

/** A room that moot stays in, though it was said to go on elsewhere. */
interface Stranded extends Staying {
  readonly room: RoomId;
}

/** A room that was buried, and where its people were sent. */
interface Grave {
  readonly to: RoomId;
  readonly dueAt: number;
}

interface Staying {
  readonly to: RoomId;
  readonly why: Stay;
}
/** Undefined for a room that is not buried after all. */
type Verdict = Move | Staying | undefined;

const tombstone = z.object({ replacement_room: z.string().refine(isRoomId) });
const anything = z.looseObject({});
const NEVER = Number.POSITIVE_INFINITY;

export class Upgrades {
  readonly #parts: Parts;
  readonly #graves = new Map<RoomId, Grave>();
  #stranded: Stranded[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** What was said while moot was away. */
  async look(patience: Patience): Promise<void> {
    for (const room of this.#parts.rooms.ids) await this.lookAt(room, patience);
  }

  /** What a sync brought that may change whether a room can be followed. */
  async notice(found: News, patience: Patience): Promise<void> {
    const { rooms, log } = this.#parts;
    for (const room of rooms.ids) {
      const isOut = found.rooms.leave[room] !== undefined;
      if (isOut || isBuried(found.rooms.join[room])) await this.lookAt(room, patience);
      if (isOut && !this.isBuried(room)) log.error(outsideWords(rooms.nameOf(room)));
    }
    for (const [room, { to }] of this.#graves) {
      const isNews = found.rooms.invite[to] !== undefined || isDoorChanged(found.rooms.join[to]);
      if (isNews) this.#graves.set(room, { to, dueAt: 0 });
    }
  }

  /** Whether it was said to go on elsewhere, as far as moot can see. */
  isBuried(room: RoomId): boolean {
    return this.#graves.has(room);
  }

  /** Whether an invite there is waited for. */
  isAwaited(room: RoomId): boolean {
    return [...this.#graves.values()].some(({ to }) => to === room);
  }

  /** Whether one is to be followed that was not tried yet. */
  get isDue(): boolean {
    return [...this.#graves.values()].some(({ dueAt }) => dueAt <= this.#parts.clock.now());
  }

  /** What is to be mended, for the verb `check`. */
  get problems(): readonly string[] {
    const { rooms, facts } = this.#parts;
    const stays = [...this.#graves].map(
      ([room, { to }]) => facts.get(factOf(room)) ?? untriedWords(rooms.nameOf(room), to),
    );
    const renames = rooms.ids.flatMap((to) => {
      const name = rooms.nameOf(to);
      return isRoomId(name) && name !== to ? [renameWords(name, to)] : [];
    });
    return [...stays, ...renames];
  }

  /** Those that may be left now for their successors, in which moot is. `position`: up to where rooms were heard. */
  async ready(position: string, signal: AbortSignal): Promise<readonly Move[]> {
    const moves: Move[] = [];
    for (const [room, { to, dueAt }] of this.#graves) {
      if (dueAt > this.#parts.clock.now()) continue;
      const verdict = await this.#tryToJudge(room, to, signal);
      if (verdict === undefined) this.#graves.delete(room);
      else if (!("why" in verdict)) moves.push(verdict);
      else this.#stay(room, verdict, position);
    }
    return moves;
  }

  /** Whom to tell why moot stays. */
  get stranded(): readonly Stranded[] {
    return this.#stranded;
  }

  toldWhy({ room, to, why }: Stranded): void {
    this.#stranded = this.#stranded.filter((one) => one.room !== room);
    this.#parts.facts.set(factOf(room), stayWords(why, to));
  }

  /** From now on it is the successor that moot is in. `isSaid`: people were told in the room that is left. */
  follow(move: Move, isSaid: boolean): void {
    const { facts, rooms, log } = this.#parts;
    const { from, to } = move;
    log.info("a room moved to another, and moot went along", { room: rooms.nameOf(from), to });
    keepMove(facts, { ...move, isTold: false, isUnsaid: !isSaid });
    facts.set(factOf(from), undefined);
    this.#graves.delete(from);
    rooms.follow(move);
  }

  /** Followed after the homeserver kept moot from it for a while, and the position from which on it is to be heard still. */
  get unheard(): readonly { readonly move: Move; readonly since: string }[] {
    const { facts } = this.#parts;
    return movesIn(facts).flatMap((move) => {
      const since = facts.get(unheardAfter(move.from));
      return since === undefined ? [] : [{ move, since }];
    });
  }

  caughtUp({ from }: Move): void {
    this.#parts.facts.set(unheardAfter(from), undefined);
  }

  /** Moves after which what is open was not put before people again. */
  get untold(): readonly KeptMove[] {
    return movesIn(this.#parts.facts).filter(({ isTold }) => !isTold);
  }

  told(move: KeptMove): void {
    keepMove(this.#parts.facts, { ...move, isTold: true });
  }

  async lookAt(room: RoomId, patience: Patience): Promise<void> {
    const path = `${v3("rooms", room, "state", "m.room.tombstone")}/`;
    const { ask } = this.#parts;
    const found = await patiently(ask, patience, { method: "GET", path }, anything).catch(absent);
    // A tombstone does not go away: one that was seen may only be out of sight.
    const to =
      found === undefined
        ? this.#graves.get(room)?.to
        : tombstone.safeParse(found).data?.replacement_room;
    if (to === undefined) this.#graves.delete(room);
    else this.#graves.set(room, { to, dueAt: 0 });
  }

  /** A homeserver that cannot tell must not keep moot from everything else. */
  async #tryToJudge(room: RoomId, to: RoomId, signal: AbortSignal): Promise<Verdict> {
    try {
      return await this.#judge(room, to, signal);
    } catch (problem) {
      if (!(problem instanceof Trouble || isSilence(problem))) throw problem;
      this.#parts.log.warn("the homeserver does not help to follow a room", { room, to, problem });
      return { to, why: "unanswered" };
    }
  }

  async #judge(room: RoomId, seen: RoomId, signal: AbortSignal): Promise<Verdict> {
    const { clock } = this.#parts;
    const state = await this.#stateOf(room, signal).catch(absent);
    if (state === undefined) return { to: seen, why: "outside" };
    const found = tombstoneIn(state, room);
    if (found === undefined) return undefined;
    const { to, event, by, isRightful } = found;
    if (!isRightful) return { to, why: "powerless" };
    if (this.#isKnown(to)) return { to, why: "known" };
    if (!(await this.#join(found, signal))) return { to, why: "closed" };
    if (!comesFrom(await this.#stateOf(to, signal), room, found)) {
      await decline(this.#parts.ask, to, { clock, signal, tries: 1 });
      return { to, why: "unlinked" };
    }
    const why = await this.#dangerOf(room, to, signal);
    return why === undefined ? { from: room, to, event, by, at: clock.now() } : { to, why };
  }

  #isKnown(to: RoomId): boolean {
    const { rooms } = this.#parts;
    return rooms.roots.some((root) => rooms.placesOf(root).includes(to));
  }

  /** moot stays in there, to see when that changes. */
  async #dangerOf(room: RoomId, to: RoomId, signal: AbortSignal): Promise<Stay | undefined> {
    const { rooms, clock, log } = this.#parts;
    try {
      await rooms.inspect(to, { clock, signal, tries: 2 });
    } catch (problem) {
      if (!(problem instanceof Refusal) || isSilence(problem)) throw problem;
      log.warn("a room's successor is not safe", { room, to, problem });
      return "unsafe";
    }
    const isLess = rooms.isEncrypted(room) && !rooms.isEncrypted(to);
    return isLess ? "clear" : undefined;
  }

  /** By way of the homeserver of whoever said where to go. */
  async #join({ to, by }: Tombstone, signal: AbortSignal): Promise<boolean> {
    const via = by.slice(by.indexOf(":") + 1);
    const query = { server_name: via, via };
    const call = { method: "POST", path: v3("join", to), query, body: {} } as const;
    return (await this.#parts.ask(call, signal).catch(absent)) !== undefined;
  }

  async #stateOf(room: RoomId, signal: AbortSignal): Promise<readonly unknown[]> {
    const call = { method: "GET", path: v3("rooms", room, "state") } as const;
    return decoded(fullState, await this.#parts.ask(call, signal));
  }

  #stay(room: RoomId, { to, why }: Staying, position: string): void {
    const { facts, log, rooms, clock } = this.#parts;
    const isUnanswered = why === "unanswered";
    this.#graves.set(room, { to, dueAt: isUnanswered ? clock.now() + RETRY : NEVER });
    // Where moot chose to stay, what is said in the other room is not for it.
    const since = facts.get(unheardAfter(room)) ?? position;
    facts.set(unheardAfter(room), isUnanswered ? since : undefined);
    const said = stayWords(why, to);
    log.error(said, { room: rooms.nameOf(room) });
    const others = this.#stranded.filter((one) => one.room !== room);
    const isTold = facts.get(factOf(room)) === said;
    this.#stranded = isTold ? others : [...others, { room, to, why }];
  }
}

function factOf(room: RoomId): string {
  return `matrix.stranded ${room}`;
}

function unheardAfter(room: RoomId): string {
  return `matrix.unheard ${room}`;
}
