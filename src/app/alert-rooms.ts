// Which rooms are told unasked of something: those whose config takes it, and that have the server it is about.
import type { AlertKind } from "../core/alerts.ts";
import type { RoomId, ServerName } from "../core/ids.ts";
import { isWithin } from "../core/roles.ts";
import type { World } from "./world.ts";

/** Without a server: what concerns all of them. */
export function alertRoomsFor(
  world: Pick<World, "alertRooms" | "table">,
  kind: AlertKind,
  server?: ServerName,
): readonly RoomId[] {
  const { rooms } = world.table();
  return [...world.alertRooms]
    .filter(([, takes]) => takes.has(kind))
    .map(([room]) => room)
    .filter((room) => server === undefined || isWithin(rooms?.get(room), server));
}
