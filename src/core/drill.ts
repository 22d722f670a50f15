// Drills as moot remembers them: a backup restored for a try, whether the app came up with it, and how long that took.
import type { AppName, ServerName } from "./ids.ts";
import type { UnknownBackups } from "./unknown-backups.ts";

export interface Drill {
  readonly job: number;
  readonly app: AppName;
  /** Where it was tried. */
  readonly server: ServerName;
  /** Full ids. */
  readonly snapshots: readonly string[];
  /** When the backup was taken. Milliseconds UTC, as `at`. */
  readonly savedAt: number;
  /** When it was tried. */
  readonly at: number;
  /** From the first step until the app was found well, or until it failed. */
  readonly seconds: number;
  /** It came up and was found well. */
  readonly ok: boolean;
}

export interface Drills {
  /** Once a job: what is there stays. */
  record(drill: Drill): void;
  /** The newest, however it went. */
  latest(app: AppName): Drill | undefined;
  /** The newest that went well: what is known of how, and how fast, the app comes back. */
  proven(app: AppName): Drill | undefined;
  /** When each app was tried last, however that went. */
  lastTries(): ReadonlyMap<AppName, number>;
}

/** Worth knowing of a drill before it begins. */
export type DrillMatter =
  /** What it tries; `at`: when that was taken, milliseconds UTC. */
  | { readonly kind: "tries"; readonly snapshots: readonly string[]; readonly at: number }
  /** Paths of the server that services have mounted. */
  | {
      readonly kind: "left-out";
      readonly paths: readonly { readonly service: string; readonly path: string }[];
    }
  /** What recipes add to what a container may do, a drill does not. */
  | {
      readonly kind: "powerless";
      readonly lacks: readonly { readonly service: string; readonly capability: string }[];
    }
  /** Newer than what it tries. */
  | { readonly kind: "passes-over"; readonly app: AppName; readonly unknown: UnknownBackups }
  /** Without a healthcheck. */
  | { readonly kind: "unchecked"; readonly services: readonly string[] }
  /** Tried on another server than the app's, which then holds what opens that one's repository. */
  | { readonly kind: "elsewhere"; readonly server: ServerName; readonly repository: ServerName };

interface Candidate {
  readonly app: AppName;
  /** Whether there is a backup of it that counts. */
  readonly hasBackup: boolean;
}

/** Whose turn it is: one that was never tried, else the one whose try is longest ago; one that fails waits its turn like the others. */
export function nextToDrill(
  candidates: readonly Candidate[],
  tries: ReadonlyMap<AppName, number>,
): AppName | undefined {
  const ready = candidates.filter(({ hasBackup }) => hasBackup).map(({ app }) => app);
  const since = (app: AppName): number => tries.get(app) ?? -1;
  return ready.toSorted((a, b) => since(a) - since(b) || (a < b ? -1 : 1))[0];
}

export interface DrillPolicy {
  /** Five cron fields; at each time one app is tried. */
  readonly schedule: string;
  /** In which the schedule is read. */
  readonly zone: string;
  /** Absent: each on its own server. */
  readonly server?: ServerName;
}
