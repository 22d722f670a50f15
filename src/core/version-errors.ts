// Why an app cannot go from one version or place to another.
import type { AppName, ServerName } from "./ids.ts";

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
