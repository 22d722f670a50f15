// Why no backup can be taken, as a person can mend it.
import type { AppName } from "./ids.ts";
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
    };
