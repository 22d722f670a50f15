// Reads why somebody does something, in their own words.
import type { Command } from "../src/core/command.ts";
import { Refusal } from "../src/core/errors.ts";

export const MOST_REASON_WORDS = 200;
const MOST_CHARACTERS = 500;

/** Throws Refusal where it says nothing or tells a story. */
export function reasonOf(command: Command, words: readonly string[]): string {
  const reason = words.join(" ").trim();
  const problem =
    reason === ""
      ? "why? Say it after it, so that the others know."
      : reason.length > MOST_CHARACTERS
        ? `the reason is ${reason.length} characters long; at most ${MOST_CHARACTERS}, the rest as a message of its own.`
        : undefined;
  if (problem === undefined) return reason;
  throw new Refusal({ kind: "bad-argument", command: command.name, problem, usage: command.usage });
}
