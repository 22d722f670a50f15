// Who is heard, what a wrong word is told, and that each is answered once.
import { expect, test, vi } from "vitest";
import { TryLater } from "../../src/core/chat.ts";
import { Refusal } from "../../src/core/errors.ts";
import { isRecipeName } from "../../src/core/ids.ts";
import { NO_FEATURES } from "../../src/core/readme.ts";
import { named } from "../named.ts";
import { ANA, DAN, newChat, openDesk, OTHER_ROOM, STRANGER } from "./desk.ts";

test("a member asks for help and sees only what they may use", async () => {
  await using desk = openDesk();
  desk.chat.say(DAN, "!help");
  const answer = await desk.chat.waitFor("What you can type here");
  expect(answer.body).toContain("!status");
  expect(answer.body).not.toContain("!deploy");
});

test.each([
  ["!dploy hello hello.example.coop", "There is no command dploy. Did you mean !deploy?"],
  ["!deploy", "It is typed like this"],
  ["!deploy hello", "Where?"],
  ["!deploy hello a/b.example.coop", "slash"],
  ["!deploy hello -x.example.coop", "cannot be a domain"],
  ["!deploy hello ümlaut.example.coop", "cannot be a domain"],
  [`!deploy hello ${"a".repeat(300)}.coop`, "characters long"],
  ["!deploy hello 'my cloud.coop'", "space"],
  ["!deploy hello a.example.coop --sever x", "--server"],
  ["!deploy a.example.coop --chaos --version 1.0.0+1", "--chaos and --version cannot go together"],
  ["!deploy a.example.coop --version '1; rm -rf /'", "is no version"],
  ["!deploy gone.example.coop", "There is no app gone.example.coop"],
  ["!status gone.example.coop", "There is no app gone.example.coop"],
  ["!logs gone.example.coop --lines x", "There is no app gone.example.coop"],
  ["!jobs 99", "There is no job 99"],
  ["!cancel nonsense", "There is no job nonsense"],
  ["!status --server nowhere", "There is no server nowhere"],
])("%s is told what is wrong", async (typed, words) => {
  await using desk = openDesk();
  const command = desk.chat.say(ANA, typed);
  const answer = await desk.chat.waitFor(words);
  expect(answer.body).not.toMatch(/\n\s+at |undefined|\[object/);
  expect(desk.ledger.outbox.eventOf(`refusal:${command}`)).toBe(answer.event);
  expect(desk.ledger.audit.recent(1)).toMatchObject([
    { who: ANA, what: "refusal", event: command },
  ]);
});

test("someone in no role is answered once an hour, whatever they type", async () => {
  await using desk = openDesk({ chat: newChat([ANA, DAN, STRANGER]) });
  for (const typed of ["!deploy", "!nonsense", "!help", "!jobs 1"]) desk.chat.say(STRANGER, typed);
  desk.chat.say(ANA, "!whoami");
  await desk.chat.waitFor("with the role operator");
  await desk.chat.waitFor("It is typed like this");
  expect(desk.chat.said).toHaveLength(2);
  expect(desk.ledger.audit.recent(9).filter(({ who }) => who === STRANGER)).toHaveLength(1);
});

test("a watcher may not deploy, and reads who may", async () => {
  await using desk = openDesk();
  desk.chat.say(DAN, "!deploy hello hello.example.coop");
  const answer = await desk.chat.waitFor("You may not !deploy");
  expect(answer.body).toContain(ANA);
});

test("a member who has left the room may do nothing", async () => {
  await using desk = openDesk();
  desk.chat.leave(ANA);
  desk.chat.say(ANA, "!whoami");
  await desk.chat.waitFor("You may not !whoami");
});

test("a room that the table does not list gives no rights", async () => {
  await using desk = openDesk();
  desk.chat.say(ANA, "!whoami", OTHER_ROOM);
  await desk.chat.waitFor("You may not !whoami");
});

test("when the homeserver cannot say who is joined, the command waits instead of being decided", async () => {
  const chat = newChat();
  let asked = 0;
  chat.isJoined = () => {
    asked += 1;
    return asked === 1 ? Promise.reject(new TryLater("502", 1)) : Promise.resolve(true);
  };
  await using desk = openDesk({ chat });
  desk.chat.say(ANA, "!whoami");
  await desk.chat.waitFor("with the role operator");
  expect(asked).toBe(2);
});

test("a bug is told with a reference, and the log has its stack under it", async () => {
  await using desk = openDesk();
  const command = desk.chat.say(ANA, "!recipes WORD=hunter22");
  const answer = await desk.chat.waitFor("Something in moot itself broke");
  expect(answer.body).toContain("ref-1");
  expect(answer.body).not.toContain("this test has no such server");
  expect(desk.log.text()).toContain("this test has no such server");
  const detail = { reference: "ref-1", typed: "!recipes WORD=****" };
  const entry = { who: ANA, what: "bug", event: command, detail };
  expect(desk.ledger.audit.recent(1)).toMatchObject([entry]);
});

test("a reaction that meets a bug is audited, and not met again", async () => {
  const chat = newChat();
  await using desk = openDesk({ chat });
  const answer = chat.say(ANA, "!whoami");
  await chat.waitFor("with the role operator");
  desk.ledger.outbox.keyOf = () => {
    throw new Error("a mistake");
  };
  const event = chat.react(ANA, answer, "👍");
  const entry = { who: ANA, what: "bug", event, detail: { reference: "ref-1" } };
  await vi.waitFor(() => expect(desk.ledger.audit.recent(1)).toMatchObject([entry]), 20_000);
  expect(desk.ledger.inbox.pending(9)).toEqual([]);
});

test("a command that met a bug is settled, audited and answered together or not at all", async () => {
  await using desk = openDesk();
  const { inbox, audit } = desk.ledger;
  const settle = inbox.settle.bind(inbox);
  let tries = 0;
  inbox.settle = (event, at) => {
    tries += 1;
    if (tries === 1) throw new Refusal({ kind: "disk-full", where: "moot.db" });
    settle(event, at);
  };
  desk.chat.say(ANA, "!recipes");
  await vi.waitFor(() => expect(tries).toBe(1), 20_000);
  expect(audit.recent(9)).toEqual([]);
  expect(desk.ledger.outbox.next(Infinity, [])).toBeUndefined();
});

test("what is no command is passed over", async () => {
  await using desk = openDesk();
  desk.chat.say(ANA, "good morning");
  desk.chat.say(ANA, "!whoami");
  await desk.chat.waitFor("with the role operator");
  expect(desk.chat.said).toHaveLength(1);
});

test("an answer too long for a message comes as its beginning and a file", async () => {
  const entries = Array.from({ length: 40 }, (_, index) => ({
    recipe: named(isRecipeName, `hello${index}`),
    category: "",
    versions: [],
    description: "x".repeat(400),
    images: {},
    features: NO_FEATURES,
  }));
  await using desk = openDesk();
  Object.assign(desk.world.recipes, { catalogue: () => Promise.resolve(entries) });
  desk.chat.say(ANA, "!recipes");
  await desk.chat.waitFor("too long for a message");
  const file = await desk.chat.waitFor("hello39");
  expect(file.file).toBe("answer.txt");
});

test("a command is settled with its answer, so that a kill cannot have it run twice", async () => {
  await using desk = openDesk();
  const command = desk.chat.say(ANA, "!whoami");
  await desk.chat.waitFor("with the role operator");
  expect(desk.ledger.inbox.pending(10).map(({ event }) => event)).not.toContain(command);
});
