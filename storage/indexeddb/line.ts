// All transactions of a file, one after another, since SQLite has one writer.

export class Line {
  readonly #waiting: ((leave: () => void) => void)[] = [];
  #isBusy = false;

  enter(act: (leave: () => void) => void): void {
    this.#waiting.push(act);
    if (!this.#isBusy) this.#next();
  }

  #next(): void {
    const act = this.#waiting.shift();
    this.#isBusy = act !== undefined;
    act?.(() => this.#next());
  }
}
