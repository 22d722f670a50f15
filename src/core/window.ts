// Maintenance windows as people write them: hours on days, `Mon-Fri 02:00-05:00`, or cron with a length, `0 3 * * 2 for 2h`.
import { parseCron } from "./cron.ts";
import { DAY, HOUR, hoursWords, parseHours, quoted, WINDOW_FORMS, type Hours } from "./hours.ts";

export interface Opening {
  readonly kind: "cron";
  /** Five fields: the moments at which it opens. */
  readonly cron: string;
  /** How long it is open, in real time. */
  readonly minutes: number;
}

export type WindowPart = Hours | Opening;

/** Open while one of its parts is. */
export type Window = readonly WindowPart[];

export type WindowRead =
  | { readonly kind: "window"; readonly window: Window }
  /** Says what is wrong and what to write instead. */
  | { readonly kind: "bad"; readonly problem: string };

export function parseWindow(text: string): WindowRead {
  const window: WindowPart[] = [];
  for (const one of text.split(";")) {
    const part = parsePart(one.trim().replaceAll(/\s+/g, " "));
    if (typeof part === "string") return { kind: "bad", problem: part };
    window.push(part);
  }
  return { kind: "window", window };
}

/** A sentence when it cannot be read. */
function parsePart(text: string): WindowPart | string {
  if (text === "") return `nothing stands there; write days and hours, such as ${WINDOW_FORMS}`;
  const { cron, length } = /^(?<cron>.*?) for (?<length>.*)$/i.exec(text)?.groups ?? {};
  if (cron !== undefined && length !== undefined) return parseOpening(cron, length);
  return text.split(" ").length === 5 && /^[\d*]/.test(text) ? bareCron(text) : parseHours(text);
}

/** Others take `0 2-3 * * *` for a window, and are open for two minutes where people mean two hours. */
function bareCron(text: string): string {
  const read = parseCron(text);
  if (read.kind === "bad") return `${quoted(text)} is no cron: ${read.problem}`;
  const times = read.minutes.length * read.hours.length;
  const named = times === 1 ? "a single minute" : `${times} single minutes`;
  return `${quoted(text)} names ${named} of a day, and not how long it is open; write hours, such as "daily 02:00-04:00", or a length behind it, such as "${text} for 1h"`;
}

function parseOpening(cron: string, length: string): Opening | string {
  const read = parseCron(cron);
  if (read.kind === "bad") return `${quoted(cron)} is no cron: ${read.problem}`;
  const minutes = minutesOf(length);
  if (minutes === undefined)
    return `${quoted(length)} is no length; write 30m, 2h or 2h30m, at most 7 days (168h)`;
  const opens = read.hours.flatMap((hour) => read.minutes.map((minute) => hour * HOUR + minute));
  const isTooLong = opens.slice(1).some((open, place) => open - (opens[place] ?? 0) <= minutes);
  return isTooLong
    ? `${quoted(cron)} opens again before ${length} are over; write the hours, such as "daily 02:00-04:00"`
    : { kind: "cron", cron, minutes };
}

function minutesOf(length: string): number | undefined {
  const { h, m } = /^(?=\d)(?:(?<h>\d{1,3})h)?(?:(?<m>\d{1,4})m)?$/.exec(length)?.groups ?? {};
  const minutes = Number(h ?? 0) * HOUR + Number(m ?? 0);
  return minutes >= 1 && minutes <= 7 * DAY ? minutes : undefined;
}

/** As it can be written in the config: read, it is the same window again. */
export function windowWords(window: Window): string {
  return window
    .map((part) => (part.kind === "hours" ? hoursWords(part) : openingWords(part)))
    .join("; ");
}

function openingWords({ cron, minutes }: Opening): string {
  const [hours, rest] = [Math.floor(minutes / HOUR), minutes % HOUR];
  return `${cron} for ${hours === 0 ? "" : `${hours}h`}${rest === 0 ? "" : `${rest}m`}`;
}
