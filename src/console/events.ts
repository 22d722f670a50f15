// Turns what clients ask and what moot says into events of the console room.
import { createHash, randomUUID } from "node:crypto";
import type { Inbound, Outgoing } from "../core/chat.ts";
import { isEventId, type EventId, type UserId } from "../core/ids.ts";
import { plain } from "../words/draw.ts";
import { CONSOLE_ROOM, type Asked, type RoomEvent } from "./protocol.ts";

export type Act = Exclude<Asked, { readonly kind: "hello" | "catch-up" }>;

export interface Origin {
  readonly event: EventId;
  readonly sender: UserId;
  readonly at: number;
}

/** A new id for what a person does. */
export function actEvent(): EventId {
  return eventId(randomUUID());
}

/** The same transaction gives the same id, also after a restart; clients drop what they have. */
export function outgoingEvent(txn: string): EventId {
  return eventId(createHash("sha256").update(txn).digest("base64url"));
}

export function heard(act: Act, origin: Origin): Inbound {
  const base = { room: CONSOLE_ROOM, ...origin };
  switch (act.kind) {
    case "say":
      return { kind: "message", ...base, body: act.body, ...threaded(act.thread) };
    case "react":
      return { kind: "reaction", ...base, target: act.target, key: act.key };
    case "redact":
      return { kind: "redaction", ...base, target: act.target };
  }
}

/** What the room sees of what a person did. */
export function shown(inbound: Inbound): RoomEvent {
  return inbound.kind === "message" ? { ...inbound, isNotice: false, rings: [] } : inbound;
}

/** What the room sees of what moot said. */
export function drawn(outgoing: Outgoing, origin: Origin): RoomEvent {
  switch (outgoing.kind) {
    case "message": {
      const { kind, doc, rings, thread, settles } = outgoing;
      const isNotice = rings.length === 0;
      return { kind, ...origin, body: plain(doc), isNotice, rings, thread, settles };
    }
    case "edit":
      return { kind: "edit", ...origin, target: outgoing.target, body: plain(outgoing.doc) };
    case "reaction":
      return { kind: "reaction", ...origin, target: outgoing.target, key: outgoing.key };
    case "file": {
      const { kind, name, isBase64 = false, thread, settles } = outgoing;
      const text = isBase64 ? legible(outgoing.text) : outgoing.text;
      return { kind, ...origin, name, text, thread, settles };
    }
    case "image": {
      const { kind, name, description, thread } = outgoing;
      return { kind, ...origin, name, description, thread };
    }
    case "redaction":
      return { kind: "redaction", ...origin, target: outgoing.target };
  }
}

/** Bytes; a terminal is no place for many. */
const MOST_SHOWN = 100_000;

function legible(base64: string): string {
  const bytes = Buffer.from(base64, "base64");
  const text = bytes.toString("utf8");
  const isText = Buffer.from(text).equals(bytes) && !text.includes("\0");
  if (isText && bytes.length <= MOST_SHOWN) return text;
  return `(${bytes.length} bytes, which no terminal shows; in a Matrix room they come as a file)`;
}

function threaded(thread: EventId | undefined): { readonly thread?: EventId } {
  return thread === undefined ? {} : { thread };
}

function eventId(unique: string): EventId {
  const event = `$console-${unique}`;
  if (!isEventId(event)) throw new Error(`${event} is no event id`);
  return event;
}
