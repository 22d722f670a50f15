// Lets one piece of work at a time touch the same thing.

export class Locks {
  readonly #tails = new Map<string, Promise<unknown>>();

  /** Runs `work` when all earlier work on `key` has ended, however it ended. */
  hold<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.#tails.get(key) ?? Promise.resolve();
    const turn = before.then(work);
    this.#tails.set(
      key,
      turn.catch(() => undefined),
    );
    return turn;
  }
}
