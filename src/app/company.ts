// Who could say yes or no to something at this moment: by the role table, by being in the room, and by not being away.
import type { Approval } from "../core/approval.ts";
import type { RoomId, UserId } from "../core/ids.ts";
import { may } from "../core/roles.ts";
import { chatOf, type World } from "./world.ts";

/** What a word is said about. */
export type Subject = Pick<Approval, "permission" | "room" | "server" | "app" | "by">;

/** Who is in the room now, of the people asked about; asked of the homeserver, never remembered. */
export async function joinedOf(
  world: World,
  room: RoomId,
  people: Iterable<UserId>,
  signal: AbortSignal,
): Promise<ReadonlySet<UserId>> {
  const chat = chatOf(world, room);
  const looks = [...new Set(people)].map(
    async (user) => [user, await chat.isJoined(room, user, signal)] as const,
  );
  const looked = await Promise.all(looks);
  return new Set(looked.filter(([, isJoined]) => isJoined).map(([user]) => user));
}

/** Whether the table lets them decide this: both `approve` and the right to what is decided (design, Trust). */
export function mayDecide(world: World, subject: Subject, user: UserId): boolean {
  const { permission, room, server, app } = subject;
  const on = { ...(server !== undefined && { server }), ...(app !== undefined && { app }) };
  const table = world.table();
  return [permission, "approve" as const].every(
    (right) => may(table, { user, room, permission: right, ...on }).kind === "allowed",
  );
}

/** All members whom the table lets decide it, in its order. */
export function deciders(world: World, subject: Subject): readonly UserId[] {
  return [...world.table().members.keys()].filter((user) => mayDecide(world, subject, user));
}

export function awayNow(): ReadonlySet<UserId> {
  return new Set();
}
