// Co-op Cloud versions, `2.0.1+1.0.6-social-amd64`: read, compared, and how big the step between two is (coopcloud.md §3.4).
import type { VersionStep } from "./plan.ts";

export interface Version {
  /** The tag. */
  readonly text: string;
  /** The recipe's own number: major, minor, patch. */
  readonly recipe: readonly [major: number, minor: number, patch: number];
  /** The upstream version behind the `+`, as it is. */
  readonly upstream: string;
}

/** Undefined for a tag that is no recipe version: without `+`, pre-releases, the plain tags of before 2021. */
export function parseVersion(tag: string): Version | undefined {
  const [, major, minor, patch, upstream] =
    /^(\d{1,9})\.(\d{1,9})\.(\d{1,9})\+(\S+)$/.exec(tag) ?? [];
  if (upstream === undefined) return undefined;
  return { text: tag, recipe: [Number(major), Number(minor), Number(patch)], upstream };
}

/** By the recipe's number alone: 0 for versions that differ only behind the `+`, since neither is newer. */
export function compareVersions(a: Version, b: Version): number {
  return a.recipe[0] - b.recipe[0] || a.recipe[1] - b.recipe[1] || a.recipe[2] - b.recipe[2];
}

/** The tags that are versions, oldest first; those with the same number keep their order. */
export function sortVersions(tags: readonly string[]): readonly string[] {
  return tags
    .map(parseVersion)
    .filter((version) => version !== undefined)
    .toSorted(compareVersions)
    .map(({ text }) => text);
}

export function newestVersion(tags: readonly string[]): string | undefined {
  return sortVersions(tags).at(-1);
}

/** The versions above `version`, oldest first; none when it cannot be compared (a commit, an old tag). */
export function versionsAfter(version: string, tags: readonly string[]): readonly string[] {
  const from = parseVersion(version);
  if (from === undefined) return [];
  return sortVersions(tags).filter((tag) => {
    const to = parseVersion(tag);
    return to !== undefined && compareVersions(to, from) > 0;
  });
}

/** Whether a version is the short commit of a chaos deploy. */
export function isCommit(version: string): boolean {
  return /^[0-9a-f]{7,40}(?:\+U)?$/.test(version);
}

/** How far it is from one version to another; `unknown` when they differ but cannot be ordered. */
export function stepBetween(from: string | undefined, to: string): VersionStep {
  if (isCommit(to)) return "chaos";
  if (from === undefined) return "first";
  if (from === to) return "same";
  const [old, next] = [parseVersion(from), parseVersion(to)];
  if (old === undefined || next === undefined) return "unknown";
  const order = compareVersions(next, old);
  if (order <= 0) return order < 0 ? "older" : "unknown";
  if (next.recipe[0] !== old.recipe[0]) return "major";
  return next.recipe[1] === old.recipe[1] ? "patch" : "minor";
}

/** Whether the recipe's first number differs, whichever way: people must read the notes. */
export function isMajorStep(from: string | undefined, to: string): boolean {
  const [old, next] = [from === undefined ? undefined : parseVersion(from), parseVersion(to)];
  return old !== undefined && next !== undefined && old.recipe[0] !== next.recipe[0];
}
