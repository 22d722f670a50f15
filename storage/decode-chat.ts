// The shapes in which events and letters are kept.
import { z } from "zod";
import type { Inbound, Outgoing } from "../src/core/chat.ts";
import type { Doc } from "../src/core/doc.ts";
import { event, exactly, room, strings, time, user } from "./decode.ts";

const sent = { room, event, sender: user, at: time };

export const inbound = exactly<Inbound>()(
  z.discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("message"),
      ...sent,
      body: z.string(),
      thread: event.exactOptional(),
    }),
    z.strictObject({ kind: z.literal("reaction"), ...sent, key: z.string(), target: event }),
    z.strictObject({ kind: z.literal("redaction"), ...sent, target: event }),
  ]),
);

const span = z.union([
  z.string(),
  z.strictObject({ code: z.string() }),
  z.strictObject({ strong: z.string() }),
  z.strictObject({ member: z.string() }),
]);
const line = z.union([z.string(), z.array(span)]);

const doc = exactly<Doc>()(
  z.array(
    z.discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("text"), line }),
      z.strictObject({ kind: z.literal("list"), items: z.array(line) }),
      z.strictObject({ kind: z.literal("table"), head: strings, rows: z.array(strings) }),
      z.strictObject({ kind: z.literal("code"), text: z.string() }),
    ]),
  ),
);

const thread = event.exactOptional();
const settles = z
  .strictObject({
    command: event,
    how: z.enum(["answered", "refused", "succeeded", "failed", "waiting", "running"]),
    follows: event.exactOptional(),
  })
  .exactOptional();

const edit = z.strictObject({ kind: z.literal("edit"), room, doc, thread });

/** An edit whose target has no event yet. */
export const revision = exactly<Omit<Outgoing & { readonly kind: "edit" }, "target">>()(edit);

export const outgoing = exactly<Outgoing>()(
  z.discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("message"),
      room,
      doc,
      rings: z.array(user),
      thread,
      replyTo: event.exactOptional(),
      settles,
    }),
    edit.extend({ target: event }),
    z.strictObject({ kind: z.literal("reaction"), room, target: event, key: z.string() }),
    z.strictObject({
      kind: z.literal("file"),
      room,
      name: z.string(),
      text: z.string(),
      isBase64: z.literal(true).exactOptional(),
      thread,
      settles,
    }),
    z.strictObject({
      kind: z.literal("image"),
      room,
      name: z.string(),
      png: z.string(),
      width: z.int(),
      height: z.int(),
      description: z.string(),
      thread,
    }),
    z.strictObject({ kind: z.literal("redaction"), room, target: event, reason: z.string() }),
  ]),
);
