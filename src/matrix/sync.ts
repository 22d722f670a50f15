// Follows the rooms: batch after batch, the position saved only after a batch was stored.
import { z } from "zod";
import type { Inbound } from "../core/chat.ts";
import { isEventId, type RoomId, type UserId } from "../core/ids.ts";
import type { Facts } from "../core/ledger.ts";
import type { Clock, Log } from "../core/ports.ts";
import { unheardDoc } from "../words/encryption.ts";
import { ENCRYPTED_TOO, GATES, hear, SPOKEN } from "./events.ts";
import { decline, invitesAlone, invitesIn } from "./invites.ts";
import { speak } from "./mouth.ts";
import {
  areMembersChanged,
  changesIn,
  isDoorChanged,
  news,
  page,
  successorOf,
  type News,
} from "./news.ts";
import { patiently, pauseAfter, type Patience } from "./patience.ts";
import type { Rooms } from "./rooms.ts";
import type { Excuse, Secrecy } from "./secrecy.ts";
import { decoded, Trouble } from "./trouble.ts";
import { v3, type Ask, type Call, type Pace } from "./wire.ts";

type Store = (batch: readonly Inbound[]) => void;

export interface Ears {
  readonly ask: Ask;
  readonly rooms: Rooms;
  readonly secrecy: Secrecy;
  readonly facts: Facts;
  readonly clock: Clock;
  readonly log: Log;
  /** Whose events are dropped: moot and other bots. */
  readonly deafTo: ReadonlySet<string>;
  readonly self: UserId;
  readonly pace: Pace;
}

const PAGE = 200;
const identified = z.looseObject({ event_id: z.string().refine(isEventId) });

export class Sync {
  readonly #ears: Ears;

  constructor(ears: Ears) {
    this.#ears = ears;
  }

  /** On the very first start takes the present as the position: what was said before is never run. */
  async takePosition(patience: Patience): Promise<void> {
    if (this.#since !== undefined) return;
    const call = this.#call(invitesAlone(), { timeout: 0 });
    const found = await patiently(this.#ears.ask, patience, call, news);
    await this.#answerInvites(found, patience);
    await this.#ears.secrecy.take(changesIn(found), patience.signal);
    this.#moveTo(found.next_batch);
  }

  /** Runs until the signal. Throws Trouble that will not pass, Refusal for a room that was opened, or what `store` threw. */
  async follow(store: Store, signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      const trouble = await this.#attempt(store, signal);
      failures = trouble === undefined ? 0 : failures + 1;
      if (trouble !== undefined) await this.#rest(trouble, failures, signal);
    }
  }

  /** Trouble that may pass, if there was any. */
  async #attempt(store: Store, signal: AbortSignal): Promise<Trouble | undefined> {
    try {
      await this.#once(store, signal);
      return undefined;
    } catch (problem) {
      if (signal.aborted) return undefined;
      if (problem instanceof Trouble && problem.isPassing) return problem;
      throw problem;
    }
  }

  async #rest(trouble: Trouble, failures: number, signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#ears;
    const pause = pauseAfter(failures, trouble.after);
    log.warn("homeserver does not answer", { problem: trouble.message, failures, pause });
    try {
      await clock.sleep(pause, signal);
    } catch (problem) {
      if (!signal.aborted) throw problem;
    }
  }

  async #once(store: Store, signal: AbortSignal): Promise<void> {
    const since = this.#since;
    if (since === undefined) throw new Error("no position was taken");
    const { secrecy, pace } = this.#ears;
    const hold = Math.min(pace.hold, secrecy.patienceLeft ?? pace.hold);
    const call = this.#call(this.#filter(), { timeout: hold, since });
    const found = decoded(news, await this.#ears.ask(call, signal));
    await this.#watchDoors(found, signal);
    // Keys that came are kept before the position moves: the homeserver brings them once.
    await secrecy.take(changesIn(found), signal);
    const batch: Inbound[] = [];
    for (const room of this.#ears.rooms.ids) {
      const { timeline } = found.rooms.join[room] ?? {};
      if (timeline === undefined) continue;
      const { limited, prev_batch } = timeline;
      if (limited === true && prev_batch !== undefined) {
        await this.#fillGap(room, { from: since, to: prev_batch }, store, signal);
      }
      batch.push(...(await this.#heard(room, timeline.events)));
    }
    if (batch.length > 0) store(batch);
    this.#moveTo(found.next_batch);
    await this.#hearLate(store);
    for (const excuse of secrecy.excuses()) await this.#tell(excuse, signal);
  }

  /** What could not be read when it came, and can now. */
  async #hearLate(store: Store): Promise<void> {
    const { secrecy, deafTo } = this.#ears;
    for (const [room, raw] of await secrecy.late()) {
      const inbound = hear(room, raw, deafTo);
      if (inbound !== undefined) store([inbound]);
      await secrecy.forget(identified.parse(raw).event_id);
    }
  }

  /** Outside the outbox, which would take it for an answer to something that was heard. */
  async #tell({ room, event, sender, why }: Excuse, signal: AbortSignal): Promise<void> {
    const doc = unheardDoc(why, sender);
    const excuse = { kind: "message", room, doc, rings: [], replyTo: event } as const;
    try {
      await speak(this.#ears, excuse, `unheard-${event}`, signal);
    } catch (problem) {
      signal.throwIfAborted();
      this.#ears.log.warn("somebody could not be told that they were not heard", {
        event,
        problem,
      });
    }
  }

  /** What lies between the position and a timeline that was cut at its beginning, oldest first. */
  async #fillGap(
    room: RoomId,
    { from, to }: { readonly from: string; readonly to: string },
    store: Store,
    signal: AbortSignal,
  ): Promise<void> {
    const path = v3("rooms", room, "messages");
    const filter = JSON.stringify(this.#timeline());
    let next: string | undefined = from;
    while (next !== undefined) {
      const query = { dir: "f", from: next, to, limit: PAGE, filter };
      const got = await this.#ears.ask({ method: "GET", path, query }, signal);
      const { chunk, end } = decoded(page, got);
      const batch = await this.#heard(room, chunk);
      if (batch.length > 0) store(batch);
      next = chunk.length === 0 || end === next ? undefined : end;
    }
  }

  async #heard(room: RoomId, raw: readonly unknown[]): Promise<readonly Inbound[]> {
    const said = await this.#ears.secrecy.read(room, raw);
    return said.flatMap((event) => hear(room, event, this.#ears.deafTo) ?? []);
  }

  /** Accepts invites to listed rooms, and looks anew at a room whose door was changed. */
  async #watchDoors(found: News, signal: AbortSignal): Promise<void> {
    const { rooms, secrecy, log, clock } = this.#ears;
    const patience: Patience = { clock, signal, tries: 5 };
    await this.#answerInvites(found, patience);
    for (const id of rooms.ids) {
      if (found.rooms.leave[id] !== undefined)
        log.warn("moot is no longer in a room", { room: id });
    }
    for (const id of rooms.ids) {
      const room = found.rooms.join[id];
      const successor = successorOf(room);
      if (successor !== undefined)
        log.error(
          "a room has a successor, which moot does not follow by itself: name it in matrix.rooms in place of the old one, invite moot, and start it again",
          { room: rooms.nameOf(id), successor },
        );
      if (isDoorChanged(room)) await rooms.inspect(id, patience);
      if (areMembersChanged(room)) secrecy.membersChanged(id);
    }
    await secrecy.prepare(patience);
  }

  /** Those of members to listed rooms are accepted; of all others nobody hears. */
  async #answerInvites(found: News, patience: Patience): Promise<void> {
    const { ask, rooms, log, self } = this.#ears;
    for (const [room, by] of invitesIn(found, self)) {
      const isListed = rooms.ids.includes(room);
      if (!isListed) await decline(ask, room, patience);
      const isIn = isListed && (await rooms.enter(room, patience));
      log.info(isIn ? "joined a room" : "an invite was not accepted", { room, by });
    }
  }

  #timeline(): Readonly<Record<string, unknown>> {
    const more = this.#ears.secrecy.isOn ? ENCRYPTED_TOO : [];
    return { types: [...SPOKEN, ...GATES, ...more], lazy_load_members: true };
  }

  #filter(): Readonly<Record<string, unknown>> {
    return {
      room: {
        timeline: { ...this.#timeline(), limit: 100 },
        state: { types: GATES, lazy_load_members: true },
        ephemeral: { types: [] },
        account_data: { types: [] },
      },
    };
  }

  #call(
    filter: Readonly<Record<string, unknown>>,
    query: Call["query"] & { timeout: number },
  ): Call {
    const nothing = { types: [] };
    const whole = { presence: nothing, account_data: nothing, ...filter };
    return {
      method: "GET",
      path: v3("sync"),
      query: { ...query, filter: JSON.stringify(whole), set_presence: "offline" },
      patience: query.timeout + this.#ears.pace.patience,
    };
  }

  get #since(): string | undefined {
    return this.#ears.facts.get(`matrix.since ${this.#ears.self}`);
  }

  #moveTo(position: string): void {
    const { facts, clock, self } = this.#ears;
    if (position !== this.#since) facts.set(`matrix.since ${self}`, position);
    facts.set(LAST_SYNC, String(clock.now()));
  }
}

/** The fact that tells when the homeserver last answered, milliseconds UTC. */
export const LAST_SYNC = "matrix.lastSync";

/** Undefined where there was no sync yet. */
export function lastSync(facts: Facts): number | undefined {
  const kept = facts.get(LAST_SYNC);
  return kept === undefined ? undefined : Number(kept);
}
