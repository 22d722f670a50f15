// Makes one stream of many: whatever comes first comes first.

/** The sources are made with a signal that is aborted when nobody listens any more. Ends when all have ended; fails when one fails. */
export async function* merged<T>(
  make: (signal: AbortSignal) => readonly AsyncGenerator<T>[],
  signal: AbortSignal,
): AsyncGenerator<T> {
  const over = new AbortController();
  const sources = make(AbortSignal.any([signal, over.signal]));
  const take = (source: AsyncGenerator<T>) => {
    const taken = source.next().then((next) => ({ source, next }));
    // It may fail while the listener is busy with another line, and is looked at after that.
    taken.catch(() => undefined);
    return taken;
  };
  const waiting = new Map(sources.map((source) => [source, take(source)]));
  try {
    while (waiting.size > 0) {
      const { source, next } = await Promise.race(waiting.values());
      if (next.done === true) waiting.delete(source);
      else {
        waiting.set(source, take(source));
        yield next.value;
      }
    }
  } finally {
    over.abort();
    await Promise.allSettled(waiting.values());
  }
}
