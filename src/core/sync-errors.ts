// Why the team's git repository around the env files was left alone.

export type SyncReason =
  | { readonly kind: "sync-no-repository"; readonly folder: string }
  | { readonly kind: "sync-detached"; readonly folder: string }
  /** A merge or the like that somebody began there. */
  | { readonly kind: "sync-unfinished"; readonly folder: string; readonly what: string }
  | { readonly kind: "sync-dirty"; readonly folder: string; readonly files: readonly string[] }
  | {
      readonly kind: "sync-conflict";
      readonly folder: string;
      readonly remote: string;
      /** Empty where the two histories have nothing in common. */
      readonly files: readonly string[];
    }
  | {
      readonly kind: "sync-silent";
      readonly folder: string;
      readonly remote: string;
      readonly problem: string;
    }
  | { readonly kind: "sync-outside"; readonly file: string; readonly folder: string }
  | { readonly kind: "sync-failed"; readonly folder: string; readonly problem: string };
