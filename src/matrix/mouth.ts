// Says what moot has to say, each thing under its own transaction id.
import { z } from "zod";
import type { Outgoing } from "../core/chat.ts";
import { isEventId, type EventId, type RoomId } from "../core/ids.ts";
import {
  editContent,
  fileContent,
  imageContent,
  messageContent,
  reactionContent,
  type Content,
} from "./content.ts";
import { decoded } from "./trouble.ts";
import { v3, type Ask, type Call } from "./wire.ts";

const sent = z.object({ event_id: z.string().refine(isEventId) });
const uploaded = z.object({ content_uri: z.string().startsWith("mxc://") });

/** Throws Trouble. */
export async function speak(
  ask: Ask,
  outgoing: Outgoing,
  txn: string,
  signal: AbortSignal,
): Promise<EventId> {
  const { room } = outgoing;
  switch (outgoing.kind) {
    case "message": {
      const { doc, rings, thread: root, replyTo } = outgoing;
      const content = messageContent(doc, rings, { root, replyTo });
      return put(ask, sending(room, "m.room.message", txn, content), signal);
    }
    case "edit": {
      const content = editContent(outgoing.doc, outgoing.target);
      return put(ask, sending(room, "m.room.message", txn, content), signal);
    }
    case "reaction": {
      const content = reactionContent(outgoing.target, outgoing.key);
      return put(ask, sending(room, "m.reaction", txn, content), signal);
    }
    case "file": {
      const content = await uploadFile(ask, outgoing, signal);
      return put(ask, sending(room, "m.room.message", txn, content), signal);
    }
    case "image": {
      const { name, thread: root } = outgoing;
      const bytes = Buffer.from(outgoing.png, "base64");
      const url = await upload(ask, { name, bytes, type: "image/png" }, signal);
      const content = imageContent(outgoing, url, bytes.length, { root });
      return put(ask, sending(room, "m.room.message", txn, content), signal);
    }
    case "redaction": {
      const path = v3("rooms", room, "redact", outgoing.target, txn);
      return put(ask, { method: "PUT", path, body: { reason: outgoing.reason } }, signal);
    }
  }
}

function sending(room: RoomId, type: string, txn: string, body: Content): Call {
  return { method: "PUT", path: v3("rooms", room, "send", type, txn), body };
}

async function put(ask: Ask, call: Call, signal: AbortSignal): Promise<EventId> {
  return decoded(sent, await ask(call, signal)).event_id;
}

async function uploadFile(
  ask: Ask,
  { name, text, isBase64, thread: root }: Outgoing & { readonly kind: "file" },
  signal: AbortSignal,
): Promise<Content> {
  const isOurs = isBase64 === undefined;
  const bytes = Buffer.from(text, isOurs ? "utf8" : "base64");
  const mimetype = isOurs ? "text/plain" : "application/octet-stream";
  const type = isOurs ? `${mimetype}; charset=utf-8` : mimetype;
  const url = await upload(ask, { name, bytes, type }, signal);
  return fileContent(name, url, { mimetype, size: bytes.length }, { root });
}

interface Upload {
  readonly name: string;
  readonly bytes: Buffer;
  readonly type: string;
}

/** Uploaded anew at each try; only the event that names it is said once. */
async function upload(
  ask: Ask,
  { name, bytes, type }: Upload,
  signal: AbortSignal,
): Promise<string> {
  const path = "/_matrix/media/v3/upload";
  const call: Call = { method: "POST", path, query: { filename: name }, body: bytes, type };
  return decoded(uploaded, await ask(call, signal)).content_uri;
}
