// Reads the time to come that was typed.
import type { Command } from "../src/core/command.ts";
import { Refusal } from "../src/core/errors.ts";
import { parseWhen } from "../src/core/when.ts";

export function askedTime({ name, usage }: Command, typed: string, now: number): number {
  const read = parseWhen(typed, now);
  if (read.kind === "when") return read.at;
  throw new Refusal({ kind: "bad-argument", command: name, problem: read.problem, usage });
}
