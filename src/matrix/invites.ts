// Who has invited moot where, and how an invite is declined.
import { z } from "zod";
import { isRoomId, isUserId, type RoomId, type UserId } from "../core/ids.ts";
import { news, type News } from "./news.ts";
import { patiently, type Patience } from "./patience.ts";
import { absent } from "./trouble.ts";
import { v3, type Ask } from "./wire.ts";

const shown = z.object({ invite_state: z.object({ events: z.array(z.unknown()) }) });
const invitation = z.object({
  type: z.literal("m.room.member"),
  state_key: z.string(),
  sender: z.string().refine(isUserId),
  content: z.object({ membership: z.literal("invite") }),
});
const anything = z.looseObject({});

const NOTHING = { types: [] };
const OF_ROOMS = {
  timeline: { ...NOTHING, limit: 0 },
  state: NOTHING,
  ephemeral: NOTHING,
  account_data: NOTHING,
};

/** The filter of a sync that brings invites, and of rooms nothing. Each is another: Synapse says the same to the same question for two minutes. */
export function invitesAlone(): Readonly<Record<string, unknown>> {
  const not_rooms = [`!${crypto.randomUUID()}:invalid`];
  return { room: { not_rooms, ...OF_ROOMS }, presence: NOTHING, account_data: NOTHING };
}

/** Rooms to which `self` is invited, and by whom; undefined where the homeserver does not say. */
export function invitesIn(found: News, self: UserId): ReadonlyMap<RoomId, UserId | undefined> {
  return new Map(
    Object.entries(found.rooms.invite).flatMap(([room, invite]) => {
      if (!isRoomId(room)) return [];
      const { events } = shown.safeParse(invite).data?.invite_state ?? { events: [] };
      const own = events
        .flatMap((event) => invitation.safeParse(event).data ?? [])
        .find(({ state_key }) => state_key === self);
      return [[room, own?.sender] as const];
    }),
  );
}

/** All that wait for an answer now. */
export async function pendingInvites(
  ask: Ask,
  self: UserId,
  patience: Patience,
): Promise<ReadonlyMap<RoomId, UserId | undefined>> {
  const query = { timeout: 0, filter: JSON.stringify(invitesAlone()), set_presence: "offline" };
  const found = await patiently(ask, patience, { method: "GET", path: v3("sync"), query }, news);
  return invitesIn(found, self);
}

/** Without a word to anybody. */
export async function decline(ask: Ask, room: RoomId, patience: Patience): Promise<void> {
  const call = { method: "POST", path: v3("rooms", room, "leave"), body: {} } as const;
  await patiently(ask, patience, call, anything).catch(absent);
}
