// A pasted log is stopped with one message, and keeps nobody else from being heard.
import { expect, test, vi } from "vitest";
import { isUserId, type UserId } from "../../src/core/ids.ts";
import type { FakeChat } from "../fakes/chat.ts";
import { named } from "../named.ts";
import { ANA, DAN, newChat, openDesk, ROOM, STRANGER, type Desk } from "./desk.ts";

const START = Date.UTC(2026, 10, 25, 12);
const MINUTE = 60_000;
const BURST = 20;

interface House extends Desk {
  readonly time: { now: number };
}

function openHouse(former?: House, members: readonly UserId[] = [ANA, DAN]): House {
  const time = former?.time ?? { now: START };
  const chat = former?.chat ?? newChat(members, () => time.now);
  const seed = {
    roles: new Map([["watcher", { may: ["whoami", "help"] }]]),
    members: new Map(members.map((user) => [user, ["watcher"]])),
    rooms: [{ name: ROOM, id: ROOM, servers: ["*"] }],
  };
  const file = former === undefined ? {} : { file: former.file };
  return Object.assign(openDesk({ chat, now: () => time.now, seed, ...file }), { time });
}

function paste(chat: FakeChat, sender: UserId, lines: number): void {
  for (let line = 0; line < lines; line += 1) chat.say(sender, "!whoami");
}

async function rest({ chat, ledger }: Desk): Promise<void> {
  await vi.waitFor(
    () => {
      expect(chat.isHeard()).toBe(true);
      expect(ledger.inbox.pending(1)).toEqual([]);
      expect(ledger.outbox.nextDue([])).toBeUndefined();
    },
    { timeout: 20_000, interval: 5 },
  );
}

function answers({ chat }: Desk, to: UserId): number {
  return chat.seen().filter(({ body }) => body.startsWith(`You are ${to}`)).length;
}

function notes({ chat }: Desk): readonly string[] {
  return chat.seen().flatMap(({ body }) => (body.includes("at once than I follow") ? [body] : []));
}

test("five hundred commands at once: twenty are run, and one message tells of the rest", async () => {
  await using house = openHouse();
  paste(house.chat, ANA, 500);
  await rest(house);
  expect(answers(house, ANA)).toBe(BURST);
  expect(notes(house)).toEqual([
    [
      `${ANA} typed more at once than I follow: 480 commands were not run.`,
      "I follow them again from 2026-11-25 12:01 UTC on. What is still wanted has to be typed again then.",
    ].join("\n"),
  ]);
  const refusals = house.ledger.audit.recent(999).filter(({ what }) => what === "refusal");
  expect(refusals).toMatchObject([{ who: ANA, detail: { kind: "flood", whose: "sender" } }]);
});

test("others are heard as ever", async () => {
  await using house = openHouse();
  paste(house.chat, ANA, 100);
  paste(house.chat, DAN, 5);
  await rest(house);
  expect(answers(house, DAN)).toBe(5);
});

test("who types on is counted in the same message, and heard again when it said so", async () => {
  await using house = openHouse();
  paste(house.chat, ANA, 30);
  await rest(house);
  house.time.now += MINUTE - 1;
  paste(house.chat, ANA, 1);
  await rest(house);
  expect(notes(house)).toHaveLength(1);
  expect(notes(house)[0]).toContain("11 commands were not run");
  house.time.now += 1;
  paste(house.chat, ANA, BURST);
  await rest(house);
  expect(answers(house, ANA)).toBe(2 * BURST);
  expect(notes(house)).toHaveLength(1);
});

test("by hand, nobody meets it", async () => {
  await using house = openHouse();
  for (let typed = 0; typed < 40; typed += 1) {
    house.time.now += 3_000;
    paste(house.chat, ANA, 1);
    await rest(house);
  }
  expect(answers(house, ANA)).toBe(40);
});

test("a restart runs nothing of it, and tells of it no second time", async () => {
  const first = openHouse();
  paste(first.chat, ANA, 100);
  await rest(first);
  await first[Symbol.asyncDispose]();
  paste(first.chat, ANA, 50);
  await using second = openHouse(first);
  await rest(second);
  expect(answers(second, ANA)).toBe(BURST);
  expect(notes(second)).toHaveLength(1);
  expect(notes(second)[0]).toContain("130 commands were not run");
});

test("a clock that goes back silences nobody for longer", async () => {
  await using house = openHouse();
  paste(house.chat, ANA, 30);
  await rest(house);
  house.time.now -= 60 * MINUTE;
  paste(house.chat, ANA, 30);
  await rest(house);
  expect(notes(house)).toHaveLength(2);
  house.time.now += 2 * MINUTE;
  paste(house.chat, ANA, 1);
  await rest(house);
  expect(answers(house, ANA)).toBe(2 * BURST + 1);
});

test("someone in no role is stopped without a word, and uses up nothing of the room's", async () => {
  await using house = openHouse();
  paste(house.chat, STRANGER, 500);
  paste(house.chat, ANA, 5);
  await rest(house);
  expect(notes(house)).toEqual([]);
  expect(answers(house, ANA)).toBe(5);
  expect(house.log.text()).toContain("someone in no role types too much");
});

test("a room in which everybody types at once is stopped as a whole", async () => {
  const crowd = Array.from({ length: 5 }, (_, index) =>
    named(isUserId, `@member-${index}:example.coop`),
  );
  await using house = openHouse(undefined, crowd);
  for (const member of crowd) paste(house.chat, member, 15);
  await rest(house);
  const run = crowd.reduce((sum, member) => sum + answers(house, member), 0);
  expect(run).toBe(60);
  expect(notes(house)).toHaveLength(1);
  expect(notes(house)[0]).toContain("More was typed here at once than I follow: 15 commands");
});

test("a message of five hundred lines is one command, answered once and shortly", async () => {
  await using house = openHouse();
  house.chat.say(ANA, Array.from({ length: 500 }, () => "!whoami").join("\n"));
  await rest(house);
  const said = house.chat.seen().filter(({ sender }) => sender === house.chat.self);
  expect(said).toHaveLength(1);
  expect(said[0]?.body.length).toBeLessThan(500);
});

test("too many reactions are passed over, and the log has it", async () => {
  await using house = openHouse();
  const target = house.chat.say(DAN, "a nice day");
  for (let count = 0; count < 100; count += 1) house.chat.react(ANA, target, "👍");
  await rest(house);
  expect(notes(house)).toEqual([]);
  expect(house.log.text()).toContain("too many reactions at once");
});

test("at a terminal, which waits for each answer, nothing is too much", async () => {
  await using house = openHouse();
  house.chat.vouches = "change";
  paste(house.chat, ANA, 50);
  await rest(house);
  expect(answers(house, ANA)).toBe(50);
});
