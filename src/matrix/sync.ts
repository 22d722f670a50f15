// Follows the rooms: batch after batch, the position saved only after a batch was stored.
import { z } from "zod";
import type { Inbound } from "../core/chat.ts";
import { isEventId, type RoomId } from "../core/ids.ts";
import type { Facts } from "../core/ledger.ts";
import type { Ears, Hands, Store } from "./ears.ts";
import { ENCRYPTED_TOO, GATES, hear, SPOKEN } from "./events.ts";
import { decline, invitesAlone, invitesIn } from "./invites.ts";
import {
  areMembersChanged,
  beforeBurial,
  changesIn,
  isDoorChanged,
  news,
  page,
  type News,
} from "./news.ts";
import { patiently, pauseAfter, type Patience } from "./patience.ts";
import { leave, tellAll, tellMoves } from "./telling.ts";
import { decoded, Trouble } from "./trouble.ts";
import { v3, type Call } from "./wire.ts";

const PAGE = 200;
const identified = z.looseObject({ event_id: z.string().refine(isEventId) });

interface Gap {
  readonly room: RoomId;
  readonly from: string;
  readonly to: string;
}

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
  async follow(hands: Hands, signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      const trouble = await this.#attempt(hands, signal);
      failures = trouble === undefined ? 0 : failures + 1;
      if (trouble !== undefined) await this.#rest(trouble, failures, signal);
    }
  }

  /** Trouble that may pass, if there was any. */
  async #attempt(hands: Hands, signal: AbortSignal): Promise<Trouble | undefined> {
    try {
      await tellMoves(this.#ears, hands, signal);
      await this.#once(hands.store, signal);
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
    const { secrecy, upgrades, pace } = this.#ears;
    await this.#catchUp(since, store, signal);
    const hold = upgrades.isDue ? 0 : Math.min(pace.hold, secrecy.patienceLeft ?? pace.hold);
    const call = this.#call(this.#filter(), { timeout: hold, since });
    const found = decoded(news, await this.#ears.ask(call, signal));
    await this.#watchDoors(found, signal);
    const moves = await upgrades.ready(since, signal);
    // Keys that came are kept before the position moves: the homeserver brings them once.
    await secrecy.take(changesIn(found), signal);
    const batch: Inbound[] = [];
    for (const room of this.#ears.rooms.ids) {
      const isLeft = moves.some(({ from }) => from === room);
      await this.#fillGap(room, found, store, signal);
      batch.push(...(await this.#heard(room, timelineOf(found, room, isLeft))));
    }
    if (batch.length > 0) store(batch);
    for (const move of moves) await leave(this.#ears, move, signal);
    // From the same position what was said in a successor comes once more, now that it is heard.
    if (moves.length === 0) this.#moveTo(found.next_batch);
    await this.#hearLate(store);
    await tellAll(this.#ears, signal);
  }

  /** What could not be read when it came, and can now. */
  async #hearLate(store: Store): Promise<void> {
    const { secrecy, rooms, deafTo } = this.#ears;
    for (const [room, raw] of await secrecy.late()) {
      const inbound = hear(rooms.rootOf(room), raw, deafTo);
      // What was said in a room that was left since is not heard any more.
      if (inbound !== undefined && rooms.ids.includes(room)) store([inbound]);
      await secrecy.forget(identified.parse(raw).event_id);
    }
  }

  /** What was said in a successor while moot could not follow yet; a room that does not let moot read it is not tried again. */
  async #catchUp(to: string, store: Store, signal: AbortSignal): Promise<void> {
    const { upgrades, log } = this.#ears;
    for (const { move, since: from } of upgrades.unheard) {
      try {
        await this.#fill({ room: move.to, from, to }, store, signal);
      } catch (problem) {
        if (!(problem instanceof Trouble) || problem.isPassing) throw problem;
        log.error("what was said in a room before it was followed is lost", { ...move, problem });
      }
      upgrades.caughtUp(move);
    }
  }

  /** What lies between the position and a timeline that was cut at its beginning. */
  async #fillGap(room: RoomId, found: News, store: Store, signal: AbortSignal): Promise<void> {
    const { limited, prev_batch: to } = found.rooms.join[room]?.timeline ?? {};
    // The position has not moved yet.
    const from = this.#since;
    if (limited !== true || to === undefined || from === undefined) return;
    await this.#fill({ room, from, to }, store, signal);
  }

  /** Stores what was said between two positions, oldest first. */
  async #fill({ room, from, to }: Gap, store: Store, signal: AbortSignal): Promise<void> {
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
    const { secrecy, rooms, deafTo } = this.#ears;
    const said = await secrecy.read(room, raw);
    const root = rooms.rootOf(room);
    return said.flatMap((event) => hear(root, event, deafTo) ?? []);
  }

  /** Accepts invites to listed rooms, and looks anew at a room whose door was changed. */
  async #watchDoors(found: News, signal: AbortSignal): Promise<void> {
    const { rooms, secrecy, upgrades, clock } = this.#ears;
    const patience: Patience = { clock, signal, tries: 5 };
    await upgrades.notice(found, patience);
    await this.#answerInvites(found, patience);
    for (const id of rooms.ids) {
      const room = found.rooms.join[id];
      if (isDoorChanged(room)) await rooms.inspectAgain(id, patience);
      if (areMembersChanged(room)) secrecy.membersChanged(id);
    }
    await secrecy.prepare(patience);
  }

  /** Those of members to listed rooms are accepted; of all others nobody hears. */
  async #answerInvites(found: News, patience: Patience): Promise<void> {
    const { ask, rooms, upgrades, log, self } = this.#ears;
    for (const [room, by] of invitesIn(found, self)) {
      if (upgrades.isAwaited(room)) continue;
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

/** Who was sent elsewhere is heard there alone. */
function timelineOf(found: News, room: RoomId, isLeft: boolean): readonly unknown[] {
  const events = found.rooms.join[room]?.timeline?.events ?? [];
  return isLeft ? beforeBurial(events) : events;
}
