// What moot sends: events of the shape the specification asks for, of a size every server takes.
import { describe, expect, test } from "vitest";
import { code, list, table, text, type Doc } from "../../src/core/doc.ts";
import { isEventId, isUserId } from "../../src/core/ids.ts";
import {
  editContent,
  fileContent,
  imageContent,
  messageContent,
} from "../../src/matrix/content.ts";
import { fits, html } from "../../src/matrix/html.ts";
import { named } from "../named.ts";

const ana = named(isUserId, "@ana:example.coop");

describe("HTML", () => {
  test("escapes everything that came from outside", () => {
    const nasty = `<script>"'&`;
    const doc: Doc = [
      text([nasty, { code: nasty }, { strong: nasty }]),
      list([nasty]),
      code(nasty),
    ];
    const drawn = html([...doc, table([nasty], [[nasty]])]);
    expect(drawn).not.toContain("<script>");
    expect(drawn.match(/&lt;script&gt;&quot;&#39;&amp;/g)).toHaveLength(7);
  });

  test("shows members as links that clients draw as pills", () => {
    expect(html([text([{ member: ana }])])).toBe(
      '<p><a href="https://matrix.to/#/@ana:example.coop">@ana:example.coop</a></p>',
    );
  });
});

describe("a message", () => {
  test("is a notice that mentions nobody, or rings and says whom", () => {
    expect(messageContent([text("hi")], [], {})).toEqual({
      msgtype: "m.notice",
      body: "hi",
      format: "org.matrix.custom.html",
      formatted_body: "<p>hi</p>",
      "m.mentions": {},
    });
    expect(messageContent([text("hi")], [ana], {})).toMatchObject({
      msgtype: "m.text",
      "m.mentions": { user_ids: [ana] },
    });
  });

  test("never rings the whole room, whatever it repeats", () => {
    const content = JSON.stringify(messageContent([text("log: @room")], [], {}));
    expect(content).not.toContain("@room");
  });

  test("in a thread falls back to a reply to the root", () => {
    const root = named(isEventId, "$root");
    expect(messageContent([text("hi")], [], { root })["m.relates_to"]).toEqual({
      rel_type: "m.thread",
      event_id: root,
      is_falling_back: true,
      "m.in_reply_to": { event_id: root },
    });
    const replyTo = named(isEventId, "$other");
    expect(messageContent([text("hi")], [], { root, replyTo })["m.relates_to"]).toMatchObject({
      is_falling_back: false,
      "m.in_reply_to": { event_id: replyTo },
    });
    const info = { mimetype: "text/plain", size: 3 };
    const said = fileContent("a.log", { url: "mxc://a/b" }, info, { root });
    expect(said["m.relates_to"]).toBeDefined();
  });

  test("that is too long is cut with a sentence, also as an edit within what an event may hold", () => {
    const doc = [code("✅ a line of a log\n".repeat(3000))];
    expect(fits(doc)).toBe(false);
    const edit = editContent(doc, named(isEventId, "$1"));
    expect(edit["body"]).toMatch(/^\* {5}✅ a line[^]*\n… The rest was cut/);
    expect(edit["formatted_body"]).toBeUndefined();
    expect(Buffer.byteLength(JSON.stringify(edit))).toBeLessThan(48 * 1024);
  });
});

test("an edit says the new text, and a fallback for clients that know no edits", () => {
  expect(editContent([text("2 of 2")], named(isEventId, "$1"))).toMatchObject({
    body: "* 2 of 2",
    "m.new_content": { body: "2 of 2", msgtype: "m.notice", "m.mentions": {} },
    "m.relates_to": { rel_type: "m.replace", event_id: "$1" },
    "m.mentions": {},
  });
});

test("a picture says what it is to clients that show it and in words to those that do not", () => {
  const facts = { name: "fleet.png", description: "Bars, @room.", width: 20, height: 10 };
  const root = named(isEventId, "$root");
  expect(imageContent(facts, { url: "mxc://a/b" }, 345, { root })).toMatchObject({
    msgtype: "m.image",
    body: "Bars, @\u200broom.",
    filename: "fleet.png",
    url: "mxc://a/b",
    info: { mimetype: "image/png", size: 345, w: 20, h: 10 },
    "m.mentions": {},
    "m.relates_to": { rel_type: "m.thread", event_id: root },
  });
});
