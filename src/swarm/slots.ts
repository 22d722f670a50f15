// Lets so many in at once; the rest wait in line.
import { orAborted } from "./waiting.ts";

export class Slots {
  readonly #waiting: (() => void)[] = [];
  #limit: number;
  #taken = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Resolves with the way to give the slot back; giving it back twice is once. */
  async take(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    while (this.#taken >= this.#limit) await this.#turn(signal);
    this.#taken += 1;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#taken -= 1;
      this.#waiting.shift()?.();
    };
  }

  /** The other side allows no more than are taken besides mine. False when mine is the only one. */
  shrink(): boolean {
    this.#limit = Math.max(1, this.#taken - 1);
    return this.#taken > 1;
  }

  async #turn(signal: AbortSignal): Promise<void> {
    const turn = Promise.withResolvers<undefined>();
    const wake = (): void => turn.resolve(undefined);
    this.#waiting.push(wake);
    try {
      await orAborted(turn.promise, signal);
    } catch (error) {
      const place = this.#waiting.indexOf(wake);
      // Woken and aborted at once: the turn goes to the next.
      if (place === -1) this.#waiting.shift()?.();
      else this.#waiting.splice(place, 1);
      throw error;
    }
  }
}
