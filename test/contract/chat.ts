// The promise of a room, held by every implementation of Chat: what people type arrives, what moot says is seen.
import { describe, expect, test } from "vitest";
import type { Chat, Outgoing } from "../../src/core/chat.ts";
import { text } from "../../src/core/doc.ts";
import type { EventId, RoomId, UserId } from "../../src/core/ids.ts";
import { until } from "../testbed/wait.ts";
import { Listener } from "./listener.ts";
import type { SeenPicture } from "./picture.ts";

/** One thing said in the room, as a person's client shows it: edited, withdrawn and reacted to. */
export interface Seen {
  readonly event: EventId;
  readonly sender: UserId;
  /** The newest text, or a file's content. */
  readonly body: string;
  readonly file?: string;
  /** As it was downloaded; absent where the room can only tell of it. */
  readonly picture?: SeenPicture;
  readonly isNotice: boolean;
  readonly rings: readonly string[];
  readonly thread?: EventId;
  readonly reactions: readonly { readonly sender: UserId; readonly key: string }[];
}

export interface Person {
  readonly user: UserId;
  say(body: string): Promise<EventId>;
  react(target: EventId, key: string): Promise<EventId>;
  redact(target: EventId): Promise<EventId>;
  leave(): Promise<void>;
  /** The room as this person sees it, oldest first. */
  sees(): Promise<readonly Seen[]>;
}

/** A room with two people, which moot may enter, leave and enter again. */
export interface Stage extends AsyncDisposable {
  readonly room: RoomId;
  readonly ana: Person;
  readonly bea: Person;
  readonly stranger: UserId;
  /** Gives moot the power to take away what others said. */
  trust(): Promise<void>;
  /** Opens moot's side with what it remembers from the last time. */
  enter(): Promise<Chat & AsyncDisposable>;
}

export interface Traits {
  /** The room takes what people say while moot is away. */
  readonly keepsWhileAway: boolean;
}

export const never = new AbortController().signal;

export function note(room: RoomId, words: string): Outgoing & { readonly kind: "message" } {
  return { kind: "message", room, doc: [text(words)], rings: [] };
}

export function describeChat(name: string, traits: Traits, raise: () => Promise<Stage>): void {
  describe(`a room: ${name}`, () => {
    describeHearing(raise);
    describeSpeaking(raise);
    if (traits.keepsWhileAway) describeAbsence(raise);
  });
}

function describeHearing(raise: () => Promise<Stage>): void {
  test("what people type arrives once and in order", async () => {
    await using stage = await raise();
    await using chat = await stage.enter();
    const listener = new Listener(chat);
    const typed = ["!help", "!deploy hello a.b", "  two  spaces", "„quotes“ 👍"];
    const events: EventId[] = [];
    for (const body of typed) events.push(await stage.ana.say(body));
    events.push(await stage.bea.say("!status"));
    await listener.hears(5);
    expect(listener.bodies).toEqual([...typed, "!status"]);
    expect(listener.got.map((inbound) => inbound.event)).toEqual(events);
    expect(listener.got[4]).toMatchObject({ sender: stage.bea.user, room: stage.room });
    await listener.stop();
  });

  test("reactions and withdrawals arrive with their target", async () => {
    await using stage = await raise();
    await using chat = await stage.enter();
    const listener = new Listener(chat);
    const prompt = await chat.send(note(stage.room, "Shall I?"), "prompt", never);
    const reaction = await stage.ana.react(prompt, "👍");
    const redaction = await stage.ana.redact(reaction);
    const got = await listener.hears(2);
    expect(got).toMatchObject([
      { kind: "reaction", event: reaction, target: prompt, key: "👍", sender: stage.ana.user },
      { kind: "redaction", event: redaction, target: reaction, sender: stage.ana.user },
    ]);
    await listener.stop();
  });

  test("moot does not hear itself", async () => {
    await using stage = await raise();
    await using chat = await stage.enter();
    const listener = new Listener(chat);
    const event = await chat.send(note(stage.room, "!help"), "one", never);
    await chat.send({ kind: "reaction", room: stage.room, target: event, key: "👍" }, "two", never);
    await stage.ana.say("after");
    await listener.hears(1);
    expect(listener.bodies).toEqual(["after"]);
    await listener.stop();
  });

  test("only who is in the room now is joined", async () => {
    await using stage = await raise();
    await using chat = await stage.enter();
    expect(await chat.isJoined(stage.room, stage.ana.user, never)).toBe(true);
    expect(await chat.isJoined(stage.room, stage.stranger, never)).toBe(false);
    await stage.bea.leave();
    expect(await chat.isJoined(stage.room, stage.bea.user, never)).toBe(false);
  });

  test("a batch whose storing failed comes again", async () => {
    await using stage = await raise();
    await using chat = await stage.enter();
    const failing = new Listener(chat, () => {
      throw new Error("killed before the position was saved");
    });
    const failed = expect(failing.done).rejects.toThrow("killed");
    const said = stage.ana.say("!deploy hello a.b");
    await failed;
    const listener = new Listener(chat);
    const [inbound] = await listener.hears(1);
    expect(inbound).toMatchObject({ event: await said, body: "!deploy hello a.b" });
    await listener.stop();
  });
}

function describeSpeaking(raise: () => Promise<Stage>): void {
  test("the same transaction twice is one event", async () => {
    await using stage = await raise();
    await using chat = await stage.enter();
    const first = await chat.send(note(stage.room, "once"), "txn", never);
    expect(await chat.send(note(stage.room, "once"), "txn", never)).toBe(first);
    await chat.send(note(stage.room, "last"), "other", never);
    const seen = await seenUntil(stage.ana, (said) => said.some((one) => one.body === "last"));
    expect(seen.map((one) => one.body)).toEqual(["once", "last"]);
  });

  test("quiet news is a notice, a ringing message is not and names whom it rings", async () => {
    await using stage = await raise();
    await using chat = await stage.enter();
    await chat.send(note(stage.room, "quiet"), "one", never);
    const loud = { ...note(stage.room, "loud"), rings: [stage.ana.user] };
    await chat.send(loud, "two", never);
    const seen = await seenUntil(stage.ana, (said) => said.length === 2);
    expect(seen).toMatchObject([
      { body: "quiet", isNotice: true, rings: [], sender: chat.self },
      { body: "loud", isNotice: false, rings: [stage.ana.user] },
    ]);
  });

  test("an edit replaces the text, and the same edit twice changes nothing", async () => {
    await using stage = await raise();
    await using chat = await stage.enter();
    const target = await chat.send(note(stage.room, "1 of 2"), "one", never);
    const edit = { kind: "edit", room: stage.room, target, doc: [text("2 of 2")] } as const;
    await chat.send(edit, "two", never);
    await chat.send(edit, "two", never);
    const seen = await seenUntil(stage.ana, (said) => said[0]?.body === "2 of 2");
    expect(seen).toHaveLength(1);
  });

  test("threads, files and reactions are seen under what they belong to", async () => {
    await using stage = await raise();
    await using chat = await stage.enter();
    const { room } = stage;
    const listener = new Listener(chat);
    const command = await stage.ana.say("!logs a.b");
    await chat.send({ ...note(room, "in the thread"), thread: command }, "one", never);
    const log = "line 1\nline 2 ✅\n";
    const file = { kind: "file", room, name: "a.log", text: log, thread: command } as const;
    await chat.send(file, "two", never);
    const bytes = Buffer.from(log).toString("base64");
    await chat.send({ ...file, name: "a.bin", text: bytes, isBase64: true }, "bytes", never);
    await chat.send({ kind: "reaction", room, target: command, key: "✅" }, "three", never);
    const seen = await seenUntil(stage.ana, (said) => said[0]?.reactions.length === 1);
    expect(seen).toMatchObject([
      { event: command, reactions: [{ sender: chat.self, key: "✅" }] },
      { body: "in the thread", thread: command },
      { body: log, file: "a.log", thread: command },
      { body: log, file: "a.bin", thread: command },
    ]);
    await listener.stop();
  });

  test("what moot withdraws is gone", async () => {
    await using stage = await raise();
    await using chat = await stage.enter();
    const { room } = stage;
    const target = await chat.send(note(room, "wrong"), "one", never);
    await chat.send({ kind: "redaction", room, target, reason: "a slip" }, "two", never);
    await seenUntil(stage.ana, (said) => said.length === 0);
  });
}

function describeAbsence(raise: () => Promise<Stage>): void {
  test("what people type while moot is away arrives afterwards, and nothing twice", async () => {
    await using stage = await raise();
    await hearing(stage, async (listener) => {
      await stage.ana.say("before");
      await listener.hears(1);
    });
    await stage.ana.say("meanwhile 1");
    await stage.bea.say("meanwhile 2");
    await hearing(stage, async (listener) => {
      await stage.ana.say("after");
      await listener.hears(3);
      expect(listener.bodies).toEqual(["meanwhile 1", "meanwhile 2", "after"]);
    });
  });

  test("of more than a hundred things typed meanwhile none is lost, and their order is kept", async () => {
    await using stage = await raise();
    await hearing(stage, async () => undefined);
    const typed = Array.from({ length: 130 }, (_, index) => `line ${index}`);
    for (const body of typed) await stage.ana.say(body);
    await hearing(stage, async (listener) => {
      await listener.hears(typed.length);
      expect(listener.bodies).toEqual(typed);
    });
  });

  test("a transaction sent again after a restart is still one event", async () => {
    await using stage = await raise();
    const send = async (): Promise<EventId> => {
      await using chat = await stage.enter();
      return await chat.send(note(stage.room, "once"), "txn", never);
    };
    expect(await send()).toBe(await send());
    await seenUntil(stage.ana, (said) => said.length === 1);
  });
}

async function hearing(stage: Stage, act: (listener: Listener) => Promise<void>): Promise<void> {
  await using chat = await stage.enter();
  const listener = new Listener(chat);
  await act(listener);
  await listener.stop();
}

export async function seenUntil(
  person: Person,
  isDone: (seen: readonly Seen[]) => boolean,
): Promise<readonly Seen[]> {
  return until("the room to show it", 15, async () => {
    const seen = await person.sees();
    return isDone(seen) ? seen : undefined;
  });
}
