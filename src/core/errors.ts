// The one error a person can mend: a closed list of reasons, put into words by words/refusals.ts.
import type { Break } from "./audit.ts";
import type { AppName, RecipeName, ServerName, StackName, UserId } from "./ids.ts";
import type { Permission } from "./roles.ts";
import type { BackupReason } from "./backup-errors.ts";
import type { LifeReason } from "./life-errors.ts";
import type { Obstacle } from "./plan.ts";
import type { ApprovalState } from "./approval.ts";
import type { Hold } from "./proposal.ts";
import type { DrillReason } from "./drill-errors.ts";
import type { RecipeReason } from "./recipe-errors.ts";
import type { RestoreReason } from "./restore-errors.ts";
import type { RoleReason } from "./role-errors.ts";
import type { ServerReason } from "./server-errors.ts";
import type { SyncReason } from "./sync-errors.ts";
import type { VaultReason } from "./vault-errors.ts";
import type { VersionReason } from "./version-errors.ts";

export type RefusalReason =
  | {
      readonly kind: "unknown-command";
      readonly typed: string;
      readonly nearest?: string;
    }
  | {
      readonly kind: "bad-argument";
      readonly command: string;
      readonly problem: string;
      readonly usage: readonly string[];
    }
  | {
      readonly kind: "bad-domain";
      readonly typed: string;
      readonly problem: string;
    }
  | {
      readonly kind: "not-permitted";
      readonly permission: Permission;
      readonly on?: string;
      readonly whoMay: readonly UserId[];
    }
  | {
      readonly kind: "needs-approval";
      readonly tier: "change" | "danger";
      readonly people: number;
    }
  | { readonly kind: "held"; readonly hold: Hold }
  | { readonly kind: "unknown-hold"; readonly hold: string }
  /** There is none to agree to, or another by now. */
  | { readonly kind: "no-new-identity"; readonly user: UserId }
  | { readonly kind: "own-identity" }
  | { readonly kind: "unknown-approval"; readonly approval: string }
  | {
      readonly kind: "approval-ended";
      readonly approval: number;
      readonly state: ApprovalState;
    }
  | { readonly kind: "asked-already"; readonly approval: number; readonly by: UserId }
  | { readonly kind: "requester-gone"; readonly user: UserId }
  | {
      readonly kind: "unknown-app";
      readonly app: string;
      readonly nearest?: string;
    }
  | {
      readonly kind: "unknown-server";
      readonly server: string;
      readonly known: readonly string[];
    }
  | { readonly kind: "unknown-job"; readonly job: string }
  | {
      readonly kind: "unknown-service";
      readonly app: AppName;
      readonly service: string;
      readonly known: readonly string[];
    }
  | { readonly kind: "which-server"; readonly servers: readonly ServerName[] }
  | {
      readonly kind: "other-recipe";
      readonly app: AppName;
      readonly has: string;
      readonly asked: RecipeName;
    }
  | {
      readonly kind: "app-busy";
      readonly app: AppName;
      readonly job: number;
      readonly by: UserId;
    }
  | {
      readonly kind: "job-not-running";
      readonly job: number;
      readonly state: string;
    }
  | {
      readonly kind: "bad-env";
      readonly file: string;
      readonly line: number;
      readonly problem: string;
    }
  | {
      readonly kind: "setting-refused";
      readonly app: AppName;
      readonly key: string;
      readonly why:
        "steering" | "recipe" | "characters" | "name" | "stack" | "stack-below" | "domain";
      /** Whose it is, of a stack or a domain. */
      readonly owner?: string;
    }
  /** A secret's value was typed in a room; `what` names it. */
  | { readonly kind: "burnt"; readonly what: string }
  | {
      readonly kind: "unknown-secret";
      readonly app: AppName;
      readonly secret: string;
      readonly known: readonly string[];
      readonly nearest?: string;
    }
  | {
      readonly kind: "secret-refused";
      readonly app: AppName;
      readonly secret: string;
      readonly why: "no-key" | "no-effect" | "odd-version" | "by-hand" | "exists";
      /** The env key that holds its version. */
      readonly key?: string;
      /** The version that would be next. */
      readonly next?: string;
    }
  /** The file, or the folder, in which a value is handed over. */
  | {
      readonly kind: "bad-insert";
      readonly path: string;
      readonly why:
        | "link"
        | "directory"
        | "no-file"
        | "owner"
        | "size"
        | "empty"
        | "no-text"
        | "unreadable"
        | "folder";
    }
  | {
      readonly kind: "setting-absent";
      readonly app: AppName;
      readonly key: string;
      readonly nearest?: string;
    }
  | {
      readonly kind: "plan-impossible";
      readonly app: AppName;
      readonly obstacles: readonly Obstacle[];
    }
  | {
      readonly kind: "plan-stale";
      readonly app: AppName;
      readonly changed: readonly string[];
    }
  | {
      readonly kind: "server-unreachable";
      readonly server: ServerName;
      /** The one of its nodes that is meant, where it is not the manager that moot speaks to. */
      readonly node?: string;
      readonly problem: string;
    }
  | {
      readonly kind: "host-key-unknown";
      readonly server: ServerName;
      readonly node?: string;
      readonly fingerprint: string;
      readonly line: string;
    }
  | {
      readonly kind: "host-key-changed";
      readonly server: ServerName;
      readonly node?: string;
      readonly expected: string;
      readonly found: string;
    }
  | { readonly kind: "no-swarm"; readonly server: ServerName }
  | ServerReason
  | RecipeReason
  /** The config has no way to a node of the swarm that matters. */
  | { readonly kind: "node-unknown"; readonly server: ServerName; readonly node: string }
  /** The machine that the config gives as that node is another one. */
  | { readonly kind: "node-other"; readonly server: ServerName; readonly node: string }
  | { readonly kind: "node-down"; readonly server: ServerName; readonly node: string }
  | {
      readonly kind: "in-use";
      readonly what: "secret" | "config" | "network" | "volume";
      readonly name: string;
      /** Services or containers. */
      readonly by: readonly string[];
    }
  | {
      readonly kind: "not-running";
      readonly stack: StackName;
      readonly app?: AppName;
      readonly service: string;
      readonly problem: string;
    }
  | {
      readonly kind: "step-failed";
      readonly step: string;
      readonly problem: string;
    }
  | { readonly kind: "disk-full"; readonly where: string }
  /** `problem` says what is the matter and what to do. */
  | { readonly kind: "database-unusable"; readonly path: string; readonly problem: string }
  | {
      readonly kind: "bad-config";
      readonly file: string;
      readonly problems: readonly string[];
    }
  /** `entry` is the first that cannot be trusted. */
  | { readonly kind: "audit-broken"; readonly entry: number; readonly why: Break["why"] }
  | { readonly kind: "homeserver"; readonly problem: string }
  /** moot cannot have the address at which it should tell how it is. */
  | {
      readonly kind: "address-unusable";
      readonly address: string;
      readonly why: "taken" | "elsewhere" | "denied";
    }
  | BackupReason
  | LifeReason
  | RestoreReason
  | DrillReason
  | RoleReason
  | SyncReason
  | VaultReason
  | VersionReason;

/** Thrown by the shell, never by the core; caught in dispatch and runner, and at the verbs' door. */
export class Refusal extends Error {
  readonly reason: RefusalReason;
  constructor(reason: RefusalReason, cause?: unknown) {
    super(reason.kind, cause === undefined ? undefined : { cause });
    this.name = "Refusal";
    this.reason = reason;
  }
}
