// Which versions are passed on the way from one to another, whose release notes people must read (coopcloud.md §3.1, §4.6).
import { compareVersions, parseVersion, versionsAfter } from "./version.ts";

/** Characters of one note that are kept: more is a book. */
export const NOTE_LENGTH = 4_000;

/** After `from`, up to `to` and with it, oldest first; none on the way back. */
export function versionsPassed(
  from: string | undefined,
  to: string,
  tags: readonly string[],
): readonly string[] {
  const last = parseVersion(to);
  if (from === undefined || last === undefined) return [];
  return versionsAfter(from, tags).filter((tag) => {
    const version = parseVersion(tag);
    return version !== undefined && compareVersions(version, last) <= 0;
  });
}

/** Where a recipe keeps what it says about a version. */
export function notePath(version: string): string {
  return `release/${version}`;
}
