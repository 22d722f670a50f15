// A list of names, as the DOM has it.

export class Names {
  readonly #names: readonly string[];

  constructor(names: Iterable<string>) {
    this.#names = [...names].sort();
  }

  get length(): number {
    return this.#names.length;
  }

  item(index: number): string | null {
    return this.#names[index] ?? null;
  }

  contains(name: string): boolean {
    return this.#names.includes(name);
  }

  [Symbol.iterator](): Iterator<string> {
    return this.#names.values();
  }
}
