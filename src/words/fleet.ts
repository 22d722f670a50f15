// What stands on the picture of the fleet's age, and what it says to people who cannot see it.
import {
  countAges,
  isBehind,
  LATE,
  OLD,
  worstFirst,
  type Age,
  type Digest,
  type DigestApp,
} from "../core/digest.ts";
import { counted, listed } from "./phrases.ts";

/** `2026-11-26`, in UTC. */
export function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** At most so many characters, an ellipsis among them. */
export function cut(text: string, most: number): string {
  const characters = Array.from(text);
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join("")}…`;
}

/** `3 versions, 41 days`; what is not known is left out. */
export function behindWords(
  { versionsBehind, daysBehind }: Pick<DigestApp, "versionsBehind" | "daysBehind">,
  between: string,
): string {
  const parts = [
    versionsBehind === undefined ? [] : counted(versionsBehind, "version"),
    daysBehind === undefined
      ? []
      : daysBehind < 1
        ? "since today"
        : counted(Math.floor(daysBehind), "day"),
  ].flat();
  return parts.length === 0 ? "not known how far" : parts.join(between);
}

export const FLEET_TITLE = "How far behind our apps are";
export const DAYS_BEHIND = "days behind";

export const AGE_WORDS: Readonly<Record<Age, string>> = {
  current: "newest version",
  recent: `under ${LATE} days`,
  late: `${LATE} to ${OLD - 1} days`,
  old: `${OLD} days and more`,
  undated: "behind, no date",
  unknown: "not known",
};

/** Told beside the colour, for those who do not see it. */
export const AGE_MARKS: Readonly<Record<Age, string>> = {
  current: "✓",
  recent: "●",
  late: "▲",
  old: "■",
  undated: "◆",
  unknown: "?",
};

/** Beside an app's bar. */
export function barWords(app: DigestApp): string {
  if (app.standing === "current") return "newest";
  if (app.standing === "unknown") return "not known";
  const state = STATE[app.standing];
  return `${behindWords(app, " · ")}${state === undefined ? "" : ` · ${state}`}`;
}

const STATE: Partial<Readonly<Record<DigestApp["standing"], string>>> = {
  snoozed: "snoozed",
  skipped: "skipped",
  failed: "failed",
  waiting: "held back",
};

export function restWords(count: number): string {
  return `and ${counted(count, "app")} more`;
}

export function fleetSummary({ apps }: Pick<Digest, "apps">): string {
  if (apps.length === 0) return "There are no apps yet.";
  const { current, unknown } = countAges(apps);
  const parts = [
    ...said(apps.filter(isBehind).length, "behind"),
    ...said(current, "at the newest version"),
    ...said(unknown, "not known"),
  ];
  return `${counted(apps.length, "app")}: ${listed(parts)}.`;
}

function said(count: number, what: string): readonly string[] {
  return count === 0 ? [] : [`${count} ${what}`];
}

export function pictureName({ until }: Digest): string {
  return `fleet-${dayOf(until)}.png`;
}

/** The picture in words. */
export function pictureWords(digest: Digest): string {
  const [worst] = worstFirst(digest.apps);
  const most =
    worst === undefined || !isBehind(worst)
      ? ""
      : ` Most behind is ${cut(worst.app, 100)}: ${behindWords(worst, ", ")}.`;
  return `How far behind each app is on ${dayOf(digest.until)}, as bars. ${fleetSummary(digest)}${most}`;
}
