// Makes a secret's value as abra would (coopcloud.md §5.2), from words and numbers that are handed in.
import type { SecretRecipe } from "./step.ts";

/** A uniform whole number from 0 up to, but not including, `below`. */
export type RandomInt = (below: number) => number;

export function makeSecret(
  recipe: SecretRecipe,
  words: readonly string[],
  randomInt: RandomInt,
): string {
  return recipe.kind === "passphrase"
    ? pick(words, recipe.words, randomInt).join("-").toLowerCase()
    : pick(Array.from(recipe.alphabet), recipe.length, randomInt).join("");
}

function pick(from: readonly string[], count: number, randomInt: RandomInt): readonly string[] {
  return Array.from({ length: count }, () => {
    const picked = from[randomInt(from.length)];
    if (picked === undefined) throw new Error("a random number was out of range");
    return picked;
  });
}
