// Many at once, or one alone: what is done alone waits for all that was begun, and what comes after waits for it.

export class Gate {
  readonly #begun = new Set<Promise<unknown>>();
  /** How many are alone, or are to be. */
  #alone = 0;
  #last: Promise<unknown> = Promise.resolve();

  async together<Result>(act: () => Promise<Result>): Promise<Result> {
    while (this.#alone > 0) await this.#last;
    const doing = act();
    const ended = doing.then(nothing, nothing);
    this.#begun.add(ended);
    void ended.then(() => this.#begun.delete(ended));
    return doing;
  }

  async alone<Result>(act: () => Promise<Result>): Promise<Result> {
    this.#alone += 1;
    const turn = this.#last.then(async () => {
      await Promise.all(this.#begun);
      return act().finally(() => {
        this.#alone -= 1;
      });
    });
    this.#last = turn.then(nothing, nothing);
    return turn;
  }
}

function nothing(): void {
  // Only that it ended.
}
