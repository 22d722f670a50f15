// Decides which events of a room are something a person did; all others end here.
import { z } from "zod";
import type { Inbound } from "../core/chat.ts";
import { isEventId, isUserId, type RoomId } from "../core/ids.ts";

/** The types asked of the homeserver: what is said, and who came or left, moot too. */
export const SPOKEN = [
  "m.room.message",
  "m.reaction",
  "m.room.redaction",
  "m.room.member",
] as const;
/** Asked of it too where a room is encrypted. */
export const ENCRYPTED_TOO = ["m.room.encrypted"] as const;
/** State whose change may close a room to moot. */
export const GATES = [
  "m.room.encryption",
  "m.room.join_rules",
  "m.room.history_visibility",
  "m.room.tombstone",
] as const;

const eventId = z.string().refine(isEventId);
const frame = z.object({
  type: z.string(),
  event_id: eventId,
  sender: z.string().refine(isUserId),
  origin_server_ts: z.int().nonnegative(),
  state_key: z.undefined().optional(),
});
const relation = z
  .object({
    rel_type: z.string().optional(),
    event_id: z.string().optional(),
    "m.in_reply_to": z.unknown().optional(),
  })
  .optional();
const message = z.object({
  content: z.object({ msgtype: z.literal("m.text"), body: z.string(), "m.relates_to": relation }),
});
const reaction = z.object({
  content: z.object({
    "m.relates_to": z.object({
      rel_type: z.literal("m.annotation"),
      event_id: eventId,
      key: z.string().min(1).max(100),
    }),
  }),
});
/** `redacts` moved into the content with room version 11. */
const redaction = z.union([
  z.object({ content: z.object({ redacts: eventId }) }).transform(({ content }) => content.redacts),
  z.object({ redacts: eventId }).transform(({ redacts }) => redacts),
]);

/** Undefined for what is no person's doing: senders in `deafTo`, notices, edits, state, malformed content. */
export function hear(room: RoomId, raw: unknown, deafTo: ReadonlySet<string>): Inbound | undefined {
  const event = frame.safeParse(raw).data;
  if (event === undefined || deafTo.has(event.sender)) return undefined;
  const { event_id, sender, origin_server_ts: at } = event;
  const base = { room, event: event_id, sender, at };
  switch (event.type) {
    case "m.room.message":
      return hearMessage(raw, base);
    case "m.reaction": {
      const target = reaction.safeParse(raw).data?.content["m.relates_to"];
      if (target === undefined) return undefined;
      return { kind: "reaction", ...base, key: target.key, target: target.event_id };
    }
    case "m.room.redaction": {
      const target = redaction.safeParse(raw).data;
      return target && { kind: "redaction", ...base, target };
    }
    default:
      return undefined;
  }
}

type Base = Pick<Inbound, "room" | "event" | "sender" | "at">;

function hearMessage(raw: unknown, base: Base): Inbound | undefined {
  const content = message.safeParse(raw).data?.content;
  if (content === undefined) return undefined;
  const { rel_type, event_id: target, "m.in_reply_to": reply } = content["m.relates_to"] ?? {};
  if (rel_type === "m.replace") return undefined;
  const body = reply === undefined ? content.body : withoutFallback(content.body);
  const inbound = { kind: "message", ...base, body } as const;
  const isThreaded = rel_type === "m.thread" && target !== undefined && isEventId(target);
  return isThreaded ? { ...inbound, thread: target } : inbound;
}

/** Clients of before Matrix 1.13 quote what they reply to above their own words. */
function withoutFallback(body: string): string {
  // One way to read each line: two of them would double the time with every line of a hostile message.
  return body.replace(/^(?:>.*\n)+\n/, "");
}
