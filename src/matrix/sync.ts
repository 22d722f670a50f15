// Follows the rooms: batch after batch, the position saved only after a batch was stored.
import { z } from "zod";
import type { Inbound } from "../core/chat.ts";
import { isRoomId, type RoomId, type UserId } from "../core/ids.ts";
import type { Facts } from "../core/ledger.ts";
import type { Clock, Log } from "../core/ports.ts";
import { GATES, hear, SPOKEN } from "./events.ts";
import { patiently, pauseAfter, type Patience } from "./patience.ts";
import type { Rooms } from "./rooms.ts";
import { decoded, Trouble } from "./trouble.ts";
import { v3, type Ask, type Call, type Pace } from "./wire.ts";

const events = z.array(z.unknown());
const joined = z.object({
  timeline: z
    .object({ events, limited: z.boolean().optional(), prev_batch: z.string().optional() })
    .optional(),
  state: z.object({ events }).optional(),
});
const others = z.record(z.string(), z.unknown()).default({});
const answer = z.object({
  next_batch: z.string(),
  rooms: z
    .object({ join: z.record(z.string(), joined).default({}), invite: others, leave: others })
    .prefault({}),
});
type Answer = z.infer<typeof answer>;
const page = z.object({ chunk: events, end: z.string().optional() });
const typed = z.object({ type: z.string() });

type Store = (batch: readonly Inbound[]) => void;

export interface Ears {
  readonly ask: Ask;
  readonly rooms: Rooms;
  readonly facts: Facts;
  readonly clock: Clock;
  readonly log: Log;
  /** Whose events are dropped: moot and other bots. */
  readonly deafTo: ReadonlySet<string>;
  readonly self: UserId;
  readonly pace: Pace;
}

const PAGE = 200;

export class Sync {
  readonly #ears: Ears;
  readonly #timeline: { readonly types: readonly string[]; readonly lazy_load_members: true };

  constructor(ears: Ears) {
    this.#ears = ears;
    this.#timeline = { types: [...SPOKEN, ...GATES], lazy_load_members: true };
  }

  /** On the very first start takes the present as the position: what was said before is never run. */
  async takePosition(patience: Patience): Promise<void> {
    if (this.#since !== undefined) return;
    const nothing = { rooms: [], timeline: { limit: 1 } };
    const call = this.#call({ room: nothing }, { timeout: 0 });
    this.#moveTo((await patiently(this.#ears.ask, patience, call, answer)).next_batch);
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
    const call = this.#call(this.#filter(), { timeout: this.#ears.pace.hold, since });
    const news = decoded(answer, await this.#ears.ask(call, signal));
    await this.#watchDoors(news, signal);
    const batch: Inbound[] = [];
    for (const room of this.#ears.rooms.ids) {
      const { timeline } = news.rooms.join[room] ?? {};
      if (timeline === undefined) continue;
      const { limited, prev_batch } = timeline;
      if (limited === true && prev_batch !== undefined) {
        await this.#fillGap(room, { from: since, to: prev_batch }, store, signal);
      }
      batch.push(...this.#heard(room, timeline.events));
    }
    if (batch.length > 0) store(batch);
    this.#moveTo(news.next_batch);
  }

  /** What lies between the position and a timeline that was cut at its beginning, oldest first. */
  async #fillGap(
    room: RoomId,
    { from, to }: { readonly from: string; readonly to: string },
    store: Store,
    signal: AbortSignal,
  ): Promise<void> {
    const path = v3("rooms", room, "messages");
    const filter = JSON.stringify(this.#timeline);
    let next: string | undefined = from;
    while (next !== undefined) {
      const query = { dir: "f", from: next, to, limit: PAGE, filter };
      const got = await this.#ears.ask({ method: "GET", path, query }, signal);
      const { chunk, end } = decoded(page, got);
      const batch = this.#heard(room, chunk);
      if (batch.length > 0) store(batch);
      next = chunk.length === 0 || end === next ? undefined : end;
    }
  }

  #heard(room: RoomId, raw: readonly unknown[]): readonly Inbound[] {
    return raw.flatMap((event) => hear(room, event, this.#ears.deafTo) ?? []);
  }

  /** Accepts invites to listed rooms, and looks anew at a room whose door was changed. */
  async #watchDoors(news: Answer, signal: AbortSignal): Promise<void> {
    const { rooms, log, clock } = this.#ears;
    const patience: Patience = { clock, signal, tries: 5 };
    for (const id of Object.keys(news.rooms.invite)) {
      if (!isRoomId(id) || !rooms.ids.includes(id)) continue;
      const isIn = await rooms.enter(id, patience);
      log.info(isIn ? "joined a room" : "an invite was taken back", { room: id });
    }
    for (const id of Object.keys(news.rooms.leave)) {
      log.warn("moot is no longer in a room", { room: id });
    }
    for (const id of rooms.ids) {
      if (isDoorChanged(news.rooms.join[id])) await rooms.inspect(id, patience);
    }
  }

  #filter(): Readonly<Record<string, unknown>> {
    return {
      room: {
        rooms: this.#ears.rooms.ids,
        timeline: { ...this.#timeline, limit: 100 },
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

function isDoorChanged(room: z.infer<typeof joined> | undefined): boolean {
  const seen = [...(room?.state?.events ?? []), ...(room?.timeline?.events ?? [])];
  const gates: readonly string[] = GATES;
  return seen.some((event) => gates.includes(typed.safeParse(event).data?.type ?? ""));
}
