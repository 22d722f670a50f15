// Does the same work on one thing one after another, and once for all who wait for it.

interface Waiting<Result> {
  readonly turn: Promise<Result>;
  readonly signal: AbortSignal;
}

export class Turns<Result> {
  readonly #tails = new Map<string, Promise<unknown>>();
  readonly #waiting = new Map<string, Waiting<Result>>();

  /**
   * Does `work` when all earlier work on `key` has ended, however it ended. Whoever asks while it waits for its turn shares it;
   * once begun it may have looked too early for them.
   */
  async take(
    key: string,
    work: (signal: AbortSignal) => Promise<Result>,
    signal: AbortSignal,
  ): Promise<Result> {
    const { turn, signal: others } = this.#waiting.get(key) ?? this.#wait(key, work, signal);
    try {
      return await turn;
    } catch (error) {
      if (!others.aborted || signal.aborted) throw error;
      return this.take(key, work, signal);
    }
  }

  #wait(
    key: string,
    work: (signal: AbortSignal) => Promise<Result>,
    signal: AbortSignal,
  ): Waiting<Result> {
    const before = this.#tails.get(key) ?? Promise.resolve();
    const turn = before.then(() => {
      this.#waiting.delete(key);
      return work(signal);
    });
    const waiting = { turn, signal };
    this.#waiting.set(key, waiting);
    this.#tails.set(
      key,
      turn.catch(() => undefined),
    );
    return waiting;
  }
}
