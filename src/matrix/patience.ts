// Asks again while the homeserver may yet answer, with pauses that grow.
import type { z } from "zod";
import type { Clock } from "../core/ports.ts";
import { decoded, homeserver, Trouble } from "./trouble.ts";
import type { Ask, Call } from "./wire.ts";

export interface Patience {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** How often to ask before giving up. */
  readonly tries: number;
}

/** The answer in its shape. Throws Trouble that will not pass, or Refusal `homeserver` when the last try failed too. */
export async function patiently<Shape>(
  ask: Ask,
  patience: Patience,
  call: Call,
  shape: z.ZodType<Shape>,
): Promise<Shape> {
  return persistently(async () => decoded(shape, await ask(call, patience.signal)), patience);
}

/** As `patiently`, for what takes more than one request. */
export async function persistently<Result>(
  act: () => Promise<Result>,
  { clock, signal, tries }: Patience,
): Promise<Result> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await act();
    } catch (problem) {
      if (!(problem instanceof Trouble && problem.isPassing)) throw problem;
      if (failures >= tries)
        throw homeserver(
          `${problem.message}. Look whether it runs and whether matrix.homeserver is its address.`,
          problem,
        );
      await clock.sleep(pauseAfter(failures, problem.after), signal);
    }
  }
}

const LONGEST = 30_000;

/** Milliseconds: what the server asked for, else doubling from half a second, spread so that not all come back at once. */
export function pauseAfter(failures: number, asked?: number): number {
  if (asked !== undefined) return asked;
  return Math.min(LONGEST, 250 * 2 ** Math.min(failures, 10)) * (0.5 + Math.random());
}
