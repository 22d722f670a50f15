// What a homeserver does on bad days, at each kind of request: nothing is lost and nothing said twice.
import { inspect } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { TryLater, type Outgoing } from "../../src/core/chat.ts";
import type { EventId } from "../../src/core/ids.ts";
import { LAST_SYNC } from "../../src/matrix/sync.ts";
import { openFaultProxy, type FaultProxy } from "../testbed/index.ts";
import { untilTrue } from "../testbed/wait.ts";
import { never, note } from "./chat.ts";
import { Listener } from "./listener.ts";
import { closeCast, MatrixStage, openCast, type Cast } from "./matrix-stage.ts";
import { POINTS } from "./picture.ts";

let cast: Cast;
let proxy: FaultProxy;

beforeAll(async () => {
  cast = await openCast();
});

afterAll(closeCast);

beforeEach(async () => {
  proxy = await openFaultProxy(new URL(cast.synapse.url));
});

afterEach(async () => {
  await proxy.close();
});

const acts = [
  { kind: "429", retryAfter: 1 },
  { kind: "502" },
  { kind: "cut" },
  { kind: "cut-after" },
  { kind: "hang" },
  { kind: "rewrite", body: () => "{}" },
] as const;

function strike(part: string, act: (typeof acts)[number], times = 1): void {
  proxy.inject({ match: (_, path) => path.includes(part), times, act });
}

function struck(): number {
  return proxy.seen.filter((one) => one.struck !== undefined).length;
}

describe.each(acts)("after $kind", (act) => {
  test("at a sync, what people type still arrives once", async () => {
    await using stage = await MatrixStage.raise(cast);
    await using chat = await stage.enter({ homeserver: proxy.url });
    strike("/sync", act, 2);
    const listener = new Listener(chat);
    await stage.ana.say("one");
    await listener.hears(1);
    await stage.ana.say("two");
    await listener.hears(2);
    expect(listener.bodies).toEqual(["one", "two"]);
    expect(struck()).toBe(2);
    await listener.stop();
  });

  test("at each way of speaking, it can be said again and stands there once", async () => {
    await using stage = await MatrixStage.raise(cast);
    await using chat = await stage.enter({ homeserver: proxy.url });
    const { room } = stage;
    const say = async (outgoing: Outgoing, part: string): Promise<EventId> => {
      strike(part, act);
      const txn = crypto.randomUUID();
      await expect(chat.send(outgoing, txn, never)).rejects.toBeInstanceOf(TryLater);
      return chat.send(outgoing, txn, never);
    };
    const target = await say(note(room, "a message"), "/send/m.room.message");
    await say(
      { kind: "edit", room, target, doc: note(room, "edited").doc },
      "/send/m.room.message",
    );
    await say({ kind: "reaction", room, target, key: "👍" }, "/send/m.reaction");
    await say({ kind: "file", room, name: "a.log", text: "log" }, "/media/v3/upload");
    await say({ kind: "file", room, name: "b.log", text: "log" }, "/send/m.room.message");
    const points = { name: "a.png", png: POINTS, width: 2, height: 1 } as const;
    const image = { kind: "image", room, ...points, description: "Two points." } as const;
    await say(image, "/media/v3/upload");
    await say({ ...image, name: "b.png" }, "/send/m.room.message");
    const wrong = await chat.send(note(room, "wrong"), "wrong", never);
    await say({ kind: "redaction", room, target: wrong, reason: "a slip" }, "/redact/");
    expect(struck()).toBe(8);
    expect(await stage.ana.sees()).toMatchObject([
      { body: "edited", reactions: [{ key: "👍" }] },
      { file: "a.log", body: "log" },
      { file: "b.log", body: "log" },
      { file: "a.png", picture: { png: POINTS } },
      { file: "b.png", picture: { png: POINTS } },
    ]);
  });

  test("at the question who is joined, it can be asked again", async () => {
    await using stage = await MatrixStage.raise(cast);
    await using chat = await stage.enter({ homeserver: proxy.url });
    strike("/state/m.room.member", act);
    const ask = async (): Promise<boolean> => chat.isJoined(stage.room, stage.ana.user, never);
    await expect(ask()).rejects.toBeInstanceOf(TryLater);
    expect(await ask()).toBe(true);
  });

  test("at the start, moot comes in all the same", async () => {
    await using stage = await MatrixStage.raise(cast);
    for (const part of ["/login", "/join/", "/sync"]) strike(part, act);
    await using chat = await stage.enter({ homeserver: proxy.url });
    expect(chat.uninvited).toEqual([]);
    expect(struck()).toBe(3);
  });
});

test("no event of a long gap is lost, though the homeserver fails while it is filled", async () => {
  await using stage = await MatrixStage.raise(cast);
  await stage.enter();
  const typed = Array.from({ length: 330 }, (_, index) => `line ${index}`);
  for (const body of typed) await stage.ana.say(body);
  await using chat = await stage.enter({ homeserver: proxy.url });
  // A second page begins where the first ended, which no other request does.
  const isSecondPage = (_: string, path: string): boolean =>
    path.includes("/messages?") && !path.includes("from=s");
  for (const act of acts.slice(1, 4)) proxy.inject({ match: isSecondPage, times: 1, act });
  const listener = new Listener(chat);
  await untilTrue("the last line", 30, () => listener.bodies.includes("line 329"));
  await listener.stop();
  expect([...new Set(listener.bodies)]).toEqual(typed);
  expect(struck()).toBe(3);
});

test("the wait that the homeserver asks for is kept", async () => {
  await using stage = await MatrixStage.raise(cast);
  await using chat = await stage.enter({ homeserver: proxy.url });
  strike("/send/", { kind: "429", retryAfter: 1 });
  await expect(chat.send(note(stage.room, "hi"), "one", never)).rejects.toMatchObject({
    after: 1000,
  });
  strike("/sync", { kind: "429", retryAfter: 1 });
  const before = proxy.seen.length;
  const listener = new Listener(chat);
  await untilTrue("the refused sync", 5, () => proxy.seen.length > before);
  const at = Date.now();
  await untilTrue("the next sync", 5, () => proxy.seen.length > before + 1);
  expect(Date.now() - at).toBeGreaterThan(900);
  await listener.stop();
});

test("what a homeserver will never take is not tried again", async () => {
  await using stage = await MatrixStage.raise(cast);
  await using chat = await stage.enter();
  await using other = await MatrixStage.raise(cast);
  const refused = chat.send(note(other.room, "not my room"), "one", never);
  await expect(refused).rejects.toThrow("answered 403 M_FORBIDDEN");
  await expect(refused).rejects.not.toBeInstanceOf(TryLater);
});

test("nothing that is thrown or logged holds the token", async () => {
  await using stage = await MatrixStage.raise(cast);
  await using chat = await stage.enter({ homeserver: proxy.url });
  const session = [...stage.facts.all].find(([name]) => name.startsWith("matrix.session"))?.[1];
  const token =
    /"accessToken":"([^"]+)"/.exec(session ?? "")?.[1] ?? expect.unreachable("no token");
  const thrown: unknown[] = [];
  for (const act of acts) {
    strike("/send/", act);
    await chat.send(note(stage.room, "hi"), "one", never).catch((problem: unknown) => {
      thrown.push(problem);
    });
  }
  expect(thrown).toHaveLength(acts.length);
  expect(inspect(thrown, { depth: 9, showHidden: true }) + stage.kept.text()).not.toContain(token);
});

test("the time of the last sync is kept for those who watch over moot", async () => {
  await using stage = await MatrixStage.raise(cast);
  const before = Date.now();
  const chat = await stage.enter();
  expect(Number(stage.facts.get(LAST_SYNC))).toBeGreaterThanOrEqual(before);
  expect(chat.lastHeard?.()).toBe(Number(stage.facts.get(LAST_SYNC)));
});

test("the limits that Synapse has by default are obeyed", async () => {
  await using stage = await MatrixStage.raise(cast);
  const slow = { hold: 1000, patience: 20_000 };
  await using chat = await stage.enter({ pace: slow });
  await cast.synapse.start("default");
  const send = async (index: number): Promise<unknown> =>
    chat.send(note(stage.room, `line ${index}`), `txn ${index}`, never);
  const sent = await Promise.allSettled(Array.from({ length: 14 }, (_, index) => send(index)));
  const late = sent.filter((one) => one.status === "rejected");
  expect(late.length).toBeGreaterThan(0);
  for (const { reason } of late) {
    expect(reason).toBeInstanceOf(TryLater);
    expect(reason instanceof TryLater && reason.after).toBeGreaterThan(0);
  }
  await cast.synapse.start("raised");
});
