// Hears that moot is told to stop.

/**
 * Aborts at SIGTERM or SIGINT, and from then on a further one does nothing: who must not wait sends SIGKILL. The listeners stay, for
 * a library that runs programs sends a signal to its own process again when it finds that nobody else listens; it is what ended moot
 * at once, in the middle of git, while these listened only once.
 */
export function stopWhenTold(): AbortController {
  const stop = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const)
    process.on(signal, () => {
      stop.abort(new Error(signal));
    });
  return stop;
}
