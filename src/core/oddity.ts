// What a team that worked with abra alone may not know of its apps.

export type Oddity =
  /** An env file, and nothing runs. */
  | { readonly kind: "not-deployed"; readonly app: string }
  /** A stack with abra's labels, and no env file. */
  | { readonly kind: "no-env"; readonly stack: string; readonly recipe?: string }
  /** Deployed from a tree with changes that nobody committed. */
  | { readonly kind: "dirty"; readonly app: string; readonly version: string }
  /** Deployed from a commit instead of a version. */
  | { readonly kind: "chaos"; readonly app: string; readonly version: string }
  | {
      readonly kind: "other-version";
      readonly app: string;
      readonly pinned: string;
      readonly deployed: string;
    }
  | { readonly kind: "bad-env"; readonly app: string; readonly problem: string };
