// Reads and writes durations and sizes the way compose files do; the engine counts nanoseconds and bytes.

const NANOSECONDS = [
  ["h", 3_600_000_000_000],
  ["m", 60_000_000_000],
  ["s", 1_000_000_000],
  ["ms", 1_000_000],
  ["us", 1_000],
  ["ns", 1],
] as const;
const SIZES = [
  ["G", 1024 ** 3],
  ["M", 1024 ** 2],
  ["K", 1024],
] as const;
const PART = /([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(h|ms|us|µs|ns|m|s)/g;

/** `1m30s` in nanoseconds, as Go reads it. What is no duration counts 0: the docker CLI has refused it before. */
export function nanoseconds(text: string): number {
  const parts = [...text.matchAll(PART)];
  return parts.reduce((sum, [, amount = "0", unit = "ns"]) => {
    const known = NANOSECONDS.find(([name]) => name === unit.replace("µ", "u"));
    return sum + Math.round(Number(amount) * (known?.[1] ?? 0));
  }, 0);
}

/** Nanoseconds as `1m30s`; the same amount has one spelling. */
export function duration(amount: number): string {
  let left = amount;
  let text = "";
  for (const [unit, size] of NANOSECONDS) {
    const count = Math.floor(left / size);
    if (count > 0) text += `${count}${unit}`;
    left -= count * size;
  }
  return text === "" ? "0s" : text;
}

/** Bytes as `512M` where that is exact. */
export function size(bytes: number): string {
  const fit = SIZES.find(([, unit]) => bytes > 0 && bytes % unit === 0);
  return fit === undefined ? String(bytes) : `${bytes / fit[1]}${fit[0]}`;
}
