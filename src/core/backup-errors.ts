// Why no backup can be taken or looked into, as a person can mend it.
import type { AppName, ServerName } from "./ids.ts";
import type { NoLabels } from "./plan.ts";

export type BackupReason =
  /** The recipe names nothing of the app to back up. */
  | { readonly kind: "nothing-to-back-up"; readonly app: AppName; readonly why: NoLabels }
  /** What is read in the middle of an update may be half of the old and half of the new. */
  | {
      readonly kind: "app-unsettled";
      readonly app: AppName;
      /** Those that are being updated. */
      readonly services: readonly string[];
    }
  /** Several of the app's begin so. */
  | {
      readonly kind: "snapshot-unclear";
      readonly app: AppName;
      readonly snapshot: string;
      readonly found: readonly string[];
    }
  | ({
      readonly kind: "not-in-snapshot";
      readonly path: string;
      readonly why: "own-files" | "nowhere" | "no-file";
      /** By their short names. */
      readonly volumes: readonly string[];
    } & InSnapshot)
  /** More than moot hands over in a room. */
  | ({
      readonly kind: "file-too-large";
      readonly path: string;
      readonly bytes: number;
      readonly limit: number;
    } & InSnapshot)
  /** In two repositories, so that nothing compares them. */
  | {
      readonly kind: "snapshots-apart";
      readonly app: AppName;
      readonly servers: readonly ServerName[];
    };

interface InSnapshot {
  readonly app: AppName;
  /** By its short name. */
  readonly snapshot: string;
}
