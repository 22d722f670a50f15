// Decides who may give and take roles how widely, and that somebody always can.
import { matchesGlob } from "./glob.ts";
import type { UserId } from "./ids.ts";
import {
  isWithin,
  mayAnywhere,
  scopesOf,
  waysThrough,
  type Membership,
  type Request,
  type RoleTable,
  type ScopeGlobs,
} from "./roles.ts";

/** Whether the user's own right to grant, used in this room, reaches all that a role held there would. */
export function mayGrantOn(
  table: RoleTable,
  { user, room }: Pick<Request, "user" | "room">,
  on: ScopeGlobs | undefined,
): boolean {
  if (!mayAnywhere(table, { user, room, permission: "grant" })) return false;
  return scopesOf(table, user, "grant").some((limits) =>
    limits.every((limit) => isWithin(limit.rooms, room) && covers(limit, on)),
  );
}

/** Whether all that `inner` names is in `outer`; a glob is in another if that one takes its `*` for any letter. */
export function covers(outer: ScopeGlobs | undefined, inner: ScopeGlobs | undefined): boolean {
  const parts = ["servers", "apps", "rooms"] as const;
  return parts.every((part) => {
    const wide = outer?.[part];
    const narrow = inner?.[part] ?? ["*"];
    return (
      wide === undefined || narrow.every((name) => wide.some((glob) => matchesGlob(glob, name)))
    );
  });
}

/** Whether a membership gives at least what another would, for as long. */
export function includes(held: Membership, asked: Membership): boolean {
  return (
    held.role === asked.role &&
    covers(held.on, asked.on) &&
    (held.until ?? Infinity) >= (asked.until ?? Infinity)
  );
}

/** Those who may grant on every server and app, from some room, for as long as nobody takes it from them. */
export function lastingKeepers(table: RoleTable): readonly UserId[] {
  return [...table.members].flatMap(([user, held]) =>
    held.some((one) => one.until === undefined && isKeeping(table, one)) ? [user] : [],
  );
}

/** Whether nobody would be left who can grant everywhere, if this user lost this role. */
export function isLastKeeper(table: RoleTable, user: UserId, role: string): boolean {
  const left = (table.members.get(user) ?? []).filter((held) => held.role !== role);
  const after = { ...table, members: new Map([...table.members, [user, left]]) };
  return lastingKeepers(table).length > 0 && lastingKeepers(after).length === 0;
}

function isKeeping(table: RoleTable, membership: Membership): boolean {
  const rooms = table.rooms === undefined ? [undefined] : [...table.rooms.keys()];
  return waysThrough(table, membership)
    .filter(({ permission }) => permission === "grant")
    .filter(({ limits }) => limits.every(isEverywhere))
    .some(({ limits }) =>
      rooms.some((room) => limits.every((limit) => isWithin(limit.rooms, room))),
    );
}

function isEverywhere({ servers, apps }: ScopeGlobs): boolean {
  return [servers, apps].every((globs) => globs === undefined || globs.includes("*"));
}
