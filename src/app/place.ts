// Where an answer to a message goes, and what it settles.
import type { Settled, Settlement } from "../core/chat.ts";
import type { EventId, RoomId } from "../core/ids.ts";
import type { Message } from "./message.ts";

export interface Place {
  readonly room: RoomId;
  readonly replyTo: EventId;
  readonly thread?: EventId;
}

export function placeOf({ room, event, thread }: Message): Place {
  return { room, replyTo: event, ...(thread !== undefined && { thread }) };
}

export function settles({ event: command }: Message, how: Settled): Settlement {
  return { command, how };
}
