// What a person at a terminal reads of the room.
import { expect, test } from "vitest";
import { Screen } from "../../src/console/screen.ts";
import { roomEventSchema, type RoomEvent } from "../../src/console/protocol.ts";

let count = 0;

function event(from: string, fields: Readonly<Record<string, unknown>>): RoomEvent {
  count += 1;
  const base = { event: `$${count}`, sender: `@${from}:example.coop`, at: 0 };
  return roomEventSchema.parse({ isNotice: true, rings: [], ...base, ...fields });
}

test("a name stands before the first line, the others under it", () => {
  const screen = new Screen();
  const told = event("moot", { kind: "message", body: "Plan:\n- app starts" });
  expect(screen.draw(told)).toBe("moot  Plan:\n      - app starts\n");
  const long = event("konstantina", { kind: "message", body: "!help" });
  expect(screen.draw(long)).toBe("konstantina !help\n");
});

test("of an edit only the lines that changed are written", () => {
  const screen = new Screen();
  const told = event("moot", { kind: "message", body: "Job 1\napp: starting\ndb: running" });
  screen.draw(told);
  const edit = { kind: "edit", target: told.event, body: "Job 1\napp: running\ndb: running" };
  expect(screen.draw(event("moot", edit))).toBe("moot  app: running\n");
  expect(screen.draw(event("moot", edit))).toBe("");
});

test("a reaction and a withdrawal say to what", () => {
  const screen = new Screen();
  const asked = event("moot", { kind: "message", body: "Shall I?\nmore" });
  screen.draw(asked);
  const reaction = event("bea", { kind: "reaction", target: asked.event, key: "👍" });
  expect(screen.draw(reaction)).toBe("bea   👍 “Shall I?”\n");
  const taken = event("bea", { kind: "redaction", target: reaction.event });
  expect(screen.draw(taken)).toBe("bea   takes back “👍”\n");
  const unknown = event("bea", { kind: "reaction", target: "$unknown", key: "👍" });
  expect(screen.draw(unknown)).toBe("bea   👍 (an earlier message)\n");
});

test("a file is written whole", () => {
  const file = event("moot", { kind: "file", name: "app.log", text: "one\ntwo\n" });
  expect(new Screen().draw(file)).toBe("moot  app.log:\n      one\n      two\n");
});

test("of a picture is told what is on it", () => {
  const image = event("moot", { kind: "image", name: "fleet.png", description: "Bars." });
  expect(new Screen().draw(image)).toBe("moot  Bars.\n      (picture fleet.png)\n");
});

test("nothing said in the room can steer the terminal", () => {
  const nasty = event("ana", { kind: "message", body: "\u001b[2J\u001b]0;title\u0007hi" });
  expect(new Screen().draw(nasty)).toBe("ana   ]0;titlehi\n");
});
