// What a snapshot in a repository says of itself: that moot made it, of which app, by which job, and whether it is a restore's way back.
import type { AppName } from "./ids.ts";

/** On all that moot made of apps. */
export const MOOTS = "moot";
const SAFETY = "safety";
const [APP, JOB] = ["app:", "job:"] as const;

interface Tagged {
  readonly tags: readonly string[];
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

/** Not what a restore was about to write over. */
export function isBackup(snapshot: Tagged): boolean {
  return jobTag(snapshot) !== undefined && !snapshot.tags.includes(SAFETY);
}
