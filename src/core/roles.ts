// Decides who may do what: the one place that grants or denies a permission.
import type { AppName, RoomId, ServerName, UserId } from "./ids.ts";

/** Every permission there is: the chat commands of the design, and rights beyond a command. */
export const PERMISSIONS = [
  "help",
  "whoami",
  "status",
  "servers",
  "apps",
  "recipes",
  "plan",
  "deploy",
  "upgrade",
  "rollback",
  "undeploy",
  "remove",
  "restart",
  "move",
  "config",
  "check",
  "secrets",
  "logs",
  "ps",
  "run",
  "backup",
  "backups",
  "restore",
  "drill",
  "updates",
  "skip",
  "snooze",
  "hold",
  "unhold",
  "breakglass",
  "away",
  "approve",
  "reject",
  "jobs",
  "cancel",
  "roles",
  "grant",
  "revoke",
  "audit",
  "servers.edit",
] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** Globs with `*` only. Absent means everywhere. */
export interface ScopeGlobs {
  readonly servers?: readonly string[];
  readonly apps?: readonly string[];
  readonly rooms?: readonly string[];
}

export interface Role {
  /** Permissions, and names of other roles. */
  readonly may: readonly string[];
  readonly on?: ScopeGlobs;
}

/** The effective table: roles by name, and the roles of each member. */
export interface RoleTable {
  readonly roles: ReadonlyMap<string, Role>;
  readonly members: ReadonlyMap<UserId, readonly string[]>;
}

/** What is asked: absent `server` or `app` means "any at all". */
export interface Request {
  readonly user: UserId;
  readonly room: RoomId;
  readonly permission: Permission;
  readonly server?: ServerName;
  readonly app?: AppName;
}

export type Verdict =
  | { readonly kind: "allowed" }
  | {
      readonly kind: "denied";
      readonly why: "not-a-member" | "not-in-role" | "out-of-scope";
      readonly whoMay: readonly UserId[];
    };
