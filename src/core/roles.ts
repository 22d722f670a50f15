// Decides who may do what: the one place that grants or denies a permission.
import { matchesGlob } from "./glob.ts";
import type { AppName, RoomId, ServerName, UserId } from "./ids.ts";

/**
 * Every permission there is: the chat commands of the design, and rights beyond a command. Where somebody is an `apprentice`
 * they may ask for anything, and a mentor's yes does it.
 */
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
  "trust",
  "audit",
  "servers.edit",
  "apprentice",
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

/** A role that a member holds. What limits the membership limits everything reached through it. */
export interface Membership {
  readonly role: string;
  readonly on?: ScopeGlobs;
  /** Milliseconds UTC. */
  readonly until?: number;
  /** Who gave it; absent when the config does. */
  readonly by?: UserId;
}

/** The effective table: roles by name, and what each member holds. */
export interface RoleTable {
  readonly roles: ReadonlyMap<string, Role>;
  readonly members: ReadonlyMap<UserId, readonly Membership[]>;
  /** Globs of the servers each room may act on; a room that is not in it may on none. Absent means rooms set no limit. */
  readonly rooms?: ReadonlyMap<RoomId, readonly string[]>;
  /** What the config calls each room. */
  readonly roomNames?: ReadonlyMap<RoomId, string>;
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

/** One way to a permission: every limit on the way from the membership down to it must hold. */
export interface Way {
  readonly permission: string;
  readonly limits: readonly ScopeGlobs[];
}

/** A room as the config names it, and the id its name led to. */
export interface ListedRoom {
  readonly name: string;
  readonly id: RoomId;
  readonly servers: readonly string[];
}

/**
 * The table for these rooms: room globs, which may name aliases, become the ids they stand for. A bare name is a role held
 * without a limit, as the config writes it.
 */
export function roleTable(
  roles: ReadonlyMap<string, Role>,
  members: ReadonlyMap<UserId, readonly (string | Membership)[]>,
  rooms: readonly ListedRoom[],
): RoleTable {
  const membership = (held: string | Membership): Membership =>
    typeof held === "string" ? { role: held } : withRoomIds(held, rooms);
  return {
    roles: new Map([...roles].map(([name, role]) => [name, withRoomIds(role, rooms)])),
    members: new Map([...members].map(([user, held]) => [user, held.map(membership)])),
    rooms: new Map(rooms.map((room) => [room.id, room.servers])),
    roomNames: new Map(rooms.map((room) => [room.id, room.name])),
  };
}

/** A scope as people write it, with the ids of the rooms it names. */
export function scopeIn(table: RoleTable, on: ScopeGlobs): ScopeGlobs {
  const rooms = [...(table.roomNames ?? [])].map(([id, name]) => ({ id, name }));
  return withRoomIds({ on }, rooms).on;
}

/** Decides. Nothing is allowed but what a role of this member says, inside every scope on the way to it. */
export function may(table: RoleTable, request: Request): Verdict {
  if (isAllowed(table, request)) return { kind: "allowed" };
  return {
    kind: "denied",
    why: whyNot(table, request),
    whoMay: whoMay(table, request),
  };
}

/** Whether the user may use it in this room on anything at all; what exactly is asked again for each thing. */
export function mayAnywhere(
  table: RoleTable,
  request: Pick<Request, "user" | "room" | "permission">,
): boolean {
  const { user, room, permission } = request;
  return isAllowed(table, { user, room, permission });
}

/** The members who may do what is asked, in the table's order. */
export function whoMay(table: RoleTable, request: Omit<Request, "user">): readonly UserId[] {
  return [...table.members.keys()].filter((user) => isAllowed(table, { ...request, user }));
}

/** Where the user has the permission: each entry is one way to it, whose scopes must all hold. An empty way means everywhere. */
export function scopesOf(
  table: RoleTable,
  user: UserId,
  permission: Permission,
): readonly (readonly ScopeGlobs[])[] {
  return waysOf(table, user)
    .filter((way) => way.permission === permission)
    .map((way) => way.limits);
}

function isAllowed(table: RoleTable, request: Request): boolean {
  return (
    isRoomAllowed(table, request) &&
    waysOf(table, request.user).some(
      (way) =>
        way.permission === request.permission && way.limits.every((limit) => holds(limit, request)),
    )
  );
}

function isRoomAllowed(table: RoleTable, request: Request): boolean {
  if (table.rooms === undefined) return true;
  return isWithin(table.rooms.get(request.room) ?? [], request.server);
}

function holds(limit: ScopeGlobs, request: Request): boolean {
  return (
    isWithin(limit.servers, request.server) &&
    isWithin(limit.apps, request.app) &&
    isWithin(limit.rooms, request.room)
  );
}

export function isWithin(globs: readonly string[] | undefined, name: string | undefined): boolean {
  if (globs === undefined) return true;
  if (name === undefined) return globs.length > 0;
  return globs.some((glob) => matchesGlob(glob, name));
}

function whyNot(
  table: RoleTable,
  { user, permission }: Request,
): "not-a-member" | "not-in-role" | "out-of-scope" {
  if (!table.members.has(user)) return "not-a-member";
  return scopesOf(table, user, permission).length === 0 ? "not-in-role" : "out-of-scope";
}

function waysOf(table: RoleTable, user: UserId): readonly Way[] {
  return (table.members.get(user) ?? []).flatMap((held) => waysThrough(table, held));
}

/** Everything that this membership gives; a role that is not in the table gives nothing. */
export function waysThrough(table: RoleTable, { role, on }: Membership): readonly Way[] {
  return waysIn(table, role, [], on === undefined ? [] : [on]);
}

/** `above` are the roles this one was reached through: one that contains itself adds nothing. */
function waysIn(
  table: RoleTable,
  name: string,
  above: readonly string[],
  limitsAbove: readonly ScopeGlobs[],
): readonly Way[] {
  const role = table.roles.get(name);
  if (role === undefined || above.includes(name)) return [];
  const limits = role.on === undefined ? limitsAbove : [...limitsAbove, role.on];
  return role.may.flatMap((word) =>
    isPermission(word)
      ? [{ permission: word, limits }]
      : waysIn(table, word, [...above, name], limits),
  );
}

export function isPermission(word: string): word is Permission {
  const words: readonly string[] = PERMISSIONS;
  return words.includes(word);
}

function withRoomIds<Limited extends Pick<Membership, "on">>(
  limited: Limited,
  rooms: readonly Pick<ListedRoom, "name" | "id">[],
): Limited {
  const globs = limited.on?.rooms;
  if (globs === undefined || globs.includes("*")) return limited;
  const named = rooms.filter((room) =>
    globs.some((glob) => matchesGlob(glob, room.name) || matchesGlob(glob, room.id)),
  );
  return { ...limited, on: { ...limited.on, rooms: named.map((room) => room.id) } };
}
