// Looks at a stack again and again: soon after anything happens, and rarely while nothing does.
import type { IncomingMessage } from "node:http";
import { finished } from "node:stream/promises";
import type { Clock } from "../core/ports.ts";
import type { StackSight } from "../core/sighting.ts";

/** Milliseconds between two looks. */
const SHORTEST = 200;
const LONGEST = 2_000;

/** Rings at each event of an engine; however many wait for it, the engine is asked for one stream. */
export class EventBell {
  readonly #open: (signal: AbortSignal) => Promise<IncomingMessage>;
  readonly #clock: Clock;
  #next = Promise.withResolvers<undefined>();
  #listeners = 0;
  #closing: AbortController | undefined;

  constructor(open: (signal: AbortSignal) => Promise<IncomingMessage>, clock: Clock) {
    this.#open = open;
    this.#clock = clock;
  }

  /** The bell is heard until this is disposed of. */
  listen(): Disposable {
    this.#listeners += 1;
    if (this.#closing === undefined) {
      this.#closing = new AbortController();
      void this.#run(this.#closing.signal);
    }
    return {
      [Symbol.dispose]: () => {
        this.#listeners -= 1;
        if (this.#listeners > 0) return;
        this.#closing?.abort();
        this.#closing = undefined;
      },
    };
  }

  next(): Promise<undefined> {
    return this.#next.promise;
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const events = await this.#open(signal);
        events.on("data", () => this.#ring());
        await finished(events);
      } catch {
        // A lost stream costs speed only: the watchers look by themselves every two seconds.
      }
      await this.#clock.sleep(LONGEST, signal).catch(() => undefined);
    }
  }

  #ring(): void {
    this.#next.resolve(undefined);
    this.#next = Promise.withResolvers();
  }
}

/** Ends only by an error: the look's, or the signal's reason. */
export async function* watchStack(
  look: (signal: AbortSignal) => Promise<StackSight>,
  bell: EventBell,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<StackSight, never> {
  const listening = bell.listen();
  try {
    let latest = await look(signal);
    let changedAt = latest.at;
    for (;;) {
      yield latest;
      await pause(bell.next(), pauseOf(latest, changedAt), clock, signal);
      const sight = await look(signal);
      if (JSON.stringify(sight.services) !== JSON.stringify(latest.services)) changedAt = sight.at;
      latest = sight;
    }
  } finally {
    listening[Symbol.dispose]();
  }
}

/** A tenth of the time in which nothing has changed, so no ending is told much later than it came; and never past the moment when a monitor time is over. */
function pauseOf(sight: StackSight, changedAt: number): number {
  const quiet = sight.at - changedAt;
  const due = sight.services.map(({ monitor }) => monitor - quiet).filter((left) => left > 0);
  return Math.min(Math.max(quiet / 10, SHORTEST), LONGEST, ...due);
}

async function pause(
  event: Promise<undefined>,
  milliseconds: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const done = new AbortController();
  try {
    const inner = AbortSignal.any([signal, done.signal]);
    const first = Math.min(SHORTEST, milliseconds);
    // Events come in showers: one look answers them all.
    await clock.sleep(first, signal);
    await Promise.race([event, clock.sleep(milliseconds - first, inner)]);
  } finally {
    done.abort();
  }
}
