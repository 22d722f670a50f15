// A moot that starts while its homeserver is silent waits for it, and looks at its rooms before it says anything.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TryLater } from "../../src/core/chat.ts";
import type { RoomWish } from "../../src/matrix/rooms.ts";
import { refusedWith } from "../refused.ts";
import { openFaultProxy } from "../testbed/index.ts";
import { never, note } from "./chat.ts";
import { Listener } from "./listener.ts";
import { closeCast, MatrixStage, openCast, type Cast } from "./matrix-stage.ts";

let cast: Cast;

beforeAll(async () => {
  cast = await openCast();
});

afterAll(closeCast);

describe("a homeserver that is silent at the start", () => {
  test("stops a moot that does not know its room yet", async () => {
    await using stage = await MatrixStage.raise(cast);
    const rooms: readonly RoomWish[] = [{ name: "#nowhere:moot.test", encrypted: "off" }];
    const silent = stage.enterLate({ homeserver: "http://127.0.0.1:9", rooms });
    expect(await refusedWith(silent)).toContain("Look whether it runs");
  });

  test("is waited for by one that does, which says nothing before it has looked at the room", async () => {
    await using stage = await MatrixStage.raise(cast);
    await using before = await stage.enter();
    const proxy = await openFaultProxy(new URL(cast.synapse.url));
    proxy.inject({ match: () => true, times: 6, act: { kind: "502" } });
    const chat = await stage.enterLate({ homeserver: proxy.url });
    expect(chat.rooms).toEqual(before.rooms);
    await expect(chat.send(note(stage.room, "too early"), "t1", never)).rejects.toThrow(TryLater);
    await expect(chat.isJoined(stage.room, stage.ana.user, never)).rejects.toThrow(TryLater);
    const listener = new Listener(chat);
    await stage.ana.say("hello");
    await listener.hears(1);
    expect(listener.bodies).toEqual(["hello"]);
    await chat.send(note(stage.room, "in time"), "t2", never);
    expect((await stage.ana.sees()).map(({ body }) => body)).toEqual(["hello", "in time"]);
    await listener.stop();
    await proxy.close();
  });

  test("does not hide that the room was opened to everybody meanwhile", async () => {
    await using stage = await MatrixStage.raise(cast);
    await using before = await stage.enter();
    const proxy = await openFaultProxy(new URL(cast.synapse.url));
    proxy.inject({ match: () => true, times: 6, act: { kind: "502" } });
    const chat = await stage.enterLate({ homeserver: proxy.url });
    await stage.setState("m.room.join_rules", { join_rule: "public" });
    expect(await refusedWith(new Listener(chat).done)).toContain("may join");
    await expect(chat.send(note(before.rooms[0] ?? stage.room, "x"), "t", never)).rejects.toThrow(
      TryLater,
    );
    await proxy.close();
  });
});
