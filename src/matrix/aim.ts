// Where something is said, in a room that was upgraded: what changes or marks an event, where that event is; all else where people are now.
import { z } from "zod";
import type { Outgoing } from "../core/chat.ts";
import type { EventId, RoomId } from "../core/ids.ts";
import type { Rooms } from "./rooms.ts";
import { absent } from "./trouble.ts";
import { v3, type Ask } from "./wire.ts";

interface Parts {
  readonly ask: Ask;
  readonly rooms: Pick<Rooms, "placesOf">;
}

export interface Aimed {
  readonly outgoing: Outgoing;
  /** In another room nothing is the same event, and what was encrypted for one room nobody reads in the other. */
  readonly txn: string;
}

/** Throws Trouble where the homeserver does not tell. */
export async function aim(
  { ask, rooms }: Parts,
  outgoing: Outgoing,
  txn: string,
  signal: AbortSignal,
): Promise<Aimed> {
  const places = rooms.placesOf(outgoing.room);
  const [now] = places;
  if (places.length === 1) return { outgoing, txn };
  const at = async (target: EventId): Promise<RoomId> => {
    for (const place of places) if (await isIn(ask, place, target, signal)) return place;
    return now;
  };
  const room = "target" in outgoing ? await at(outgoing.target) : now;
  const moved = room === outgoing.room ? txn : `${txn} ${room}`;
  if ("target" in outgoing) return { outgoing: { ...outgoing, room }, txn: moved };
  const root = rootIn(outgoing);
  const isHere = root === undefined || (await isIn(ask, now, root, signal));
  return { outgoing: isHere ? { ...outgoing, room } : loosened(outgoing, room), txn: moved };
}

type Said = Exclude<Outgoing, { readonly target: EventId }>;

function rootIn(said: Said): EventId | undefined {
  return said.thread ?? (said.kind === "message" ? said.replyTo : undefined);
}

/** By itself: what it hung on is in a room that was left. */
function loosened(said: Said, room: RoomId): Said {
  switch (said.kind) {
    case "message": {
      const { kind, doc, rings, settles } = said;
      return { kind, room, doc, rings, ...(settles !== undefined && { settles }) };
    }
    case "file": {
      const { kind, name, text, isBase64 } = said;
      return { kind, room, name, text, ...(isBase64 !== undefined && { isBase64 }) };
    }
    case "image": {
      const { kind, name, png, width, height, description } = said;
      return { kind, room, name, png, width, height, description };
    }
  }
}

const anything = z.looseObject({});

async function isIn(ask: Ask, room: RoomId, event: EventId, signal: AbortSignal): Promise<boolean> {
  const call = { method: "GET", path: v3("rooms", room, "event", event) } as const;
  return anything.safeParse(await ask(call, signal).catch(absent)).success;
}
