// Makes secrets, and remembers their values only to mask them wherever text leaves moot.
import { randomInt } from "node:crypto";
import { maskText } from "../core/mask.ts";
import { makeSecret } from "../core/passphrase.ts";
import type { SecretRecipe } from "../core/step.ts";
import type { Secret } from "../core/secret.ts";

/** Values are kept in memory alone, for as long as this moot runs. */
export class Secrets {
  readonly #known = new Set<string>();
  readonly #words: readonly string[];

  /** `words` for passphrases. */
  constructor(words: readonly string[]) {
    this.#words = words;
  }

  /** A value that must never be seen again: a password of the config, say. */
  learn(value: string): void {
    if (value.length >= SHORTEST) this.#known.add(value);
  }

  /** Reads a secret of the config, and masks it from now on. Throws Refusal `bad-config`. */
  reveal(secret: Secret): string {
    const value = secret.reveal();
    this.learn(value);
    return value;
  }

  make(recipe: SecretRecipe): string {
    const value = makeSecret(recipe, this.#words, (below) => randomInt(below));
    this.learn(value);
    return value;
  }

  mask(text: string): string {
    return maskText(text, [...this.#known]);
  }
}

/** Shorter values would mask half of every sentence. */
const SHORTEST = 5;
