// A member's ears: follows the rooms as a client does, and notes when each event became visible.
import { z } from "zod";
import { roomEvent, type Member, type RoomEvent } from "../e2e/member.ts";

export interface Heard {
  readonly room: string;
  readonly event: RoomEvent;
  /** Milliseconds UTC. */
  readonly at: number;
}

type Fits = (heard: Heard) => boolean;

const sync = z.looseObject({
  next_batch: z.string(),
  rooms: z
    .looseObject({
      join: z
        .record(
          z.string(),
          z.looseObject({ timeline: z.looseObject({ events: z.array(roomEvent) }) }),
        )
        .default({}),
    })
    .default({ join: {} }),
});

/** Milliseconds that the homeserver may hold a request for news. */
const HOLD = 1_000;

export class Ears implements AsyncDisposable {
  readonly #member: Member;
  readonly #waiting = new Set<(heard: Heard) => void>();
  #isOpen = true;
  #following: Promise<void> = Promise.resolve();

  private constructor(member: Member) {
    this.#member = member;
  }

  /** Hears from now on. */
  static async open(member: Member): Promise<Ears> {
    const ears = new Ears(member);
    const position = await ears.#ask("timeout=0");
    ears.#following = ears.#follow(position.next_batch);
    return ears;
  }

  /** The next event that fits; `seconds` is what it may take. */
  async next(what: string, fits: Fits, seconds = 120): Promise<Heard> {
    const found = Promise.withResolvers<Heard>();
    const look = (heard: Heard): void => {
      if (fits(heard)) found.resolve(heard);
    };
    const late = setTimeout(() => {
      found.reject(new Error(`${what} was not seen within ${seconds} s`));
    }, seconds * 1000);
    this.#waiting.add(look);
    try {
      return await found.promise;
    } finally {
      clearTimeout(late);
      this.#waiting.delete(look);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOpen = false;
    await this.#following;
  }

  async #follow(position: string): Promise<void> {
    for (let since = position; this.#isOpen;) {
      const news = await this.#ask(`timeout=${HOLD}&since=${since}`);
      const at = Date.now();
      for (const [room, { timeline }] of Object.entries(news.rooms.join))
        for (const event of timeline.events)
          for (const look of this.#waiting) look({ room, event, at });
      since = news.next_batch;
    }
  }

  async #ask(query: string): Promise<z.infer<typeof sync>> {
    return sync.parse(await this.#member.call("GET", `/sync?${query}`));
  }
}
