// Backups of an app that its repository has and moot does not remember: of another moot, or of this one, which came back from an older copy of itself.
import type { ServerName } from "./ids.ts";
import { isBackup, isOfOneJob, jobTag } from "./snapshot-tags.ts";
import type { Snapshot } from "./vault.ts";

export interface UnknownBackups {
  /** Whose repository has them. */
  readonly repository: ServerName;
  readonly count: number;
  /** By the full id of a snapshot. `at`: milliseconds UTC. */
  readonly newest: { readonly snapshot: string; readonly at: number };
}

/** `all`: what the repository has of the app, newest first. */
export function unknownBackups(
  repository: ServerName,
  all: readonly Snapshot[],
  isKnown: (snapshot: Snapshot) => boolean,
): UnknownBackups | undefined {
  const unknown = all.filter((one) => isBackup(one) && !isKnown(one));
  const [newest] = unknown;
  if (newest === undefined) return undefined;
  const jobs = [...Map.groupBy(unknown, jobTag).values()].flatMap(firstOfEach);
  return { repository, count: jobs.length, newest: { snapshot: newest.id, at: newest.at } };
}

/** One for each job: several nodes give a snapshot each, and so does a save that is tried again. */
function firstOfEach(snapshots: readonly Snapshot[]): readonly Snapshot[] {
  return snapshots.reduce<readonly Snapshot[]>(
    (found, one) => (found.some((other) => isOfOneJob(other, one)) ? found : [...found, one]),
    [],
  );
}
