// Where an answer to a message goes, and what it settles.
import type { Settled, Settlement } from "../core/chat.ts";
import type { EventId, RoomId } from "../core/ids.ts";
import { updateThread } from "./alert-places.ts";
import type { Message } from "./message.ts";
import type { World } from "./world.ts";

export interface Place {
  readonly room: RoomId;
  readonly replyTo: EventId;
  readonly thread?: EventId;
}

/** Where the news of a command go: in the thread that it was typed in or that it starts; those of an update, in its alert's. */
export function threadOf(
  world: World,
  asked: { readonly command: EventId; readonly room?: RoomId },
): EventId {
  const { command } = asked;
  return updateThread(world, asked) ?? world.ledger.inbox.message(command)?.thread ?? command;
}

/** Only a room of a homeserver has addresses that clients open: of the room that it was when this was asked. */
export function linkTo(
  { chats }: Pick<World, "chats">,
  { room, command, at }: { readonly room: RoomId; readonly command: EventId; readonly at: number },
): string | undefined {
  if (room.startsWith("!console:")) return undefined;
  const chat = chats.find(({ rooms }) => rooms.includes(room));
  return `https://matrix.to/#/${chat?.placeAt?.(room, at) ?? room}/${command}`;
}

export function placeOf({ room, event, thread }: Message): Place {
  return { room, replyTo: event, ...(thread !== undefined && { thread }) };
}

export function settles({ event: command }: Message, how: Settled): Settlement {
  return { command, how };
}
