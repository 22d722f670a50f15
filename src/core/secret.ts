// A secret value that shows itself to nobody who does not ask for it by name.

const HIDDEN = "[redacted]";

export type SecretPlace =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "env"; readonly name: string };

/** Read when asked for, each time anew, so that it is in memory no longer than it is used. */
export class Secret {
  readonly place: SecretPlace;
  readonly #read: () => string;

  constructor(place: SecretPlace, read: () => string) {
    this.place = place;
    this.#read = read;
  }

  /** Throws Refusal `bad-config` when it cannot be read or is empty. */
  reveal(): string {
    return this.#read();
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return HIDDEN;
  }
}
