// Reads the Retry-After header: how long a server that was asked too often wants to be left alone.

/** Milliseconds from now, never negative; absent where the header names neither seconds nor a date. */
export function waitIn(header: string | null, now: number): number | undefined {
  const text = header?.trim() ?? "";
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  // What `Date.parse` takes besides, such as a bare number, is no date of HTTP.
  const at = /^[A-Z][a-z]+, /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
