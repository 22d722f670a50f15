// A room that goes on in another one on a real homeserver: moot goes along, or stays and says why.
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { openFaultProxy, type FaultProxy } from "../testbed/index.ts";
import { note, never, seenUntil } from "./chat.ts";
import { Listener } from "./listener.ts";
import {
  closeCast,
  MatrixStage,
  membership,
  openCast,
  PATIENT,
  type Cast,
} from "./matrix-stage.ts";

let cast: Cast;

beforeAll(async () => {
  cast = await openCast();
});

afterAll(closeCast);

describe("a room", () => {
  test("that is upgraded is followed once moot is let in, also while it is down, and the old one is heard no more", async () => {
    await using stage = await MatrixStage.raise(cast);
    const { member } = stage.ana;
    await using chat = await stage.enter();
    const listener = new Listener(chat);
    const before = await chat.send(note(stage.room, "before"), "txn", never);
    const next = await member.upgrade(stage.room);
    await vi.waitFor(() => expect(stage.kept.text()).toContain("Invite me into it"), PATIENT);
    await member.invite(next, stage.bot);
    await vi.waitFor(() => expect(listener.moves).toHaveLength(1), PATIENT);
    expect(listener.moves).toMatchObject([{ room: stage.room, from: stage.room, to: next }]);
    await stage.ana.say("in the old one");
    await member.type(next, "in the new one");
    expect(await listener.hears(1)).toMatchObject([{ room: stage.room, body: "in the new one" }]);
    await chat.send({ ...note(stage.room, "after"), thread: before }, "txn", never);
    expect(await chat.isJoined(stage.room, stage.bea.user, never)).toBe(false);
    await listener.stop();
    const last = await member.upgrade(next);
    await member.invite(last, stage.bot);
    await member.type(last, "asleep");
    await using awake = await stage.enter();
    expect(awake.rooms).toEqual([stage.room]);
    const other = new Listener(awake);
    expect(await other.hears(1)).toMatchObject([{ room: stage.room, body: "asleep" }]);
    expect(other.moves).toMatchObject([{ from: next, to: last }]);
    await other.stop();
    const said = await member.timeline(next);
    expect(JSON.stringify(said)).toContain("after");
    expect((await stage.enter()).upgrades.join()).toContain(`moved to ${last}`);
  });

  test("that the homeserver keeps moot from following is heard afterwards with all that was said there meanwhile", async () => {
    await using late = await keptFrom(cast);
    const { stage, proxy, listener, next } = late;
    const { member } = stage.ana;
    await member.type(next, "meanwhile");
    await syncsPass(proxy);
    expect(listener.got).toEqual([]);
    proxy.clear();
    late.aMinutePasses();
    await vi.waitFor(() => expect(listener.moves).toHaveLength(1), PATIENT);
    await member.type(next, "afterwards");
    const heard = [{ room: stage.room, body: "meanwhile" }, { body: "afterwards" }];
    expect(await listener.hears(2)).toMatchObject(heard);
    await listener.stop();
  });

  test("that puts moot out before it read what was said meanwhile does not stop moot", async () => {
    await using late = await keptFrom(cast);
    const { stage, proxy, listener, next } = late;
    proxy.clear();
    proxy.inject({ match: (_, path) => path.includes("/messages"), times: 9, act: BAD_GATEWAY });
    late.aMinutePasses();
    const isStruck = (): boolean => proxy.seen.at(-1)?.path.includes("/messages") === true;
    await vi.waitFor(() => expect(isStruck()).toBe(true), PATIENT);
    const ban = `/rooms/${encodeURIComponent(next)}/ban`;
    await stage.ana.member.call("POST", ban, { user_id: stage.bot });
    proxy.clear();
    await vi.waitFor(() => expect(stage.kept.text()).toContain("followed is lost"), PATIENT);
    await vi.waitFor(() => expect(stage.kept.text()).toContain("invite it. If"), PATIENT);
    await syncsPass(proxy);
    await listener.stop();
  });

  test("that moot was put out of is followed if it was upgraded before, and else the log says what to do", async () => {
    await using stage = await MatrixStage.raise(cast);
    const { member } = stage.ana;
    const putOut = async (room: string): Promise<unknown> =>
      member.call("POST", `/rooms/${encodeURIComponent(room)}/kick`, { user_id: stage.bot });
    (await stage.enter()).close();
    const next = await member.upgrade(stage.room);
    await member.invite(next, stage.bot);
    await putOut(stage.room);
    await using chat = await stage.enter();
    const listener = new Listener(chat);
    await vi.waitFor(() => expect(listener.moves).toMatchObject([{ to: next }]), PATIENT);
    expect(listener.moves[0]?.isUnsaid).toBe(true);
    await member.type(next, "in the new one");
    await listener.hears(1);
    await putOut(next);
    const words = `invite it. If that room goes on in another one, moot cannot see that`;
    await vi.waitFor(() => expect(stage.kept.text()).toContain(words), PATIENT);
    await listener.stop();
    const last = await stage.enter();
    expect(last.uninvited).toEqual([next]);
    expect(last.upgrades.join()).not.toContain("start moot");
  });

  test("that is said to go on in a room of somebody else's is stayed in, and the room is told", async () => {
    await using stage = await MatrixStage.raise(cast);
    await using chat = await stage.enter();
    const listener = new Listener(chat);
    const { member } = stage.ana;
    const other = await member.createRoom(`next-${crypto.randomUUID()}`, []);
    await stage.setState("m.room.tombstone", { body: "moved", replacement_room: other });
    await seenUntil(stage.ana, (seen) => seen.some(({ body }) => body.includes("not let in")));
    await member.invite(other, stage.bot);
    const refused = "that room does not say that it comes from here";
    await seenUntil(stage.ana, (seen) => seen.some(({ body }) => body.includes(refused)));
    expect(await membership(stage, other)).toBe("leave");
    await stage.ana.say("still here");
    await listener.hears(1);
    await listener.stop();
  });
});

/** All that one of them brings has been seen to when the next but one is asked for. */
async function syncsPass({ seen }: FaultProxy): Promise<void> {
  const syncs = (): number => seen.filter(({ path }) => path.includes("/sync")).length;
  const passed = syncs() + 2;
  await vi.waitFor(() => expect(syncs()).toBeGreaterThan(passed), PATIENT);
}

const BAD_GATEWAY = { kind: "502" } as const;

interface Late extends AsyncDisposable {
  readonly stage: MatrixStage;
  readonly proxy: FaultProxy;
  readonly listener: Listener;
  readonly next: string;
  aMinutePasses(): void;
}

/** moot is in a room's successor, and the homeserver does not tell whether it may follow. */
async function keptFrom(others: Cast): Promise<Late> {
  const stage = await MatrixStage.raise(others);
  const proxy = await openFaultProxy(new URL(others.synapse.url));
  let shift = 0;
  const clock = { ...systemClock, now: () => Date.now() + shift };
  const listener = new Listener(await stage.enter({ homeserver: proxy.url, clock }));
  const { member } = stage.ana;
  const next = await member.upgrade(stage.room);
  await vi.waitFor(() => expect(stage.kept.text()).toContain("Invite me into it"), PATIENT);
  const state = `/rooms/${encodeURIComponent(next)}/state`;
  proxy.inject({ match: (_, path) => path.endsWith(state), times: 9, act: BAD_GATEWAY });
  await member.invite(next, stage.bot);
  await vi.waitFor(() => expect(stage.kept.text()).toContain("does not help to follow"), PATIENT);
  return {
    stage,
    proxy,
    listener,
    next,
    aMinutePasses: () => void (shift += 60_000),
    [Symbol.asyncDispose]: () => proxy.close(),
  };
}
