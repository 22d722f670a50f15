// A bell: loops sleep on it and are woken when there is something to do.
import type { Clock } from "../core/ports.ts";
import { rest } from "./rest.ts";

class Bell {
  #wake: (() => void) | undefined;
  #rung = false;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** Resolves at the next ring (or at once if it rang since the last wait), when `until` comes, or when the signal aborts. */
  async wait(clock: Clock, until: number | undefined, signal: AbortSignal): Promise<void> {
    if (!this.#rung && !signal.aborted) await this.#sleep(clock, until, signal);
    this.#rung = false;
  }

  /** Listeners are taken off again: the signal lives as long as moot, and this is called for as long. */
  async #sleep(clock: Clock, until: number | undefined, signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    const woken = Promise.withResolvers<undefined>();
    const wake = (): void => {
      woken.resolve(undefined);
    };
    this.#wake = wake;
    signal.addEventListener("abort", wake);
    try {
      const due =
        until === undefined ? [] : [rest(clock, Math.max(0, until - clock.now()), over.signal)];
      await Promise.race([woken.promise, ...due]);
    } finally {
      over.abort();
      signal.removeEventListener("abort", wake);
      this.#wake = undefined;
    }
  }
}

/** One for each loop that sleeps. */
export function openBells() {
  return {
    inbox: new Bell(),
    outbox: new Bell(),
    jobs: new Bell(),
    approvals: new Bell(),
    errands: new Bell(),
    follows: new Bell(),
    updates: new Bell(),
    backups: new Bell(),
  } as const;
}
