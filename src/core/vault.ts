// Where backups are kept: one restic repository a server, written from the server itself, looked after from moot's machine.
import type { ExecFile } from "./exec.ts";
import type { ServerName, StackName } from "./ids.ts";
import type { VaultSide } from "./vault-errors.ts";

export interface Vaults {
  /** Those that have a repository. */
  readonly servers: readonly ServerName[];
  /** `at`: where data come from and go to, if not on that server itself. Asks nobody yet. Throws Refusal `no-repository`. */
  get(server: ServerName, at?: ServerName): Vault;
  /** Whether its repository is somewhere that another server may reach, too: a folder of its own is not. */
  isShared(server: ServerName): boolean;
  /** Those of them that have one repository between them, `server` first. */
  sharing(server: ServerName): readonly ServerName[];
}

/**
 * Every method throws Refusal `repository-missing`, `repository-password`, `repository-locked`, `repository-full`,
 * `repository-unreachable`, `repository-refuses`, `repository-failing` or `restic-unfit` as the case may be, `unknown-snapshot` where
 * one is named that is not there, and `step-failed` with restic's last words for anything else. What goes to a node throws as Host does, too.
 */
export interface Vault {
  readonly server: ServerName;
  /** Opens it from that side, and no more. */
  reach(side: VaultSide, signal: AbortSignal): Promise<void>;
  /** False where there is one already. Nothing else makes one: a wrong address must not look like a first backup. */
  make(signal: AbortSignal): Promise<boolean>;
  /**
   * From the node, with the server's own credentials. One of the same stack and node that a killed moot left is stopped first. An
   * aborted one leaves neither container nor lock, and no snapshot.
   */
  save(load: Load, told: VaultTold, signal: AbortSignal): Promise<Saved>;
  /** As `save`; into volumes that are there. Taken again it does the same. */
  restore(restoring: Restoring, told: VaultTold, signal: AbortSignal): Promise<Restored>;
  /** Stops and removes what a killed moot left running of saves and restores of the stack, on every node there is a way to. */
  abandon(stack: StackName, signal: AbortSignal): Promise<void>;
  /** Newest first. */
  snapshots(query: SnapshotQuery, signal: AbortSignal): Promise<readonly Snapshot[]>;
  /** What stands directly in that folder of the snapshot (`/`: its root), or the one file of that path. */
  contents(snapshot: string, path: string, signal: AbortSignal): Promise<readonly Entry[]>;
  /** How much the snapshot holds at and below each of these paths, read from the repository; all zero where it holds nothing there. */
  measure(
    snapshot: string,
    paths: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly Measure[]>;
  /** What the newer one has otherwise than the older. */
  diff(older: string, newer: string, signal: AbortSignal): Promise<Difference>;
  /** The contents of one file. Throws Refusal `absent-file` where there is no such file, `step-failed` where it has more bytes than the limit. */
  read(snapshot: string, path: string, limit: number, signal: AbortSignal): Promise<Uint8Array>;
  /** What is forgotten stays in the repository until `prune`. */
  forget(
    forgetting: Forgetting,
    how: "dry-run" | "for-good",
    signal: AbortSignal,
  ): Promise<readonly Kept[]>;
  prune(signal: AbortSignal): Promise<void>;
  /** The structure of the whole, and the data of one part of so many. */
  check(part: CheckPart, signal: AbortSignal): Promise<Checked>;
  /** Removes locks whose owners are known to be dead, and no others. Every call does so itself when a lock is in its way. */
  unlockStale(signal: AbortSignal): Promise<void>;
}

/** Below it stand a load's own files, in every snapshot. */
export const APP_FILES = "/moot/app";

/** Where a volume stands in every snapshot, as backup-bot-two has it. */
export function volumePath(volume: string): string {
  return `/var/lib/docker/volumes/${volume}/_data`;
}

/** What one node gives to one snapshot. */
export interface Load {
  readonly stack: StackName;
  /** As swarm names it. */
  readonly node: string;
  /** The snapshot's host; `forget` counts each host by itself. */
  readonly host: string;
  readonly tags: readonly string[];
  readonly volumes: readonly LoadedVolume[];
  /** Each path below APP_FILES. */
  readonly files: readonly ExecFile[];
}

export interface LoadedVolume {
  /** Swarm name. */
  readonly name: string;
  /** From the volume's root, without a leading slash; absent: all of it. */
  readonly paths?: readonly string[];
}

export interface VaultProgress {
  /** Bytes. */
  readonly done: number;
  /** Bytes known by now; grows while restic looks about. */
  readonly total: number;
  readonly files: number;
}

export type VaultTold = (progress: VaultProgress) => void;

/** `incomplete`: the snapshot is there, without what could not be read. */
export interface Saved {
  readonly kind: "whole" | "incomplete";
  /** The full id. */
  readonly snapshot: string;
  readonly files: number;
  readonly bytes: number;
  /** Bytes that the repository did not have before, as they are stored. */
  readonly added: number;
  readonly seconds: number;
  /** The first of those that could not be read, each with the reason. */
  readonly unread: readonly Unread[];
}

export interface Unread {
  readonly path: string;
  readonly problem: string;
}

export interface Restoring {
  readonly stack: StackName;
  readonly node: string;
  readonly snapshot: string;
  readonly volumes: readonly RestoredVolume[];
}

export interface RestoredVolume {
  /** The volume's name in the snapshot. */
  readonly from: string;
  /** The volume it goes into. */
  readonly to: string;
  /** Whether what the snapshot does not have is removed from the volume. */
  readonly isEmptied: boolean;
  /** Nothing is put into it, whatever the paths: its service makes its data anew, and what was saved is loaded into that later. */
  readonly isLeftEmpty?: true;
  /** From the volume's root, without a leading slash; only within them anything is written or removed. Absent: all of it. */
  readonly paths?: readonly string[];
}

/** Each file was read back and compared. */
export interface Restored {
  readonly kind: "whole" | "incomplete";
  /** With folders. */
  readonly files: number;
  readonly bytes: number;
  readonly seconds: number;
  /** The first of those that could not be written. */
  readonly unwritten: readonly Unread[];
}

export interface SnapshotQuery {
  /** Those that bear all of these. */
  readonly tags?: readonly string[];
  readonly host?: string;
}

export interface Snapshot {
  /** The full id. */
  readonly id: string;
  /** Milliseconds UTC. */
  readonly at: number;
  readonly host: string;
  readonly tags: readonly string[];
  readonly paths: readonly string[];
  /** Files and bytes; absent in a snapshot that an older restic made. */
  readonly size?: { readonly files: number; readonly bytes: number; readonly added: number };
}

export interface Entry {
  /** From the snapshot's root. */
  readonly path: string;
  readonly kind: "file" | "folder" | "other";
  /** Of a file. */
  readonly bytes?: number;
  /** Milliseconds UTC. */
  readonly changedAt: number;
}

export interface Measure {
  readonly path: string;
  /** Whether anything of that path is there, if only an empty folder. */
  readonly isThere: boolean;
  readonly files: number;
  readonly bytes: number;
}

export interface Difference {
  /** Files and folders. */
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  readonly bytesAdded: number;
  readonly bytesRemoved: number;
  /** The first of them, in the order of their paths. */
  readonly paths: readonly {
    readonly path: string;
    readonly change: "added" | "removed" | "changed";
  }[];
}

/** Spans as the config has them, back from the newest snapshot: `7d`, `5w`, `12m`. */
export interface KeepRules {
  readonly within: string;
  readonly withinWeekly: string;
  readonly withinMonthly: string;
}

export interface Forgetting {
  /** Among these; the rules count each host by itself. */
  readonly query: SnapshotQuery;
  readonly keep: KeepRules;
  /** Full ids of those that stay whatever the rules say. */
  readonly spare: readonly string[];
}

export interface Kept {
  readonly snapshot: Snapshot;
  readonly isKept: boolean;
  /** Restic's words for what kept it, such as `within 7d`; for one that is spared, `spared`. */
  readonly reasons: readonly string[];
}

export interface CheckPart {
  /** From 1. */
  readonly part: number;
  readonly of: number;
}

export interface Checked {
  /** None: all is well. In restic's words. */
  readonly problems: readonly string[];
}
