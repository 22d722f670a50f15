// Rests for a while, or until the signal: for loops that ask the signal themselves what woke them.
import type { Clock } from "../core/ports.ts";

/** Resolves early when the signal aborts, instead of throwing its reason. */
export async function rest(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await clock.sleep(milliseconds, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
