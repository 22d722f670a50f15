// What a snapshot in a repository says of itself: that moot made it, of which app, by which job, and whether it is a restore's way back.
import type { AppName } from "./ids.ts";

/** On all that moot made of apps. */
export const MOOTS = "moot";
const SAFETY = "safety";
const [APP, JOB] = ["app:", "job:"] as const;

interface Tagged {
  readonly tags: readonly string[];
}

interface Dated extends Tagged {
  /** Milliseconds UTC. */
  readonly at: number;
}

export function tagsOf(app: AppName, job: number, isSafety: boolean): readonly string[] {
  return [MOOTS, appTag(app), `${JOB}${job}`, ...(isSafety ? [SAFETY] : [])];
}

export function appTag(app: AppName): string {
  return `${APP}${app}`;
}

/** Undefined for one that moot did not make, or that names no app. */
export function ownerOf({ tags }: Tagged): string | undefined {
  if (!tags.includes(MOOTS)) return undefined;
  return tags.find((tag) => tag.startsWith(APP))?.slice(APP.length);
}

export function jobTag({ tags }: Tagged): string | undefined {
  return tags.find((tag) => tag.startsWith(JOB));
}

/** The number of the job that made it. */
export function jobOf(snapshot: Tagged): number | undefined {
  const number = Number(jobTag(snapshot)?.slice(JOB.length) ?? "");
  return Number.isSafeInteger(number) && number > 0 ? number : undefined;
}

/** Milliseconds; no backup takes longer. */
const DAY = 86_400_000;

/** Jobs are counted anew by a moot that lost its memory, so one of that number from another day is another job. */
export function isOfOneJob(one: Dated, other: Dated): boolean {
  const job = jobTag(one);
  return (
    job !== undefined &&
    job === jobTag(other) &&
    ownerOf(one) === ownerOf(other) &&
    Math.abs(one.at - other.at) <= DAY
  );
}

/** Not what a restore was about to write over. */
export function isBackup(snapshot: Tagged): boolean {
  return jobTag(snapshot) !== undefined && !snapshot.tags.includes(SAFETY);
}
