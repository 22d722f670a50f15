// What has been done for each repository by the clock: what was let go, given back and read again.
import type { ServerName } from "./ids.ts";

/** Times in milliseconds UTC. */
export interface Upkeep {
  readonly server: ServerName;
  /** Since when it is looked after. */
  readonly since: number;
  /** When the rules of what is kept were last followed. */
  readonly siftedAt?: number;
  readonly prunedAt?: number;
  /** When it was last found sound, or what was wrong. */
  readonly checkedAt?: number;
  readonly isDamaged: boolean;
  /** Which part of the data is read at the next check: all of them in turn, so that in the end all was read. */
  readonly part: number;
}

export interface Upkeeps {
  of(server: ServerName): Upkeep | undefined;
  save(upkeep: Upkeep): void;
}

/** Into so many parts the data are divided, one a week. */
export const PARTS = 12;

const DAY = 24 * 3_600_000;
const WEEK = 7 * DAY;

export function isPruneDue({ since, prunedAt = since }: Upkeep, now: number): boolean {
  return now - prunedAt >= WEEK;
}

/** What was found damaged is looked at again the next day. */
export function isCheckDue({ since, checkedAt = since, isDamaged }: Upkeep, now: number): boolean {
  return now - checkedAt >= (isDamaged ? DAY : WEEK);
}

/** A part that is damaged stays the next one, until it is sound. */
export function afterCheck(upkeep: Upkeep, isSound: boolean, now: number): Upkeep {
  const part = isSound ? (upkeep.part % PARTS) + 1 : upkeep.part;
  return { ...upkeep, checkedAt: now, isDamaged: !isSound, part };
}
