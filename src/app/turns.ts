// Lets acts that must not overlap follow each other.

export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Acts once all that came before have ended, well or badly. */
  take<Result>(act: () => Promise<Result>): Promise<Result> {
    const mine = this.#last.then(act);
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}
