// Reads a time as people type it: a span from now, or a day, or a minute of it, in UTC.

export type When =
  | {
      readonly kind: "when";
      /** Milliseconds UTC. */
      readonly at: number;
    }
  | { readonly kind: "bad"; readonly problem: string };

const MINUTE = 60_000;
const UNITS: Readonly<Record<string, number>> = {
  m: MINUTE,
  h: 60 * MINUTE,
  d: 24 * 60 * MINUTE,
  w: 7 * 24 * 60 * MINUTE,
};
const SPAN = /^([1-9]\d{0,3})([mhdw])$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MINUTE_OF_DAY = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}Z?$/;
const FORMS = "30m, 2h, 3d, 2w, 2026-12-01 or 2026-12-01T18:00 (UTC)";

/** A span counts from `now` towards where the time must lie; the moment itself is neither future nor past. */
export function parseWhen(text: string, now: number, towards: "future" | "past" = "future"): When {
  const sign = towards === "future" ? 1 : -1;
  const at = spanOf(text, now, sign) ?? dateOf(text);
  if (at === undefined) return bad(`"${shortened(text)}" is no time; it looks like ${FORMS}.`);
  if ((at - now) * sign > 0) return { kind: "when", at };
  return bad(
    towards === "future"
      ? `${text} is past already; name a time to come.`
      : `${text} is yet to come; name a time that is past.`,
  );
}

function spanOf(text: string, now: number, sign: number): number | undefined {
  const [, count, unit = ""] = SPAN.exec(text) ?? [];
  return count === undefined ? undefined : now + sign * Number(count) * (UNITS[unit] ?? 0);
}

/** Undefined for a day that no calendar has, such as the 30th of February. */
function dateOf(text: string): number | undefined {
  const written = text.replace(/Z$/, "");
  if (!DAY.test(text) && !MINUTE_OF_DAY.test(text)) return undefined;
  const at = Date.parse(DAY.test(written) ? written : `${written}:00Z`);
  if (Number.isNaN(at)) return undefined;
  return new Date(at).toISOString().startsWith(written) ? at : undefined;
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

function bad(problem: string): When {
  return { kind: "bad", problem };
}
