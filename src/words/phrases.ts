// Small turns of phrase that many messages share.

/** `a, b and c`. */
export function listed(items: readonly string[], last = "and"): string {
  if (items.length <= 1) return items.join("");
  return `${items.slice(0, -1).join(", ")} ${last} ${items.slice(-1).join("")}`;
}

/** At most `most` items, then how many are left out. */
export function firstOf(items: readonly string[], most: number): string {
  const left = items.length - most;
  return left > 0 ? `${items.slice(0, most).join(", ")} and ${left} more` : listed(items);
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** `42 s`, `4 min 10 s`, `3 h 5 min`, `6 days`. */
export function span(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return joined(`${minutes} min`, seconds % 60, "s");
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return joined(`${hours} h`, minutes % 60, "min");
  return `${Math.floor(hours / 24)} days`;
}

function joined(head: string, rest: number, unit: string): string {
  return rest === 0 ? head : `${head} ${rest} ${unit}`;
}

/** `2026-11-22 19:35 UTC`. */
export function moment(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** `1.5 GB`, decimal units as df -H shows them. */
export function size(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"] as const;
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit] ?? "B"}`;
}

/** As people type a snapshot's id. */
export function shortId(snapshot: string): string {
  return snapshot.slice(0, 8);
}

const MOST_REASON = 300;

/** The first line of what something outside said. */
export function short(words: string): string {
  const [first = ""] = words.trim().split("\n");
  return first.length > MOST_REASON ? `${first.slice(0, MOST_REASON)}…` : first.replace(/\.$/, "");
}

/** What is short, with its end. */
export function sentence(words: string): string {
  return words.endsWith("…") ? words : `${words}.`;
}
