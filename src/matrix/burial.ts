// Who may end a room for another: by what the rooms' own state says.
import { z } from "zod";
import {
  isEventId,
  isRoomId,
  isUserId,
  type EventId,
  type RoomId,
  type UserId,
} from "../core/ids.ts";

const stateEvent = z.object({
  type: z.string(),
  state_key: z.string(),
  event_id: z.string().refine(isEventId),
  sender: z.string().refine(isUserId),
  content: z.looseObject({}),
});
type StateEvent = z.infer<typeof stateEvent>;
const tombstone = z.object({ replacement_room: z.string().refine(isRoomId) });
const level = z.number().optional().catch(undefined);
const levels = z.record(z.string(), z.number().catch(0)).catch({});
const power = z.object({
  users: levels.default({}),
  users_default: level,
  events: levels.default({}),
  state_default: level,
});
const creation = z.object({
  additional_creators: z.array(z.string()).default([]).catch([]),
  predecessor: z
    .object({ room_id: z.string(), event_id: z.string().optional() })
    .optional()
    .catch(undefined),
});

export const fullState = z.array(z.unknown());

export interface Tombstone {
  readonly to: RoomId;
  readonly event: EventId;
  readonly by: UserId;
  /** Whether the room gives them the power for it. */
  readonly isRightful: boolean;
}

/** Undefined where the room goes on in itself. */
export function tombstoneIn(state: readonly unknown[], room: RoomId): Tombstone | undefined {
  const found = one(state, "m.room.tombstone");
  const to = tombstone.safeParse(found?.content).data?.replacement_room;
  if (found === undefined || to === undefined) return undefined;
  const { event_id: event, sender: by } = found;
  return { to, event, by, isRightful: hasPower(state, room, by) };
}

/** Whether a room says that it comes from this one; newer rooms do not name the tombstone. */
export function comesFrom(
  state: readonly unknown[],
  room: RoomId,
  { event }: Pick<Tombstone, "event">,
): boolean {
  const before = creation.safeParse(one(state, "m.room.create")?.content).data?.predecessor;
  return before?.room_id === room && (before.event_id === undefined || before.event_id === event);
}

function hasPower(state: readonly unknown[], room: RoomId, user: UserId): boolean {
  const create = one(state, "m.room.create");
  const given = one(state, "m.room.power_levels");
  if (isCreator(create, room, user)) return true;
  // Without any levels, nothing needs one.
  if (given === undefined) return create !== undefined;
  const { users, users_default, events, state_default } = power.parse(given.content);
  return (users[user] ?? users_default ?? 0) >= (events["m.room.tombstone"] ?? state_default ?? 50);
}

/** From room version 12 on, whose ids name no server, whoever made a room stands above all levels. */
function isCreator(create: StateEvent | undefined, room: RoomId, user: UserId): boolean {
  if (create === undefined || room.includes(":")) return false;
  return (
    create.sender === user || creation.parse(create.content).additional_creators.includes(user)
  );
}

function one(state: readonly unknown[], type: string): StateEvent | undefined {
  return state
    .flatMap((event) => stateEvent.safeParse(event).data ?? [])
    .find((event) => event.type === type && event.state_key === "");
}
