// Says what moot has to say, each thing under its own transaction id.
import { z } from "zod";
import type { Outgoing } from "../core/chat.ts";
import { isEventId, type EventId } from "../core/ids.ts";
import {
  editContent,
  fileContent,
  imageContent,
  messageContent,
  reactionContent,
  type Content,
  type Source,
} from "./content.ts";
import type { Secrecy } from "./secrecy.ts";
import { decoded } from "./trouble.ts";
import { v3, type Ask, type Call } from "./wire.ts";

const sent = z.object({ event_id: z.string().refine(isEventId) });
const uploaded = z.object({ content_uri: z.string().startsWith("mxc://") });

export interface Lips {
  readonly ask: Ask;
  readonly secrecy: Secrecy;
}

type Of<Kind extends Outgoing["kind"]> = Extract<Outgoing, { readonly kind: Kind }>;

/** Throws Trouble, TryLater where nothing may be said yet, or Refusal for a store that cannot be written. */
export async function speak(
  lips: Lips,
  outgoing: Outgoing,
  txn: string,
  signal: AbortSignal,
): Promise<EventId> {
  const { ask, secrecy } = lips;
  const { room } = outgoing;
  secrecy.requireVoice(room);
  switch (outgoing.kind) {
    case "message": {
      const { doc, rings, thread: root, replyTo } = outgoing;
      return say(lips, outgoing, messageContent(doc, rings, { root, replyTo }), { txn, signal });
    }
    case "edit":
      return say(lips, outgoing, editContent(outgoing.doc, outgoing.target), { txn, signal });
    case "reaction": {
      // In clear in every room, as all clients do it.
      const path = v3("rooms", room, "send", "m.reaction", txn);
      const body = reactionContent(outgoing.target, outgoing.key);
      return put(ask, { method: "PUT", path, body }, signal);
    }
    case "file":
    case "image":
      return show(lips, outgoing, { txn, signal });
    case "redaction": {
      const path = v3("rooms", room, "redact", outgoing.target, txn);
      // The homeserver does the redacting, and reads the reason.
      const body = secrecy.isEncrypted(room) ? {} : { reason: outgoing.reason };
      return put(ask, { method: "PUT", path, body }, signal);
    }
  }
}

interface Sending {
  readonly txn: string;
  readonly signal: AbortSignal;
}

async function say(
  { ask, secrecy }: Lips,
  { room }: Outgoing,
  content: Content,
  { txn, signal }: Sending,
): Promise<EventId> {
  const { type, content: body } = await secrecy.seal(room, content, txn, signal);
  return put(ask, { method: "PUT", path: v3("rooms", room, "send", type, txn), body }, signal);
}

/** What was encrypted under this transaction names a file that is there already. */
async function show(
  lips: Lips,
  outgoing: Of<"file"> | Of<"image">,
  sending: Sending,
): Promise<EventId> {
  const { name, thread: root } = outgoing;
  const { bytes, type, mimetype } = bodyOf(outgoing);
  const { txn, signal } = sending;
  const isSealed = lips.secrecy.sealed(txn) !== undefined;
  const source = isSealed
    ? { url: "" }
    : await store(lips, outgoing, { name, bytes, type }, signal);
  const info = { mimetype, size: bytes.length };
  const content =
    outgoing.kind === "file"
      ? fileContent(name, source, info, { root })
      : imageContent(outgoing, source, bytes.length, { root });
  return say(lips, outgoing, content, sending);
}

/** What moot writes is text; what it hands over may be anything. */
function bodyOf(outgoing: Of<"file"> | Of<"image">): {
  readonly bytes: Buffer;
  readonly type: string;
  readonly mimetype: string;
} {
  if (outgoing.kind === "image") {
    const mimetype = "image/png";
    return { bytes: Buffer.from(outgoing.png, "base64"), type: mimetype, mimetype };
  }
  if (outgoing.isBase64 === undefined) {
    const mimetype = "text/plain";
    return { bytes: Buffer.from(outgoing.text), type: `${mimetype}; charset=utf-8`, mimetype };
  }
  const mimetype = "application/octet-stream";
  return { bytes: Buffer.from(outgoing.text, "base64"), type: mimetype, mimetype };
}

interface Upload {
  readonly name: string;
  readonly bytes: Buffer;
  readonly type: string;
}

/** Uploaded anew at each try; only the event that names it is said once. */
async function store(
  { ask, secrecy }: Lips,
  { room }: Outgoing,
  upload: Upload,
  signal: AbortSignal,
): Promise<Source> {
  const sealed = await secrecy.sealFile(room, upload.bytes);
  if (sealed === undefined) {
    const { name: filename, bytes: body, type } = upload;
    return { url: await deposit(ask, { query: { filename }, body, type }, signal) };
  }
  const clothed = { body: sealed.bytes, type: "application/octet-stream" };
  return { file: { ...sealed.file, url: await deposit(ask, clothed, signal) } };
}

async function put(ask: Ask, call: Call, signal: AbortSignal): Promise<EventId> {
  return decoded(sent, await ask(call, signal)).event_id;
}

async function deposit(
  ask: Ask,
  what: Pick<Call, "query" | "body" | "type">,
  signal: AbortSignal,
): Promise<string> {
  const call: Call = { method: "POST", path: "/_matrix/media/v3/upload", ...what };
  return decoded(uploaded, await ask(call, signal)).content_uri;
}
