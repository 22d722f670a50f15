// Whose backup is due when: one turn an app, taken up once whatever was missed before, spread over a while so that not all begin at once.
import type { AppName, EventId, ServerName } from "./ids.ts";

export interface Turn {
  readonly app: AppName;
  readonly server: ServerName;
  /** Zone and cron fields by which it comes. */
  readonly rule: string;
  /** When the schedule has it, and from when on it may begin. Milliseconds UTC, as the others. */
  readonly due: number;
  readonly startsAt: number;
  /** Without a good backup by then it is late. */
  readonly lateAt: number;
  /** The job that takes it. */
  readonly job?: number;
  /** Since it could begin: why it does not yet. */
  readonly waits?: string;
  /** Why the one before came to nothing, and with which job. */
  readonly problem?: string;
  readonly failed?: number;
  /** Why nothing of the app is saved, and rightly so. */
  readonly skipped?: string;
}

export interface Turns {
  all(): readonly Turn[];
  of(app: AppName): Turn | undefined;
  /** In place of the one before. */
  save(turn: Turn): void;
  forget(app: AppName): void;
}

/** When a schedule comes; for one rule after another of the same look, without asking twice. */
export type Next = (after: number) => number | undefined;

const MOST_SPREAD = 30 * 60_000;

/** How long after its time it begins, by the app's name: `share` is from 0 up to 1. */
export function spreadOf(next: Next, due: number, share: number): number {
  const after = next(due);
  const gap = after === undefined ? MOST_SPREAD * 4 : after - due;
  return Math.floor(Math.min(MOST_SPREAD, gap / 4) * share);
}

/** One schedule and a half after `from`. */
export function lateAfter(next: Next, from: number): number {
  const first = next(from);
  const second = first === undefined ? undefined : next(first);
  if (first === undefined || second === undefined) return Number.MAX_SAFE_INTEGER;
  return Math.floor(first + (second - first) / 2);
}

/** Whether it is under way, or should be. */
export function isPending({ job, due }: Turn, now: number): boolean {
  return job !== undefined || due <= now;
}

/** Whether it goes on by itself: what waits for something may do so for days. */
export function isUnderWay(turn: Turn, now: number): boolean {
  return isPending(turn, now) && (turn.job !== undefined || turn.waits === undefined);
}

/** A look that comes so long after the one before: moot was away meanwhile. */
const AWAY = 5 * 60_000;

/** What came due while nobody looked. */
export function missedIn(
  turns: readonly Turn[],
  looked: number | undefined,
  now: number,
): readonly Turn[] {
  if (looked === undefined || now - looked < AWAY) return [];
  return turns.filter(
    ({ job, startsAt }) => job === undefined && startsAt > looked && startsAt <= now,
  );
}

const NAME = /^\$moot-backup-\d+-/;
/** An event's name has 255 characters at most, and a domain may have 253. */
const MOST = 200;

/** moot asks in the turn's name, where a command would. */
export function turnEvent({ app, due }: Pick<Turn, "app" | "due">): EventId {
  const event = `$moot-backup-${due}-${app.slice(0, MOST)}`;
  if (!isTurnEvent(event)) throw new Error(`${event} is no name of a turn`);
  return event;
}

/** Whether it is a turn that asks, and not somebody who typed. */
export function isTurnEvent(event: string): event is EventId {
  return NAME.test(event);
}
