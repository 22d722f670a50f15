// Commands that came while moot was away, and restarts in the middle of answering.
import { expect, test } from "vitest";
import type { Inbound } from "../../src/core/chat.ts";
import { isEventId } from "../../src/core/ids.ts";
import { named } from "../named.ts";
import { ANA, DAN, newChat, openDesk, ROOM } from "./desk.ts";

function old(body: string, id: string, sender = ANA): Inbound {
  const at = Date.now() - 10 * 60_000;
  return { kind: "message", room: ROOM, event: named(isEventId, `$old-${id}`), sender, at, body };
}

test("a command first seen ten minutes after it was sent is listed, not run", async () => {
  await using desk = openDesk();
  desk.chat.arrive(old("!whoami", "1"));
  desk.chat.arrive(old("good morning", "2"));
  const list = await desk.chat.waitFor("While I was away, 1 command came");
  expect(list.body).toContain("!whoami");
  expect(desk.chat.said).toHaveLength(1);
});

test("a 👍 on the list runs what that person typed, once", async () => {
  await using desk = openDesk();
  desk.chat.arrive(old("!whoami", "1"));
  desk.chat.arrive(old("!help", "2", DAN));
  const list = await desk.chat.waitFor("While I was away");
  desk.chat.react(ANA, list.event, "👍🏽");
  await desk.chat.waitFor("with the role operator");
  desk.chat.react(ANA, list.event, "✅");
  desk.chat.say(ANA, "!jobs");
  await desk.chat.waitFor("No job has run yet");
  expect(desk.chat.said).toHaveLength(3);
});

test("a command that was in the inbox before a restart runs however old it is", async () => {
  const chat = newChat();
  const first = openDesk({ chat });
  const { file } = first;
  await first[Symbol.asyncDispose]();
  const now = Date.now();
  const event = named(isEventId, "$kept");
  {
    const { openLedger } = await import("../../storage/ledger.ts");
    const ledger = openLedger(file);
    ledger.inbox.record(
      [{ kind: "message", room: ROOM, event, sender: ANA, at: now - 1000, body: "!whoami" }],
      now,
    );
    ledger.close();
  }
  await using desk = openDesk({ chat, file, now: () => now + 3_600_000 });
  await desk.chat.waitFor("with the role operator");
});

test("the same event twice is answered once", async () => {
  await using desk = openDesk();
  const event = desk.chat.say(ANA, "!whoami");
  await desk.chat.waitFor("with the role operator");
  desk.chat.arrive({
    kind: "message",
    room: ROOM,
    event,
    sender: ANA,
    at: Date.now(),
    body: "!whoami",
  });
  desk.chat.say(ANA, "!jobs");
  await desk.chat.waitFor("No job has run yet");
  expect(desk.chat.said).toHaveLength(2);
});
