// Backups as moot remembers them: what was saved of an app and where, and why one does not count.
import type { Hook } from "./backup-labels.ts";
import type { AppName, ServerName, UserId } from "./ids.ts";
import type { LoadedVolume, Unread } from "./vault.ts";

/** What a hook said and how it ended, when it did not end well. */
export interface HookReport extends Pick<Hook, "service" | "when"> {
  readonly problem: string;
}

/** One snapshot: what one node gave. */
export interface SavedPart {
  readonly node: string;
  readonly snapshot: string;
  readonly volumes: readonly LoadedVolume[];
  readonly files: number;
  readonly bytes: number;
  readonly added: number;
  readonly seconds: number;
  /** The first of what could not be read; not empty where the snapshot is incomplete. */
  readonly unread: readonly Unread[];
}

/** How much a snapshot holds of one volume. */
export interface VolumeMeasure {
  readonly volume: string;
  readonly node: string;
  readonly files: number;
  readonly bytes: number;
}

/** Why a backup does not count. */
export type BackupFault =
  | ({ readonly kind: "hook" } & HookReport)
  | { readonly kind: "incomplete"; readonly node: string; readonly unread: readonly Unread[] }
  /** What the labels name is not in the snapshot. */
  | { readonly kind: "missing"; readonly volume: string; readonly path: string }
  | { readonly kind: "empty"; readonly volume: string; readonly path?: string }
  /** By more than half against the last ones; without a volume, the whole. */
  | {
      readonly kind: "smaller";
      readonly volume?: string;
      readonly bytes: number;
      readonly before: number;
    }
  /** It never came to be judged. */
  | { readonly kind: "stopped"; readonly problem: string };

export interface BackupFindings {
  readonly parts: readonly SavedPart[];
  readonly volumes: readonly VolumeMeasure[];
  readonly hooks: readonly HookReport[];
}

/** A backup that was tried, whatever became of it. */
export interface Backup extends Pick<BackupFindings, "parts" | "volumes"> {
  readonly id: number;
  readonly job: number;
  readonly app: AppName;
  /** Where the app was. */
  readonly server: ServerName;
  /** Of its recipe; empty where nobody knows. */
  readonly version: string;
  readonly by: UserId;
  /** For what it was taken: `backup`, or the command before which it was, or SAFETY. */
  readonly cause: string;
  /** Milliseconds UTC. */
  readonly at: number;
  readonly seconds: number;
  readonly secrets: number;
  /** None: it is good. */
  readonly faults: readonly BackupFault[];
  /** On somebody's word: what it is smaller than does not count from then on. */
  readonly isSmallRight: boolean;
  /** The job of the deployment that ran when it was taken. */
  readonly deployment?: number;
  /** Since when a snapshot of it is known to be in the repository no more. */
  readonly goneAt?: number;
}

/** The cause of one that holds what a restore was about to overwrite: it is there to undo that, and stands for nothing else. */
export const SAFETY = "restore";

export function isGoodBackup({ faults }: Pick<Backup, "faults">): boolean {
  return faults.length === 0;
}

/** Good, still in the repository, and more than a restore's way back: an app can live from it. */
export function countsNow(backup: Pick<Backup, "faults" | "cause" | "goneAt">): boolean {
  return isGoodBackup(backup) && backup.cause !== SAFETY && backup.goneAt === undefined;
}

type Sized = Pick<SavedPart, "bytes" | "files" | "added">;

export function sum(parts: readonly Sized[], what: keyof Sized): number {
  return parts.reduce((total, part) => total + part[what], 0);
}

/** The ledger's part in it: number and links it adds itself. */
export type NewBackup = Omit<Backup, "id" | "deployment" | "goneAt">;

/** A snapshot by its full id, and whose it is. */
export interface HeldSnapshot {
  readonly app: AppName;
  readonly snapshot: string;
}

export interface Backups {
  /** Once a job: what is there stays. */
  record(backup: NewBackup): void;
  ofJob(job: number): Backup | undefined;
  /** The newest first, good and bad. */
  of(app: AppName, limit: number): readonly Backup[];
  /** The newest good ones of the app on the server that are still there, newest first. None for safety is among these, or below. */
  good(app: AppName, server: ServerName, limit: number): readonly Backup[];
  /** The newest good one that is still there, wherever the app was. */
  lastGood(app: AppName): Backup | undefined;
  /** When the newest good one of each app was taken that is still there. */
  lastGoodTimes(): ReadonlyMap<AppName, number>;
  /** The snapshots of all backups on the server that are still in its repository, as far as moot knows. */
  snapshotsOn(server: ServerName): readonly HeldSnapshot[];
  /** They are in the repository no more. */
  gone(server: ServerName, snapshots: readonly string[], at: number): void;
}
