// The week of a fleet: which apps are behind and how far, what was updated, and in which order people read it.
import type { AppName, ServerName, UserId } from "./ids.ts";

export interface DigestApp {
  readonly app: AppName;
  readonly server: ServerName;
  readonly recipe: string;
  /** What runs. */
  readonly version?: string;
  readonly newest?: string;
  /** Published versions between. */
  readonly versionsBehind?: number;
  /** Since the first version above the running one was published. */
  readonly daysBehind?: number;
  readonly standing:
    "current" | "pending" | "running" | "snoozed" | "skipped" | "failed" | "waiting" | "unknown";
  /** Why unknown. */
  readonly problem?: string;
}

export interface DigestChange {
  readonly app: AppName;
  readonly from?: string;
  readonly to: string;
  readonly by: UserId | "moot";
  readonly at: number;
  readonly ending: "succeeded" | "failed";
  readonly reason?: string;
}

/** The last good backup of an app; without a time: none is known. */
export interface DigestBackup {
  readonly app: AppName;
  readonly server: ServerName;
  readonly at?: number;
  readonly bytes?: number;
  /** When a restore of it was proven last. */
  readonly provenAt?: number;
}

/** Times in milliseconds UTC. */
export interface Digest {
  readonly since: number;
  readonly until: number;
  readonly apps: readonly DigestApp[];
  readonly changes: readonly DigestChange[];
  readonly troublesOpen: number;
  /** Of all apps, where any has one. */
  readonly backups: readonly DigestBackup[];
}

/** From how far an app is behind. `undated`: it is behind, and nobody knows since when. */
export const AGES = ["old", "late", "recent", "undated", "unknown", "current"] as const;
export type Age = (typeof AGES)[number];

/** Days from which on an app counts as late, and as old. */
export const LATE = 14;
export const OLD = 60;

export function isBehind({ standing }: DigestApp): boolean {
  return standing !== "current" && standing !== "unknown";
}

export function ageOf(app: DigestApp): Age {
  if (app.standing === "unknown" || app.standing === "current") return app.standing;
  if (app.daysBehind === undefined) return "undated";
  if (app.daysBehind < LATE) return "recent";
  return app.daysBehind < OLD ? "late" : "old";
}

/** Behind, then unknown, then current; among those behind the longest first. The same apps give the same order, however they came. */
export function worstFirst(apps: readonly DigestApp[]): readonly DigestApp[] {
  return apps.toSorted(
    (a, b) =>
      rankOf(a) - rankOf(b) ||
      (b.daysBehind ?? 0) - (a.daysBehind ?? 0) ||
      (b.versionsBehind ?? 0) - (a.versionsBehind ?? 0) ||
      byText(a.app, b.app) ||
      byText(a.server, b.server),
  );
}

export function countAges(apps: readonly DigestApp[]): Readonly<Record<Age, number>> {
  const counts = { old: 0, late: 0, recent: 0, undated: 0, unknown: 0, current: 0 };
  for (const app of apps) counts[ageOf(app)] += 1;
  return counts;
}

const DAY = 24 * 3_600_000;
/** Nightly ones are younger, whatever the hour. */
const STALE = 2 * DAY;

/** Whether it is not of the last two days. */
export function isStale({ at = 0 }: DigestBackup, { until }: Pick<Digest, "until">): boolean {
  return until - at > STALE;
}

/** The stale ones come first, the oldest before all, then those whose restore was not proven for the longest. */
export function leastSafeFirst(digest: Pick<Digest, "backups" | "until">): readonly DigestBackup[] {
  const ageOf = (one: DigestBackup): number =>
    isStale(one, digest) ? (one.at ?? 0) : digest.until;
  return digest.backups.toSorted(
    (a, b) => ageOf(a) - ageOf(b) || (a.provenAt ?? 0) - (b.provenAt ?? 0) || byText(a.app, b.app),
  );
}

/** As many as people read, worst first, and the rest. */
export interface Part<Item> {
  readonly first: readonly Item[];
  readonly rest: readonly Item[];
}

export interface DigestPage {
  readonly behind: Part<DigestApp>;
  readonly unknown: readonly Problem[];
  readonly current: number;
  /** Newest first. */
  readonly failed: Part<DigestChange>;
  readonly applied: Part<DigestChange>;
}

/** What keeps moot from knowing how old some apps are. */
export interface Problem {
  readonly problem: string;
  readonly apps: readonly AppName[];
}

const MOST_BEHIND = 15;
const MOST_CHANGES = 8;

export function pageOf({ apps, changes }: Digest): DigestPage {
  const sorted = worstFirst(apps);
  const newestFirst = changes.toSorted((a, b) => b.at - a.at || byText(a.app, b.app));
  const ended = (how: DigestChange["ending"]): Part<DigestChange> =>
    split(
      newestFirst.filter(({ ending }) => ending === how),
      MOST_CHANGES,
    );
  return {
    behind: split(sorted.filter(isBehind), MOST_BEHIND),
    unknown: problemsOf(sorted.filter(({ standing }) => standing === "unknown")),
    current: countAges(apps).current,
    failed: ended("failed"),
    applied: ended("succeeded"),
  };
}

/** The items that come first in `items`, at most so many, and the others. One more is not worth a line that says "1 more". */
export function split<Item>(items: readonly Item[], most: number): Part<Item> {
  const count = items.length === most + 1 ? items.length : most;
  return { first: items.slice(0, count), rest: items.slice(count) };
}

/** How many apps each recipe has, the most first. */
export function countRecipes(apps: readonly DigestApp[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { recipe } of apps) counts.set(recipe, (counts.get(recipe) ?? 0) + 1);
  return new Map([...counts].toSorted(([a, m], [b, n]) => n - m || byText(a, b)));
}

/** One trouble of a registry or a repository keeps many apps unknown: it is told once. */
function problemsOf(apps: readonly DigestApp[]): readonly Problem[] {
  const problems = new Map<string, AppName[]>();
  for (const { app, problem = "" } of apps) {
    const found = problems.get(problem);
    if (found === undefined) problems.set(problem, [app]);
    else found.push(app);
  }
  return [...problems]
    .map(([problem, found]) => ({ problem, apps: found }))
    .toSorted((a, b) => b.apps.length - a.apps.length || byText(a.problem, b.problem));
}

function rankOf(app: DigestApp): number {
  if (isBehind(app)) return 0;
  return app.standing === "unknown" ? 1 : 2;
}

/** Not by a language: the same everywhere. */
function byText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
