// Puts what moot says into the outbox; what is too long for a message goes as a file beside its beginning.
import type { Settlement } from "../core/chat.ts";
import type { Outgoing } from "../core/chat.ts";
import type { Attachment } from "../core/command.ts";
import { text, type Doc } from "../core/doc.ts";
import type { EventId, RoomId, UserId } from "../core/ids.ts";
import type { Picture } from "../core/picture.ts";
import { plain } from "../words/draw.ts";
import type { World } from "./world.ts";

/** Half of what an event may hold, since HTML doubles the text (chatops.md §3, Size). */
const MOST_CHARACTERS = 10_000;

export interface Saying {
  readonly room: RoomId;
  readonly doc: Doc;
  readonly thread?: EventId;
  readonly replyTo?: EventId;
  readonly rings?: readonly UserId[];
  readonly settles?: Settlement;
  readonly attachment?: Attachment;
}

/** Says it once, whatever is restarted: the same key is the same saying. */
export function say(world: World, key: string, saying: Saying): void {
  const { attachment, doc, settles, rings = [], ...place } = shortened(saying);
  const at = world.clock.now();
  const last = settles === undefined ? {} : { settles };
  world.ledger.outbox.post(
    key,
    { kind: "message", doc, rings, ...place, ...(attachment === undefined ? last : {}) },
    at,
  );
  if (attachment !== undefined) {
    const { room, thread } = place;
    const where = thread === undefined ? { room } : { room, thread };
    world.ledger.outbox.post(`${key}:file`, { kind: "file", ...attachment, ...where, ...last }, at);
  }
  world.bells.outbox.ring();
}

function shortened(saying: Saying): Saying {
  const whole = plain(saying.doc);
  if (saying.attachment !== undefined || whole.length <= MOST_CHARACTERS) return saying;
  const rest = text(
    "This answer is too long for a message: the whole is in the file that follows.",
  );
  return {
    ...saying,
    doc: [beginningOf(whole), rest],
    attachment: { name: "answer.txt", text: `${whole}\n` },
  };
}

function beginningOf(whole: string): Doc[number] {
  return text(`${whole.slice(0, MOST_CHARACTERS / 4).toWellFormed()} …`);
}

export interface Showing {
  readonly room: RoomId;
  readonly thread?: EventId;
  readonly name: string;
  readonly picture: Picture;
  /** What is on it, in words. */
  readonly description: string;
}

/** Shows it once: the same key is the same showing. */
export function show(world: World, key: string, { picture, ...showing }: Showing): void {
  const { width, height } = picture;
  const png = Buffer.from(picture.png).toString("base64");
  const image = { kind: "image", ...showing, png, width, height } as const;
  world.ledger.outbox.post(key, image, world.clock.now());
  world.bells.outbox.ring();
}

/** Edits what this key said; an edit of it that has not been sent yet is replaced. */
export function revise(
  world: World,
  key: string,
  edit: Omit<Outgoing & { readonly kind: "edit" }, "target">,
): void {
  const whole = plain(edit.doc);
  const doc =
    whole.length <= MOST_CHARACTERS
      ? edit.doc
      : [beginningOf(whole), text("The rest of this is too long for a message.")];
  world.ledger.outbox.revise(key, { ...edit, doc }, world.clock.now());
  world.bells.outbox.ring();
}

export function react(
  world: World,
  key: string,
  {
    room,
    target,
    sign,
  }: { readonly room: RoomId; readonly target: EventId; readonly sign: string },
): void {
  world.ledger.outbox.post(key, { kind: "reaction", room, target, key: sign }, world.clock.now());
  world.bells.outbox.ring();
}
