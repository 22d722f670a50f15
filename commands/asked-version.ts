// Reads a version that was typed.
import type { Command } from "../src/core/command.ts";
import { Refusal } from "../src/core/errors.ts";

/** Throws Refusal `bad-argument`. */
export function askedVersion(command: Command, typed: string): string {
  if (/^[\w.+-]{1,128}$/.test(typed)) return typed;
  throw new Refusal({
    kind: "bad-argument",
    command: command.name,
    problem: `"${typed}" is no version; it looks like 2.0.1+1.0.6.`,
    usage: command.usage,
  });
}
