// In an encrypted room nothing of moot's is in clear, and everything is read: by it, and by a client of another make.
import { afterAll, beforeAll, expect, test } from "vitest";
import { text } from "../../src/core/doc.ts";
import { isEventId } from "../../src/core/ids.ts";
import { Member } from "../e2e/member.ts";
import { named } from "../named.ts";
import { crossSign } from "../testbed/nio/cross-signing.ts";
import { NioMember, type Shown } from "../testbed/nio/index.ts";
import { untilTrue } from "../testbed/wait.ts";
import { never, note } from "./chat.ts";
import { Listener } from "./listener.ts";
import { CryptoStage } from "./crypto-stage.ts";
import { closeCast, openCast, PASSWORD, type Cast } from "./matrix-stage.ts";

let cast: Cast;

beforeAll(async () => {
  cast = await openCast();
});

afterAll(closeCast);

test("what is typed is read, and answers, edits, threads, replies and files are encrypted and read", async () => {
  await using stage = await CryptoStage.raise(cast);
  using chat = await stage.enter();
  const { room, cem } = stage;
  const listener = new Listener(chat);
  const command = named(isEventId, await cem.say(room, "!help of-cem"));
  const [heard] = await listener.hears(1);
  expect(heard).toMatchObject({ body: "!help of-cem", sender: cem.user, event: command });
  const answer = { ...note(room, "answer-of-moot"), thread: command, replyTo: command };
  const target = await chat.send(answer, "t1", never);
  await chat.send({ kind: "edit", room, target, doc: [text("edit-of-moot")] }, "t2", never);
  await chat.send({ kind: "file", room, name: "name-of-moot", text: "log-of-moot" }, "t3", never);
  await chat.send({ kind: "reaction", room, target: command, key: "✅" }, "t4", never);
  const file = await cem.seesOne(room, "the file", ({ content }) => content?.file !== undefined);
  expect(await cem.load(file.content?.file ?? {})).toBe("log-of-moot");
  const seen = (await cem.sees(room)).filter(({ sender }) => sender === stage.bot);
  const messages = seen.filter(({ type }) => type === "m.room.message");
  expect(messages).toMatchObject([
    {
      event: target,
      encrypted: true,
      content: {
        body: "answer-of-moot",
        "m.relates_to": { rel_type: "m.thread", event_id: command },
      },
    },
    { encrypted: true, content: { body: "* edit-of-moot" } },
    { encrypted: true, content: { body: "name-of-moot" } },
  ]);
  const raw = await stage.raw();
  expect(raw).not.toMatch(/of-moot|of-cem/);
  // Relations stay in clear, and so do reactions.
  expect(raw).toContain('"rel_type":"m.thread"');
  expect(raw).toContain('"rel_type":"m.replace"');
  expect(raw).toContain("✅");
  await listener.stop();
});

test("keys that nobody can read, by the hundred, hold up nobody", async () => {
  await using stage = await CryptoStage.raise(cast);
  using chat = await stage.enter();
  const ana = new Member(cast.ana);
  const junk = { algorithm: "m.olm.v1.curve25519-aes-sha2", sender_key: "none", ciphertext: {} };
  const send = async (index: number): Promise<unknown> =>
    ana.call("PUT", `/sendToDevice/m.room.encrypted/flood-${stage.bot.slice(1)}-${index}`, {
      messages: { [stage.bot]: { "*": junk } },
    });
  for (let index = 0; index < 300; index += 20)
    await Promise.all(Array.from({ length: 20 }, (_, next) => send(index + next)));
  const listener = new Listener(chat);
  await stage.cem.say(stage.room, "!help");
  await listener.hears(1);
  expect(listener.bodies).toEqual(["!help"]);
  await listener.stop();
});

test("a new device is heard though all of moot's one-time keys were used up while it was away", async () => {
  await using stage = await CryptoStage.raise(cast, { isSigned: false });
  const { room, bot, clear } = stage;
  const login = { url: cast.synapse.url, user: stage.cem.user, password: PASSWORD };
  await using client = await NioMember.login(login);
  await crossSign(clear, { password: PASSWORD, devices: [client.device] });
  (await stage.enter()).close();
  const [device = ""] = Object.keys(await client.devicesOf(bot));
  const isLast = async (): Promise<boolean> => {
    const claim = { one_time_keys: { [bot]: { [device]: "signed_curve25519" } } };
    return JSON.stringify(await clear.call("POST", "/keys/claim", claim)).includes("fallback");
  };
  await untilTrue("all keys to be used up", 60, isLast);
  await client.knows(room, bot);
  await client.say(room, "!help");
  using chat = await stage.enter();
  const listener = new Listener(chat);
  await listener.hears(1);
  expect(listener.bodies).toEqual(["!help"]);
  await untilTrue("moot to have new keys", 30, async () => !(await isLast()));
  await listener.stop();
});

test("a room that is upgraded is followed in its encryption, and never out of it", async () => {
  await using stage = await CryptoStage.raise(cast);
  using chat = await stage.enter();
  const { room, cem, clear, bot } = stage;
  const listener = new Listener(chat);
  const next = await clear.upgrade(room);
  await clear.invite(next, bot);
  await untilTrue("moot to follow", 30, () => listener.moves.length === 1);
  await cem.knows(next, bot);
  await cem.say(next, "!help of-cem");
  expect(await listener.hears(1)).toMatchObject([{ room, body: "!help of-cem" }]);
  await chat.send(note(room, "answer-of-moot"), "t1", never);
  const answer = await cem.seesOne(next, "the answer", says("answer-of-moot"));
  expect(answer).toMatchObject({ sender: bot, encrypted: true });

  const bare = await clear.createSuccessor(next);
  await clear.invite(bare, bot);
  await untilTrue("moot to stay", 30, () => stage.kept.text().includes("which is not encrypted"));
  await chat.send(note(room, "still-of-moot"), "t2", never);
  await cem.seesOne(next, "what is said after", says("still-of-moot"));
  await clear.encrypt(bare);
  await untilTrue("moot to follow", 30, () => listener.moves.length === 2);
  await cem.knows(bare, bot);
  await chat.send(note(room, "last-of-moot"), "t3", never);
  await cem.seesOne(bare, "what is said there", says("last-of-moot"));
  for (const one of [room, next, bare])
    expect(JSON.stringify(await clear.timeline(one))).not.toMatch(/of-moot|of-cem/);
  await listener.stop();
});

function says(words: string): (one: Shown) => boolean {
  return ({ content }) => content?.body === words;
}
