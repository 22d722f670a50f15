// Waiting that ends: with the signal, or when a deadline is over.
import type { Clock } from "../core/ports.ts";

/** Settles as the promise does, or rejects with the signal's reason if that comes first. */
export async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<undefined>();
  const stop = (): void => aborted.resolve(undefined);
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  try {
    const first = await Promise.race([aborted.promise, promise.then((value) => ({ value }))]);
    if (first !== undefined) return first.value;
    signal.throwIfAborted();
    throw new Error("a signal that was aborted is so no longer");
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** Does the work with a signal that is also aborted, for the reason given, after so many milliseconds. */
export async function within<T>(
  deadline: { readonly clock: Clock; readonly milliseconds: number; readonly reason: () => Error },
  work: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const late = new AbortController();
  const done = new AbortController();
  void deadline.clock.sleep(deadline.milliseconds, done.signal).then(
    () => late.abort(deadline.reason()),
    () => undefined,
  );
  try {
    return await work(AbortSignal.any([signal, late.signal]));
  } finally {
    done.abort();
  }
}
