// Which events of a room reach moot, and which end at the door.
import { describe, expect, test } from "vitest";
import { isRoomId } from "../../src/core/ids.ts";
import { hear } from "../../src/matrix/events.ts";
import { named } from "../named.ts";

const room = named(isRoomId, "!ops:example.coop");
const ana = "@ana:example.coop";
const deafTo = new Set(["@moot:example.coop", "@bridge:example.coop"]);
const text = { msgtype: "m.text", body: "!help" };

function event(changes: Readonly<Record<string, unknown>>): unknown {
  const plain = { event_id: "$1", sender: ana, origin_server_ts: 5, content: text };
  return { type: "m.room.message", ...plain, ...changes };
}

const related = (relation: unknown, body = "!help"): unknown =>
  event({ content: { ...text, body, "m.relates_to": relation } });

describe("what a person did is heard", () => {
  const base = { room, event: "$1", sender: ana, at: 5 };
  test.each([
    ["a message", event({}), { kind: "message", ...base, body: "!help" }],
    [
      "a reaction",
      event({
        type: "m.reaction",
        content: { "m.relates_to": { rel_type: "m.annotation", event_id: "$2", key: "👍" } },
      }),
      { kind: "reaction", ...base, key: "👍", target: "$2" },
    ],
    [
      "a redaction of room versions before 11",
      event({ type: "m.room.redaction", redacts: "$2", content: {} }),
      { kind: "redaction", ...base, target: "$2" },
    ],
    [
      "a redaction of room version 11",
      event({ type: "m.room.redaction", content: { redacts: "$2", reason: "a slip" } }),
      { kind: "redaction", ...base, target: "$2" },
    ],
    [
      "a reply, without the quote above it",
      related(
        { "m.in_reply_to": { event_id: "$0" } },
        "> <@bea:example.coop> what\n> now\n\n!help\n> x",
      ),
      { kind: "message", ...base, body: "!help\n> x" },
    ],
    [
      "a message with relations nobody knows",
      related({ rel_type: "org.example.new", event_id: "$2" }),
      { kind: "message", ...base, body: "!help" },
    ],
  ])("%s", (_what, raw, inbound) => {
    expect(hear(room, raw, deafTo)).toEqual(inbound);
  });

  test("a command in a thread, with the thread's root", () => {
    const raw = related({
      rel_type: "m.thread",
      event_id: "$0",
      "m.in_reply_to": { event_id: "$9" },
    });
    expect(hear(room, raw, deafTo)).toMatchObject({ body: "!help", thread: "$0" });
  });
});

test("a reply whose quote has no end is read in time that grows with its length", () => {
  const body = `${"> a\n".repeat(10_000)}!help`;
  const raw = related({ "m.in_reply_to": { event_id: "$0" } }, body);
  expect(hear(room, raw, deafTo)).toMatchObject({ body });
});

describe("all else is not", () => {
  test.each([
    ["a notice", event({ content: { msgtype: "m.notice", body: "!help" } })],
    ["an emote", event({ content: { msgtype: "m.emote", body: "!help" } })],
    ["a file", event({ content: { msgtype: "m.file", body: "!help", url: "mxc://a/b" } })],
    ["an edit", related({ rel_type: "m.replace", event_id: "$2" })],
    ["moot's own words", event({ sender: "@moot:example.coop" })],
    ["another bot's words", event({ sender: "@bridge:example.coop" })],
    ["a message that was redacted", event({ content: {} })],
    ["a body that is no text", event({ content: { msgtype: "m.text", body: ["!help"] } })],
    ["no content", event({ content: undefined })],
    ["a state event", event({ state_key: "" })],
    ["a sender that is no user", event({ sender: "ana" })],
    ["an event id that is none", event({ event_id: "1" })],
    ["a time that is none", event({ origin_server_ts: "now" })],
    ["a reaction without key", event({ type: "m.reaction", content: { "m.relates_to": {} } })],
    ["a redaction of nothing", event({ type: "m.room.redaction", content: {} })],
    ["another type", event({ type: "m.room.topic" })],
    ["nothing", null],
    ["a word", "event"],
  ])("%s", (_what, raw) => {
    expect(hear(room, raw, deafTo)).toBeUndefined();
  });
});
