// Whether a right is limited at all: some answers are of everything, or not given.
import type { Permission, Request, RoleTable } from "./roles.ts";
import { scopesOf } from "./roles.ts";
import type { UserId } from "./ids.ts";

type Asked = Pick<Request, "user" | "room" | "permission">;

/** Whether the user may use it in this room on every server and app there is. */
export function mayEverywhere(table: RoleTable, { user, room, permission }: Asked): boolean {
  if (table.rooms !== undefined && !isAll(table.rooms.get(room) ?? [])) return false;
  return scopesOf(table, user, permission).some((limits) =>
    limits.every(
      ({ servers, apps, rooms }) =>
        isAll(servers) && isAll(apps) && (rooms === undefined || rooms.includes(room)),
    ),
  );
}

export function whoMayEverywhere(
  table: RoleTable,
  asked: { readonly room: Asked["room"]; readonly permission: Permission },
): readonly UserId[] {
  return [...table.members.keys()].filter((user) => mayEverywhere(table, { ...asked, user }));
}

function isAll(globs: readonly string[] | undefined): boolean {
  return globs === undefined || globs.includes("*");
}
