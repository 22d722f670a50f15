// Gives work so long, and then goes on without it.
import type { Clock } from "../core/ports.ts";
import { rest } from "./rest.ts";

/** "late" when the time is over first: the work's signal is aborted then, and what becomes of it is minded no more. */
export async function inTime<T>(
  { clock, milliseconds }: { readonly clock: Clock; readonly milliseconds: number },
  work: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
): Promise<T | "late"> {
  const over = new AbortController();
  const inner = AbortSignal.any([signal, over.signal]);
  const late = rest(clock, milliseconds, inner).then(() => "late" as const);
  const working = work(inner);
  working.catch(() => undefined);
  try {
    const first = await Promise.race([working, late]);
    signal.throwIfAborted();
    return first;
  } finally {
    over.abort();
  }
}
