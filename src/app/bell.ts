// A bell: loops sleep on it and are woken when there is something to do.
import type { Clock } from "../core/ports.ts";

export class Bell {
  #wake: (() => void) | undefined;
  #rung = false;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** Resolves at the next ring (or at once if it rang since the last wait), when `until` comes, or when the signal aborts. */
  async wait(clock: Clock, until: number | undefined, signal: AbortSignal): Promise<void> {
    if (this.#rung || signal.aborted) {
      this.#rung = false;
      return;
    }
    const over = new AbortController();
    const either = AbortSignal.any([over.signal, signal]);
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
      either.addEventListener("abort", () => {
        resolve();
      });
    });
    const due =
      until === undefined
        ? woken
        : clock.sleep(Math.max(0, until - clock.now()), either).catch(ignoreAbort(either));
    await Promise.race([woken, due]);
    over.abort();
    this.#wake = undefined;
    this.#rung = false;
  }
}

function ignoreAbort(signal: AbortSignal): (error: unknown) => void {
  return (error) => {
    if (!signal.aborted) throw error;
  };
}
