// Why nothing can be restored, as a person can mend it.
import type { BackupFault } from "./backup.ts";
import type { AppName, ServerName } from "./ids.ts";
import type { UnknownBackups } from "./unknown-backups.ts";

export type RestoreReason =
  /** The app has none that counts. */
  | { readonly kind: "no-snapshot"; readonly app: AppName }
  /** Absent owner: moot did not make it. */
  | {
      readonly kind: "foreign-snapshot";
      readonly app: AppName;
      readonly snapshot: string;
      readonly owner?: string;
    }
  /** It did not count as a backup when it was judged; `faults` say why. */
  | {
      readonly kind: "bad-snapshot";
      readonly app: AppName;
      readonly snapshot: string;
      readonly faults: readonly BackupFault[];
    }
  /** None was named, and its repository has newer ones than the newest that moot remembers. */
  | {
      readonly kind: "newer-unknown";
      readonly app: AppName;
      readonly unknown: UnknownBackups;
      /** The newest that counts; `at`: milliseconds UTC. */
      readonly known: { readonly snapshot: string; readonly at: number };
    }
  | {
      readonly kind: "cannot-restore";
      readonly app: AppName;
      readonly snapshot: string;
      readonly bars: readonly RestoreBar[];
    }
  /** It is to be made again elsewhere, and runs where it is. */
  | {
      readonly kind: "not-lost";
      readonly app: AppName;
      readonly server: ServerName;
      readonly to: ServerName;
    }
  /** What was saved is in a folder of that server, which no other one reaches. */
  | {
      readonly kind: "repository-apart";
      readonly app: AppName;
      readonly repository: ServerName;
      readonly server: ServerName;
    }
  /** There is no version before with a good snapshot that was taken before the step away from it. */
  | { readonly kind: "no-pair"; readonly app: AppName; readonly why: NoPair };

export type NoPair =
  /** Nothing that moot deployed lies before what runs. */
  | "no-version"
  /** None that counts was taken before the step away from it. */
  | "no-snapshot";

/** What of a snapshot cannot go back. */
export type RestoreBar =
  /** It holds no data of volumes. */
  | { readonly kind: "nothing-in-it" }
  /** There is none of that name to put its data into. */
  | { readonly kind: "volume-absent"; readonly volume: string }
  /** Nothing tells which of them is meant. */
  | {
      readonly kind: "volume-twice";
      readonly volume: string;
      readonly nodes: readonly string[];
    }
  /** An app beside the one it is of (`of`) has no volume for it. */
  | { readonly kind: "volume-unused"; readonly volume: string; readonly of: string }
  /** It would go over what somebody else has in a volume of that name. */
  | {
      readonly kind: "volume-taken";
      readonly volume: string;
      readonly nodes: readonly string[];
      readonly of: string;
    }
  /** Bytes: of the server's disk. */
  | {
      readonly kind: "no-room";
      readonly server: ServerName;
      readonly needs: number;
      readonly has: number;
    }
  /** The data can only be loaded by a hook inside a service that does not run. */
  | { readonly kind: "hook-homeless"; readonly service: string };
