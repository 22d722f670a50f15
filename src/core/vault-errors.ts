// Why a repository of backups cannot be used, as a person can mend it.
import type { AppName, ServerName } from "./ids.ts";

/** From where the repository was asked: each has credentials of its own. */
export type VaultSide = "server" | "moot";

export type VaultReason =
  /** The config has none for the server. */
  | { readonly kind: "no-repository"; readonly server: ServerName }
  /** There is none at its address. */
  | {
      readonly kind: "repository-missing";
      readonly server: ServerName;
      readonly address: string;
      readonly side: VaultSide;
    }
  | { readonly kind: "repository-password"; readonly server: ServerName; readonly address: string }
  | {
      readonly kind: "repository-locked";
      readonly server: ServerName;
      /** Restic's words: process, user, machine and age of the lock. */
      readonly by: string;
    }
  /** No space is left where it is kept. */
  | { readonly kind: "repository-full"; readonly server: ServerName; readonly address: string }
  | {
      readonly kind: "repository-unreachable";
      readonly server: ServerName;
      readonly address: string;
      readonly side: VaultSide;
      readonly problem: string;
    }
  /** Whoever keeps it was reached, and said no: to the credentials, or to what was to be done. */
  | {
      readonly kind: "repository-refuses";
      readonly server: ServerName;
      readonly address: string;
      readonly side: VaultSide;
      readonly problem: string;
    }
  /** Whoever keeps it was reached, and has trouble of its own: a full disk, for one, looks so over HTTP. */
  | {
      readonly kind: "repository-failing";
      readonly server: ServerName;
      readonly address: string;
      readonly problem: string;
    }
  /** `found`: its version; absent where there is none. */
  | { readonly kind: "restic-unfit"; readonly side: VaultSide; readonly found?: string }
  /** `app`: whose it was to be. */
  | {
      readonly kind: "unknown-snapshot";
      readonly server: ServerName;
      readonly snapshot: string;
      readonly app?: AppName;
    }
  /** The snapshot is there, and holds no such file. */
  | {
      readonly kind: "absent-file";
      readonly snapshot: string;
      readonly path: string;
    };
