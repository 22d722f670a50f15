// Makes the content of Matrix events from what moot has to say.
import type { Doc } from "../core/doc.ts";
import type { EventId, UserId } from "../core/ids.ts";
import { plain } from "../words/draw.ts";
import { fits, html } from "./html.ts";

export type Content = Readonly<Record<string, unknown>>;

/** Where a message stands: `root` is an event without relation of its own. */
export interface Place {
  readonly root?: EventId | undefined;
  readonly replyTo?: EventId | undefined;
}

/** A notice never rings, whomever it names (chatops.md §3). */
export function messageContent(doc: Doc, rings: readonly UserId[], place: Place): Content {
  return { ...textContent(doc, rings), ...relation(place) };
}

export function editContent(doc: Doc, target: EventId): Content {
  const fresh = textContent(doc, []);
  return {
    ...fresh,
    ...starred(fresh),
    "m.new_content": fresh,
    "m.relates_to": { rel_type: "m.replace", event_id: target },
  };
}

export function reactionContent(target: EventId, key: string): Content {
  return { "m.relates_to": { rel_type: "m.annotation", event_id: target, key } };
}

/** Where a file lies: in clear, or with what is needed to decrypt it. */
export type Source = { readonly url: string } | { readonly file: Content };

export function fileContent(
  name: string,
  source: Source,
  info: { readonly mimetype: string; readonly size: number },
  place: Place,
): Content {
  return {
    msgtype: "m.file",
    body: name,
    filename: name,
    ...source,
    info,
    "m.mentions": {},
    ...relation(place),
  };
}

/** What an image is: its name, and pixels. */
export interface ImageFacts {
  readonly name: string;
  readonly description: string;
  readonly width: number;
  readonly height: number;
}

/** The name stands in `filename`, so that clients take the body for what is said about it: under the picture, and to who cannot see it. */
export function imageContent(
  { name, description, width, height }: ImageFacts,
  source: Source,
  size: number,
  place: Place,
): Content {
  return {
    msgtype: "m.image",
    body: quietened(description),
    filename: name,
    ...source,
    info: { mimetype: "image/png", size, w: width, h: height },
    "m.mentions": {},
    ...relation(place),
  };
}

interface TextContent {
  readonly msgtype: string;
  readonly body: string;
  readonly format?: string;
  readonly formatted_body?: string;
  readonly "m.mentions": Content;
}

function textContent(doc: Doc, rings: readonly UserId[]): TextContent {
  return {
    msgtype: rings.length > 0 ? "m.text" : "m.notice",
    ...shape(doc),
    "m.mentions": rings.length > 0 ? { user_ids: rings } : {},
  };
}

function shape(doc: Doc): Pick<TextContent, "body" | "format" | "formatted_body"> {
  const body = quietened(plain(doc));
  if (!fits(doc)) return { body: cut(body) };
  return { body, format: "org.matrix.custom.html", formatted_body: quietened(html(doc)) };
}

/** What clients show that know no edits. */
function starred({ body, formatted_body }: TextContent): Partial<TextContent> {
  const old = { body: `* ${body}` };
  return formatted_body === undefined ? old : { ...old, formatted_body: `* ${formatted_body}` };
}

/** Nothing that moot repeats may ring the whole room: older clients look for these letters. */
function quietened(text: string): string {
  return text.replaceAll("@room", "@\u200broom");
}

/** Leaves half of what an event may hold to an edit, which says its text twice. */
const MOST_CUT = 12_000;

function cut(body: string): string {
  const beginning = Buffer.from(body).subarray(0, MOST_CUT).toString("utf8");
  const lines = beginning.slice(0, Math.max(beginning.lastIndexOf("\n"), MOST_CUT / 4));
  return `${lines}\n… The rest was cut: it is too long for one message.`;
}

function relation({ root, replyTo }: Place): Content {
  if (root !== undefined) {
    const target = replyTo ?? root;
    const thread = { rel_type: "m.thread", event_id: root, is_falling_back: replyTo === undefined };
    return { "m.relates_to": { ...thread, "m.in_reply_to": { event_id: target } } };
  }
  if (replyTo === undefined) return {};
  return { "m.relates_to": { "m.in_reply_to": { event_id: replyTo } } };
}
