// What goes wrong in an encrypted room: nothing is lost, nothing is run that should not be, and people are told.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TryLater, type Chat, type Outgoing } from "../../src/core/chat.ts";
import { systemClock } from "../../src/clock.ts";
import { isEventId } from "../../src/core/ids.ts";
import { positionOf } from "../../src/matrix/crypto/ciphertext.ts";
import { KEY_PATIENCE } from "../../src/matrix/secrecy.ts";
import { Member, type RoomEvent } from "../e2e/member.ts";
import { named } from "../named.ts";
import { NioMember } from "../testbed/nio/index.ts";
import { openFaultProxy } from "../testbed/index.ts";
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

/** All encrypted events of the room, oldest first. */
async function encrypted(stage: CryptoStage): Promise<readonly RoomEvent[]> {
  return (await stage.clear.timeline(stage.room)).filter(({ type }) => type === "m.room.encrypted");
}

async function told({ cem, bot, room }: CryptoStage, words: string): Promise<void> {
  await cem.seesOne(room, words, ({ sender, content }) => {
    return sender === bot && content?.body?.includes(words) === true;
  });
}

describe("a message", () => {
  test("in clear is never a command, and who typed it is told", async () => {
    await using stage = await CryptoStage.raise(cast);
    using chat = await stage.enter();
    const listener = new Listener(chat);
    await stage.clear.type(stage.room, "!deploy hello a.b");
    await stage.clear.type(stage.room, "chatter");
    await told(stage, "This was not encrypted");
    await stage.cem.say(stage.room, "after");
    await listener.hears(1);
    expect(listener.bodies).toEqual(["after"]);
    await listener.stop();
  });

  test("that is sent again by the homeserver is heard once", async () => {
    await using stage = await CryptoStage.raise(cast);
    using chat = await stage.enter();
    const listener = new Listener(chat);
    await stage.cem.say(stage.room, "!deploy hello a.b");
    await listener.hears(1);
    const [first] = await encrypted(stage);
    await stage.clear.send(stage.room, "m.room.encrypted", first?.content);
    await stage.cem.say(stage.room, "after");
    await listener.hears(2);
    expect(listener.bodies).toEqual(["!deploy hello a.b", "after"]);
    expect(stage.kept.text()).toContain("it is a copy of what was said before");
    await listener.stop();
  });

  test("under another's name than who signed it is not heard", async () => {
    await using stage = await CryptoStage.raise(cast, { invited: [cast.ana.userId] });
    using chat = await stage.enter();
    const ana = new Member(cast.ana);
    await ana.join(stage.room);
    await stage.cem.say(stage.room, "!deploy hello a.b");
    const [first] = await encrypted(stage);
    await ana.send(stage.room, "m.room.encrypted", first?.content);
    const listener = new Listener(chat);
    await stage.cem.say(stage.room, "after");
    await listener.hears(2);
    expect(listener.got.map(({ sender }) => sender)).toEqual([stage.cem.user, stage.cem.user]);
    expect(stage.kept.text()).toContain("forged");
    await listener.stop();
  });

  test.each([
    ["of an unknown algorithm", { algorithm: "org.example.rot13", ciphertext: "uryyb" }],
    ["of nothing that can be one", { algorithm: 5, ciphertext: { a: [] }, session_id: {} }],
    [
      "of noise",
      {
        algorithm: "m.megolm.v1.aes-sha2",
        ciphertext: "AwgAEgA",
        session_id: "none",
        sender_key: "none",
        device_id: "none",
      },
    ],
  ])("%s stops nobody", async (_, content) => {
    await using stage = await CryptoStage.raise(cast);
    using chat = await stage.enter();
    const listener = new Listener(chat);
    await stage.clear.send(stage.room, "m.room.encrypted", content);
    await stage.cem.say(stage.room, "after");
    await listener.hears(1);
    expect(listener.bodies).toEqual(["after"]);
    if (content.ciphertext !== "AwgAEgA")
      await told(stage, "encrypted in a way that I do not know");
    await listener.stop();
  });
});

describe("a key that comes late", () => {
  test("within a minute lets its command be run once, also after a restart", async () => {
    await using stage = await CryptoStage.raise(cast);
    const { room, cem } = stage;
    {
      using chat = await stage.enter();
      await cem.holdKeys();
      const listener = new Listener(chat);
      await cem.say(room, "!deploy hello a.b");
      await untilHeld(stage);
      await listener.stop();
      expect(listener.got).toEqual([]);
    }
    using chat = await stage.enter();
    const listener = new Listener(chat);
    expect(await cem.releaseKeys()).toBeGreaterThan(0);
    await listener.hears(1);
    await cem.say(room, "after");
    await listener.hears(2);
    expect(listener.bodies).toEqual(["!deploy hello a.b", "after"]);
    await listener.stop();
  });

  test("after a minute does not, and who typed it is told to type it again", async () => {
    await using stage = await CryptoStage.raise(cast);
    const { room, cem } = stage;
    let later = 0;
    const clock = { ...systemClock, now: () => Date.now() + later };
    using chat = await stage.enter({ clock });
    const listener = new Listener(chat);
    await cem.holdKeys();
    await cem.say(room, "!deploy hello a.b");
    await untilHeld(stage);
    later = KEY_PATIENCE + 1000;
    await told(stage, "its key did not reach me within a minute");
    await cem.releaseKeys();
    await cem.say(room, "after");
    await listener.hears(1);
    expect(listener.bodies).toEqual(["after"]);
    await listener.stop();
  });
});

/** A sync has handed the event to moot, which asks for a shorter wait from then on. */
async function untilHeld(stage: CryptoStage): Promise<void> {
  await untilTrue("the event to be held", 10, () =>
    stage.kept.text().includes("waits for its key"),
  );
}

/** Tries again as the outbox does, until the keys are ready. */
async function sentInTime(chat: Chat, outgoing: Outgoing): Promise<void> {
  await untilTrue("moot to see that the room is encrypted", 10, async () => {
    const problem = await chat.send(outgoing, "txn", never).catch((error: unknown) => error);
    if (problem instanceof TryLater) return false;
    if (problem instanceof Error) throw problem;
    return true;
  });
}

describe("what moot says", () => {
  test("is the same when it is said again after a crash, and uses up its key once", async () => {
    await using stage = await CryptoStage.raise(cast);
    const proxy = await openFaultProxy(new URL(cast.synapse.url));
    const { room } = stage;
    {
      using chat = await stage.enter({ homeserver: proxy.url });
      for (const kind of ["cut", "cut-after"] as const)
        proxy.inject({ match: (_, path) => path.includes("/send/"), times: 1, act: { kind } });
      for (const txn of ["one", "two"])
        await expect(chat.send(note(room, txn), txn, never)).rejects.toBeInstanceOf(TryLater);
    }
    using chat = await stage.enter();
    for (const txn of ["one", "two", "three"]) await chat.send(note(room, txn), txn, never);
    const positions = (await encrypted(stage)).map((event) => positionOf(event)?.position);
    expect(positions.toSorted()).toEqual([0, 1, 2]);
    await stage.cem.seesOne(room, "the last", ({ content }) => content?.body === "three");
    await proxy.close();
  });

  test("is said to nobody before the room is encrypted, and nobody is heard", async () => {
    await using stage = await CryptoStage.raise(cast, { encryption: "none" });
    using chat = await stage.enter();
    const { room } = stage;
    const listener = new Listener(chat);
    const target = named(isEventId, await stage.clear.type(room, "!help"));
    for (const outgoing of [
      note(room, "too early"),
      { kind: "reaction", room, target, key: "✅" } as const,
      { kind: "file", room, name: "a.log", text: "too early" } as const,
    ])
      await expect(chat.send(outgoing, "txn", never)).rejects.toThrow("until it is encrypted");
    await stage.encrypt();
    await stage.cem.knows(room, stage.bot);
    await sentInTime(chat, note(room, "in time"));
    await stage.cem.seesOne(room, "it", ({ content }) => content?.body === "in time");
    expect(await stage.raw()).not.toMatch(/too early|in time/);
    expect(listener.got).toEqual([]);
    await listener.stop();
  });

  test("is encrypted from the moment a clear room becomes encrypted, of a job that runs too", async () => {
    await using stage = await CryptoStage.raise(cast, { encryption: "none" });
    using chat = await stage.enter({ rooms: [{ name: stage.room, encrypted: "off" }] });
    const { room, cem } = stage;
    const listener = new Listener(chat);
    const target = await chat.send(note(room, "in clear"), "one", never);
    await stage.encrypt();
    await cem.knows(room, stage.bot);
    await sentInTime(chat, note(room, "hidden"));
    await chat.send({ ...note(room, "hidden progress"), kind: "edit", target }, "two", never);
    await cem.seesOne(room, "progress", ({ content }) => content?.body === "* hidden progress");
    expect(await stage.raw()).not.toContain("hidden");
    await listener.stop();
  });

  test("has a new key when somebody leaves, and as often as the room wants", async () => {
    const often = { algorithm: "m.megolm.v1.aes-sha2", rotation_period_msgs: 3 };
    await using stage = await CryptoStage.raise(cast, {
      encryption: often,
      invited: [cast.ana.userId],
    });
    await using client = await NioMember.login({
      url: cast.synapse.url,
      user: cast.ana.userId,
      password: PASSWORD,
    });
    using chat = await stage.enter();
    const { room } = stage;
    const listener = new Listener(chat);
    const ana = new Member(cast.ana);
    // Invited people get keys too.
    await chat.send(note(room, "with ana"), "a", never);
    await ana.join(room);
    await client.seesOne(room, "it", ({ content }) => content?.body === "with ana");
    await stage.cem.say(room, "ana is here");
    await listener.hears(1);
    await ana.call("POST", `/rooms/${encodeURIComponent(room)}/leave`, {});
    await stage.cem.say(room, "ana is gone");
    await listener.hears(2);
    for (const txn of ["b", "c", "d", "e"]) await chat.send(note(room, txn), txn, never);
    const ours = (await encrypted(stage)).filter(({ sender }) => sender === stage.bot);
    const keys = ours.map((event) => positionOf(event)?.session);
    const numbers = keys.map((key) => [...new Set(keys)].indexOf(key));
    expect(numbers).toEqual([0, 1, 1, 1, 2]);
    await stage.cem.seesOne(room, "the last", ({ content }) => content?.body === "e");
    await listener.stop();
  });

  test("is said though somebody's one-time keys are used up", async () => {
    await using stage = await CryptoStage.raise(cast);
    using chat = await stage.enter();
    const { user } = stage.cem;
    const [device = ""] = Object.keys(await stage.cem.devicesOf(user));
    stage.cem.pause();
    const claim = { one_time_keys: { [user]: { [device]: "signed_curve25519" } } };
    await untilTrue("all keys to be used up", 30, async () => {
      const answer = await stage.clear.call("POST", "/keys/claim", claim);
      return !JSON.stringify(answer).includes("signed_curve25519:");
    });
    const event = await chat.send(note(stage.room, "hello"), "txn", never);
    stage.cem.resume();
    expect((await encrypted(stage)).map(({ event_id }) => event_id)).toEqual([event]);
  });
});
