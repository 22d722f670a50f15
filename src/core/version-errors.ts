// Why an app cannot go from one version or place to another.
import type { AppName, ServerName } from "./ids.ts";
import type { Update } from "./update.ts";
import type { Blocker } from "./why-not-now.ts";

export type VersionReason =
  | { readonly kind: "nothing-newer"; readonly app: AppName; readonly version: string }
  | { readonly kind: "nothing-to-roll-back"; readonly app: AppName; readonly version: string }
  /** What runs has no place in the order of versions: a commit, an old tag, or nothing at all. */
  | {
      readonly kind: "not-comparable";
      readonly app: AppName;
      readonly version?: string;
      readonly isChaos: boolean;
    }
  | {
      readonly kind: "wrong-direction";
      readonly app: AppName;
      readonly act: "upgrade" | "rollback";
      readonly from: string;
      readonly to: string;
    }
  /** Nothing is offered of it. `problem`: why it could not be compared. */
  | {
      readonly kind: "no-update";
      readonly app: AppName;
      readonly version?: string;
      readonly problem?: string;
    }
  | {
      readonly kind: "other-update";
      readonly app: AppName;
      readonly asked: string;
      readonly to: string;
    }
  | {
      readonly kind: "update-decided";
      readonly app: AppName;
      readonly to: string;
      readonly job: number;
    }
  /** It was agreed to, and its time has not come. */
  | {
      readonly kind: "update-waits";
      readonly update: Pick<Update, "app" | "from" | "to">;
      readonly blockers: readonly Blocker[];
    }
  | { readonly kind: "nothing-left-behind"; readonly app: AppName }
  /** Nothing of it runs on the server that it was moved to. */
  | {
      readonly kind: "moved-but-down";
      readonly app: AppName;
      readonly server: ServerName;
      readonly from: ServerName;
    }
  /** `server`: the old side of its last move, which still has something of it. */
  | { readonly kind: "side-left"; readonly app: AppName; readonly server: ServerName }
  | { readonly kind: "no-return-point"; readonly app: AppName; readonly why: string };
