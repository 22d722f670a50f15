// What a console client and moot write to each other: one JSON value a line, decoded on both sides.
import { z } from "zod";
import { isEventId, isRoomId, isUserId, type RoomId } from "../core/ids.ts";

const user = z.string().refine(isUserId);
const event = z.string().refine(isEventId);
const nonce = z.string().max(64);

/** `as` is who acts, where one client may act as any member. */
export const askedSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("hello"), as: user }),
  z.strictObject({
    kind: z.literal("say"),
    nonce,
    as: user.optional(),
    body: z.string().max(60_000),
    thread: event.optional(),
  }),
  z.strictObject({
    kind: z.literal("react"),
    nonce,
    as: user.optional(),
    target: event,
    key: z.string().min(1).max(100),
  }),
  z.strictObject({ kind: z.literal("redact"), nonce, as: user.optional(), target: event }),
  /** Wants to know when all that moot has to say so far has been shown. */
  z.strictObject({ kind: z.literal("catch-up"), nonce }),
]);
export type Asked = z.infer<typeof askedSchema>;

const seen = { event, sender: user, at: z.number() };
const settlement = z.object({
  command: event,
  how: z.enum(["answered", "refused", "succeeded", "failed", "waiting", "running"]),
  follows: event.exactOptional(),
});
const settles = settlement.optional();

/** What everybody in the room sees. The same event may come twice. */
export const roomEventSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("message"),
    ...seen,
    body: z.string(),
    isNotice: z.boolean(),
    rings: z.array(user).readonly(),
    thread: event.optional(),
    settles,
  }),
  z.object({ kind: z.literal("edit"), ...seen, target: event, body: z.string() }),
  z.object({ kind: z.literal("reaction"), ...seen, target: event, key: z.string() }),
  z.object({
    kind: z.literal("file"),
    ...seen,
    name: z.string(),
    text: z.string(),
    thread: event.optional(),
    settles,
  }),
  /** No terminal shows it, so what is on it is told. */
  z.object({
    kind: z.literal("image"),
    ...seen,
    name: z.string(),
    description: z.string(),
    thread: event.optional(),
  }),
  z.object({ kind: z.literal("redaction"), ...seen, target: event }),
  /** What became of a reaction, where no message tells it. */
  z.object({ kind: z.literal("settled"), ...seen, settles: settlement }),
]);
export type RoomEvent = z.infer<typeof roomEventSchema>;

export const toldSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("welcome"), self: user, members: z.array(user).readonly() }),
  z.object({ kind: z.literal("seen"), event: roomEventSchema }),
  /** The answer to one `say`, `react` or `redact`: it is stored. */
  z.object({ kind: z.literal("done"), nonce, event }),
  /** The answer to one `catch-up`. */
  z.object({ kind: z.literal("caught-up"), nonce }),
  z.object({ kind: z.literal("refused"), nonce: nonce.optional(), problem: z.string() }),
]);
export type Told = z.infer<typeof toldSchema>;

export const CONSOLE_ROOM: RoomId = roomId("!console:localhost");

function roomId(text: string): RoomId {
  if (!isRoomId(text)) throw new Error(`${text} is no room id`);
  return text;
}
