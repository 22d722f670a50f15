// What a script may wait for in the console room, what an emoji reaches, and how each thing said there stands.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { connectConsole, type ConsoleClient } from "../../src/console/client.ts";
import { Conversation, type Said } from "../../src/console/conversation.ts";
import { CONSOLE_ROOM } from "../../src/console/protocol.ts";
import { openConsole, type ConsoleChat } from "../../src/console/room.ts";
import type { Settled, Settlement } from "../../src/core/chat.ts";
import { text } from "../../src/core/doc.ts";
import { isEventId, isUserId, type EventId } from "../../src/core/ids.ts";
import { never } from "../contract/chat.ts";
import { Listener } from "../contract/listener.ts";
import { keepLog } from "../kept-log.ts";
import { named } from "../named.ts";

const ana = named(isUserId, "@ana:localhost");
const ASKING = "🗳 a1: ana asks. React 👍 or 👎 to this message, or type !approve a1.";

let folder = "";
let chat: ConsoleChat;
let client: ConsoleClient;
let moot: Listener;
let printed = "";
let sent = 0;
const outbox: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "moot-conversation-"));
  chat = await openConsole({
    path: path.join(folder, "console.sock"),
    self: named(isUserId, "@moot:localhost"),
    members: new Set([ana, named(isUserId, "@bea:localhost")]),
    anyMember: true,
    isCaughtUp: () => outbox.length === 0,
    clock: systemClock,
    log: keepLog().log,
  });
  client = await connectConsole(path.join(folder, "console.sock"), ana, never);
  moot = new Listener(chat);
  printed = "";
});

afterEach(async () => {
  outbox.splice(0);
  await client[Symbol.asyncDispose]();
  await moot.stop();
  await chat[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

function converse(isScript: boolean): Conversation {
  const print = (words: string): void => void (printed += words);
  const conversation = new Conversation(client, { speaker: ana, isScript, print });
  void conversation.watch();
  return conversation;
}

function eventOf(said: Said): EventId {
  return said.kind === "act" ? said.event : named(isEventId, said.kind);
}

/** Moot's side: says it, and how the command stands after it. */
async function tell(words: string, settles?: Settlement): Promise<EventId> {
  const message = { kind: "message", room: CONSOLE_ROOM, doc: [text(words)], rings: [] } as const;
  sent += 1;
  return chat.send({ ...message, ...(settles && { settles }) }, `txn-${sent}`, never);
}

async function edit(target: EventId, words: string): Promise<void> {
  sent += 1;
  await chat.send(
    { kind: "edit", room: CONSOLE_ROOM, target, doc: [text(words)] },
    `txn-${sent}`,
    never,
  );
}

/** A deploy that waits for people. */
async function askPeople(
  conversation: Conversation,
): Promise<{ command: EventId; prompt: EventId }> {
  const command = eventOf(await conversation.say("!deploy wiki.localhost"));
  const prompt = await tell(ASKING, { command, how: "waiting" });
  expect(await conversation.settled(command)).toBe("waiting");
  await client.catchUp();
  return { command, prompt };
}

test("a yes that decides lasts as long as the job it starts", async () => {
  const script = converse(true);
  const { command, prompt } = await askPeople(script);
  const yes = eventOf(await script.say("@bea 👍"));
  expect((await moot.hears(2))[1]).toMatchObject({ kind: "reaction", target: prompt, key: "👍" });
  chat.settled?.({ command: yes, how: "running", follows: command });
  await client.catchUp();
  expect(script.standing(yes)).toBe("running");
  expect(script.standing(command)).toBe("running");
  await edit(prompt, "✅ a1: ana asked. Agreed: job 1.");
  await tell("deploy succeeded", { command, how: "succeeded" });
  expect(await script.settled(yes)).toBe("succeeded");
  expect(script.standing(command)).toBe("succeeded");
});

test.each<readonly [string, Omit<Settlement, "command">, boolean, Settled]>([
  ["that does not count is over when moot has heard it", { how: "answered" }, false, "answered"],
  ["that is not enough waits for the others", { how: "waiting" }, true, "waiting"],
])("a yes %s", async (_what, settlement, isFollowing, how) => {
  const script = converse(true);
  const { command } = await askPeople(script);
  const yes = eventOf(await script.say("@bea 👍"));
  chat.settled?.({ command: yes, ...settlement, ...(isFollowing && { follows: command }) });
  expect(await script.settled(yes)).toBe(how);
  expect(script.standing(command)).toBe("waiting");
});

test("a yes to a plan that moved is over when it is asked anew, and the next goes to the new question", async () => {
  const script = converse(true);
  const { command, prompt } = await askPeople(script);
  const yes = eventOf(await script.say("@bea 👍"));
  chat.settled?.({ command: yes, how: "running", follows: command });
  const anew = await tell(ASKING.replace("a1", "a2"), { command, how: "waiting" });
  await edit(prompt, "↩️ a1: It lapsed. a2 asks anew.");
  expect(await script.settled(yes)).toBe("waiting");
  await client.catchUp();
  await script.say("@bea 👍");
  expect((await moot.hears(3))[2]).toMatchObject({ kind: "reaction", target: anew });
});

test("what is said in words lasts as long too", async () => {
  const script = converse(true);
  const { command } = await askPeople(script);
  const yes = eventOf(await script.say("@bea !approve a1"));
  await tell("Your yes to a1 is noted.", { command: yes, how: "running", follows: command });
  await client.catchUp();
  expect(script.standing(yes)).toBe("running");
  await tell("deploy failed", { command, how: "failed" });
  expect(await script.settled(yes)).toBe("failed");
});

test("a question that is closed is no target any more", async () => {
  const script = converse(true);
  const { command, prompt } = await askPeople(script);
  await edit(prompt, "🛑 a1: ana asked. Withdrawn by ana.");
  await tell("a1: Withdrawn.", { command, how: "refused" });
  await client.catchUp();
  expect(await script.say("@bea 👍")).toEqual({ kind: "nothing-to-react-to" });
});

test("an edit that still asks leaves the question open", async () => {
  const script = converse(true);
  const { prompt } = await askPeople(script);
  await edit(prompt, ASKING.replace("asks", "asks, and bea objects"));
  await client.catchUp();
  await script.say("@bea 👍");
  expect((await moot.hears(2))[1]).toMatchObject({ target: prompt });
});

test("a script's emoji reaches only what its own commands asked, a person's whatever asks", async () => {
  const other = named(isEventId, "$of-another-run");
  await tell(ASKING, { command: other, how: "waiting" });
  const script = converse(true);
  await client.catchUp();
  expect(await script.say("👍")).toEqual({ kind: "nothing-to-react-to" });
});

test("at a terminal an emoji reaches the newest question, and news that speak of it do not count as one", async () => {
  const prompt = await tell(ASKING);
  await tell("a1 is still open. React 👍 to its message, or type !approve a1.");
  const typed = converse(false);
  await client.catchUp();
  await typed.say("@bea 👍");
  expect(await moot.hears(1)).toMatchObject([{ kind: "reaction", target: prompt }]);
});

test("🛑 reaches the newest running job, also one that people have just agreed to", async () => {
  const typed = converse(false);
  const { command } = await askPeople(typed);
  expect(await typed.say("🛑")).toEqual({ kind: "nothing-to-react-to" });
  const yes = eventOf(await typed.say("@bea 👍"));
  chat.settled?.({ command: yes, how: "running", follows: command });
  await client.catchUp();
  await typed.say("🛑");
  expect((await moot.hears(3))[2]).toMatchObject({ kind: "reaction", key: "🛑", target: command });
});

test("a script is shown everything that moot had to say before it goes on", async () => {
  converse(true);
  outbox.push("one more thing");
  let isCaughtUp = false;
  const caught = client.catchUp().then(() => (isCaughtUp = true));
  await tell("first");
  outbox.pop();
  expect(isCaughtUp).toBe(false);
  await tell("one more thing");
  await caught;
  expect(printed).toContain("one more thing");
});
