// What is newer than what runs: one update an app, from being seen to its end, and the alerts by which rooms hear of it.
import type { AppName, EventId, RecipeName, RoomId, ServerName, UserId } from "./ids.ts";
import type { Plan } from "./plan.ts";
import { compareVersions, isCommit, parseVersion, versionsAfter } from "./version.ts";

/**
 * `seen`: nobody was told yet; `announced`: rooms know; `decided`: people agreed, or the config did, and a job was queued;
 * `snoozed`: asked again later. The others are ends: `superseded` by a newer one, or by something else that runs by now.
 */
export type UpdateState = OpenState | "applied" | "failed" | "skipped" | "superseded";

export const OPEN_STATES = ["seen", "announced", "decided", "snoozed"] as const;
export type OpenState = (typeof OPEN_STATES)[number];

/** What an app could become: another version, or the same one with images that were built anew. */
export interface Novelty {
  readonly from: string;
  /** As `from` where only images are new. */
  readonly to: string;
  /** The digest that each image's tag names now, by image as the stack writes it; empty for another version. */
  readonly images: Readonly<Record<string, string>>;
}

export interface Update extends Novelty {
  readonly id: number;
  readonly app: AppName;
  readonly server: ServerName;
  readonly recipe: RecipeName;
  readonly state: UpdateState;
  /** Milliseconds UTC, as all times. */
  readonly seenAt: number;
  /** The app was looked at for the first time: told in the summary, not by an alert. */
  readonly isFirst: boolean;
  readonly alert?: number;
  /** As it would be applied when it was announced. */
  readonly plan?: Plan;
  /** Why there is no plan, in words. */
  readonly problem?: string;
  /** Who skipped it, put it off, or was the first to say yes; absent where the config did. */
  readonly by?: UserId;
  /** When it is asked again. */
  readonly until?: number;
  readonly job?: number;
  readonly endedAt?: number;
}

/** One message a room, about the same step of one app or of several. */
export interface Alert {
  readonly id: number;
  readonly recipe: RecipeName;
  readonly rooms: readonly RoomId[];
  readonly at: number;
  /** When what it offers last changed: what people said before that was said of something else. */
  readonly revisedAt: number;
}

export function isOpenUpdate({ state }: Pick<Update, "state">): boolean {
  return OPEN_STATES.some((one) => one === state);
}

/** The same novelty found again: two with the same mark are one. */
export function markOf({ to, images }: Novelty): string {
  const digests = Object.entries(images)
    .map(([image, digest]) => `${image}@${digest}`)
    .toSorted();
  return [to, ...digests].join(" ");
}

export function isRebuild({ from, to }: Pick<Novelty, "from" | "to">): boolean {
  return from === to;
}

/** An update asks in its own name, where a command would. */
export function updateEvent(id: number): EventId {
  const event = `$moot-update-${id}`;
  if (!isUpdateEvent(event)) throw new Error(`${id} is no number of an update`);
  return event;
}

/** The update that asks in this name; undefined for what somebody typed. */
export function updateOf(event: EventId): number | undefined {
  const digits = /^\$moot-update-(\d+)$/.exec(event)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function isUpdateEvent(event: string): event is EventId {
  return /^\$moot-update-\d+$/.test(event);
}

/** What was learnt about one app that runs. */
export interface Running {
  /** From abra's label; absent where the stack carries none. */
  readonly version?: string;
  /** The commit, where it was deployed from one. */
  readonly chaos?: string;
  /** Digests that run, by image without its digest. */
  readonly digests: Readonly<Record<string, string>>;
}

export type Comparison =
  | { readonly kind: "new"; readonly novelty: Novelty; readonly behind: number }
  | { readonly kind: "current" }
  /** A commit cannot be compared with versions. */
  | { readonly kind: "chaos"; readonly commit: string }
  | { readonly kind: "unknown"; readonly version: string | undefined };

/** `published`: versions that may be deployed; `tags`: the digest that each image's tag names now, where that is known. */
export function comparisonOf(
  { version, chaos, digests }: Running,
  published: readonly string[],
  tags: Readonly<Record<string, string>>,
): Comparison {
  if (chaos !== undefined) return { kind: "chaos", commit: chaos };
  if (version === undefined || parseVersion(version) === undefined) {
    return version !== undefined && isCommit(version)
      ? { kind: "chaos", commit: version }
      : { kind: "unknown", version };
  }
  const above = versionsAfter(version, published);
  const newest = above.at(-1);
  if (newest !== undefined) {
    return {
      kind: "new",
      novelty: { from: version, to: newest, images: {} },
      behind: above.length,
    };
  }
  const images = Object.fromEntries(
    Object.entries(digests).flatMap(([image, digest]) => {
      const now = tags[image];
      return now === undefined || now === digest ? [] : [[image, now]];
    }),
  );
  if (Object.keys(images).length === 0) return { kind: "current" };
  return { kind: "new", novelty: { from: version, to: version, images }, behind: 0 };
}

/** Whether an update to `to` is behind the app when this version runs. */
export function isReached({ to, images }: Novelty, version: string): boolean {
  if (Object.keys(images).length > 0) return false;
  const [there, here] = [parseVersion(to), parseVersion(version)];
  if (there === undefined || here === undefined) return to === version;
  return compareVersions(here, there) >= 0;
}
