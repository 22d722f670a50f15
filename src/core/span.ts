// Times as people write them: `2h`, `1y6m`, `2026-11-20`.

const SPAN = /^(?:(?<y>\d+)y)?(?:(?<m>\d+)m)?(?:(?<w>\d+)w)?(?:(?<d>\d+)d)?(?:(?<h>\d+)h)?$/;

/** So long before `now`, by the calendar: a month before the 31st is the last day of a shorter month. */
export function ago(span: string, now: number): number {
  const parts = SPAN.exec(span)?.groups ?? {};
  const count = (unit: "y" | "m" | "w" | "d" | "h"): number => Number(parts[unit] ?? 0);
  const date = new Date(now);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() - count("m") - 12 * count("y"));
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, last));
  const hours = count("h") + 24 * (count("d") + 7 * count("w"));
  return date.getTime() - hours * 3_600_000;
}

const BACK: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: 24 * 3_600_000,
  w: 7 * 24 * 3_600_000,
};
const DATE = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2})?$/;

/** What `--since` says: so long ago (`30m`, `2h`, `3d`, `1w`), or a day or minute in UTC. Undefined when it says neither. */
export function sinceTime(typed: string, now: number): number | undefined {
  const unit = BACK[typed.slice(-1)];
  if (unit !== undefined && /^[1-9]\d{0,4}[mhdw]$/.test(typed))
    return now - Number(typed.slice(0, -1)) * unit;
  if (!DATE.test(typed)) return undefined;
  const iso = typed.length === 10 ? `${typed}T00:00` : typed;
  const at = Date.parse(`${iso}:00Z`);
  // The 31st of February is taken for a day in March otherwise.
  const isReal = !Number.isNaN(at) && new Date(at).toISOString().startsWith(iso);
  return isReal ? at : undefined;
}
