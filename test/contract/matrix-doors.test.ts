// How moot comes into its rooms on a real homeserver, and where it refuses to go in.
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import type { UserId } from "../../src/core/ids.ts";
import type { RoomWish } from "../../src/matrix/rooms.ts";
import { refusedWith } from "../refused.ts";
import { openFaultProxy } from "../testbed/index.ts";
import { untilTrue } from "../testbed/wait.ts";
import { never, note } from "./chat.ts";
import { Listener } from "./listener.ts";
import {
  closeCast,
  MatrixStage,
  membership,
  openCast,
  PATIENT,
  PASSWORD,
  type Cast,
  type MatrixPerson,
} from "./matrix-stage.ts";

const sessionSchema = z.object({ accessToken: z.string(), device: z.string() });
let cast: Cast;

beforeAll(async () => {
  cast = await openCast();
});

afterAll(closeCast);

describe("a room", () => {
  test.each([
    ["that everybody may join", "m.room.join_rules", { join_rule: "public" }, "may join"],
    [
      "that everybody may read",
      "m.room.history_visibility",
      { history_visibility: "world_readable" },
      "may read",
    ],
    [
      "that is encrypted, where there is nothing to keep its keys with,",
      "m.room.encryption",
      { algorithm: "m.megolm.v1.aes-sha2" },
      "matrix.storeKey",
    ],
    [
      "that is encrypted in a way of its own",
      "m.room.encryption",
      { algorithm: "org.example.rot13" },
      'encrypted with "org.example.rot13", which moot does not know',
    ],
  ])("%s is refused at the start and when it becomes so", async (_, type, content, words) => {
    await using stage = await MatrixStage.raise(cast);
    await using chat = await stage.enter();
    const listener = new Listener(chat);
    const stopped = refusedWith(listener.done);
    await stage.setState(type, content);
    expect(await stopped).toContain(words);
    expect(await refusedWith(stage.enter())).toContain(words);
  });

  test("for which encryption is required needs a key to keep its keys with", async () => {
    await using stage = await MatrixStage.raise(cast);
    const rooms: readonly RoomWish[] = [{ name: stage.room, encrypted: "required" }];
    expect(await refusedWith(stage.enter({ rooms }))).toContain("matrix.storeKey");
  });

  test("is entered when the invite comes, also later", async () => {
    await using stage = await MatrixStage.raise(cast);
    const room = encodeURIComponent(stage.room);
    const aim = { user_id: stage.bot };
    await stage.ana.member.call("POST", `/rooms/${room}/kick`, aim);
    await using chat = await stage.enter();
    expect(chat.uninvited).toEqual([stage.room]);
    const listener = new Listener(chat);
    await stage.ana.member.call("POST", `/rooms/${room}/invite`, aim);
    await untilTrue("moot to come in", 10, async () =>
      stage.ana.member
        .call("GET", `/rooms/${room}/joined_members`)
        .then((answer) => JSON.stringify(answer).includes(stage.bot)),
    );
    await stage.ana.say("!help");
    await listener.hears(1);
    await listener.stop();
  });

  test("keeps its id when its alias leads elsewhere, and moot says so", async () => {
    await using stage = await MatrixStage.raise(cast);
    await using other = await MatrixStage.raise(cast);
    const { member } = stage.ana;
    const alias = `#ops-${crypto.randomUUID()}:${cast.synapse.serverName}`;
    const path = `/directory/room/${encodeURIComponent(alias)}`;
    await member.call("PUT", path, { room_id: stage.room });
    const rooms: readonly RoomWish[] = [{ name: alias, encrypted: "off" }];
    expect((await stage.enter({ rooms })).rooms).toEqual([stage.room]);
    const twice: readonly RoomWish[] = [...rooms, { name: stage.room, encrypted: "off" }];
    expect(await refusedWith(stage.enter({ rooms: twice }))).toContain("are the same room");
    await member.call("DELETE", path);
    expect((await stage.enter({ rooms })).rooms).toEqual([stage.room]);
    await member.call("PUT", path, { room_id: other.room });
    expect(await refusedWith(stage.enter({ rooms }))).toContain("does not follow by itself");
  });

  test("that does not exist is refused with what to do", async () => {
    await using stage = await MatrixStage.raise(cast);
    const rooms: readonly RoomWish[] = [{ name: "#nowhere:moot.test", encrypted: "off" }];
    expect(await refusedWith(stage.enter({ rooms }))).toContain("there is no room #nowhere");
  });
});

describe("an invite", () => {
  test("into a listed room is followed when a member sends it, at the start and later, and by nobody else's word", async () => {
    await using stage = await MatrixStage.raise(cast);
    const mayInvite = (user: UserId): boolean => user === cast.bea.userId;
    // By ana, who made the room.
    await using chat = await stage.enter({ mayInvite });
    expect(chat.uninvited).toEqual([stage.room]);
    const listener = new Listener(chat);
    expect(await membership(stage)).toBe("leave");
    await invite(stage.ana, stage);
    await vi.waitFor(
      () => expect(stage.kept.text()).toContain("an invite was not accepted"),
      PATIENT,
    );
    expect(await membership(stage)).toBe("leave");
    await invite(stage.bea, stage);
    await vi.waitFor(async () => expect(await membership(stage)).toBe("join"), PATIENT);
    await stage.ana.say("hello");
    await listener.hears(1);
    await listener.stop();
  });

  test("into any other room is declined, at the first start and later", async () => {
    await using stage = await MatrixStage.raise(cast);
    const other = async (): Promise<string> =>
      stage.ana.member.createRoom(`other-${crypto.randomUUID()}`, [stage.bot]);
    const first = await other();
    await using chat = await stage.enter();
    expect(await membership(stage, first)).toBe("leave");
    const listener = new Listener(chat);
    const second = await other();
    await vi.waitFor(async () => expect(await membership(stage, second)).toBe("leave"), PATIENT);
    await stage.ana.say("hello");
    await listener.hears(1);
    await listener.stop();
  });
});

async function invite({ member }: MatrixPerson, { room, bot }: MatrixStage): Promise<void> {
  await member.call("POST", `/rooms/${encodeURIComponent(room)}/invite`, { user_id: bot });
}

describe("the session", () => {
  test("is made once with the password, kept, and made anew on the same device when lost", async () => {
    await using stage = await MatrixStage.raise(cast);
    const proxy = await openFaultProxy(new URL(cast.synapse.url));
    const logins = (): number => proxy.seen.filter(({ path }) => path.endsWith("/login")).length;
    await stage.enter({ homeserver: proxy.url });
    const first = sessionOf(stage);
    await stage.enter({ homeserver: proxy.url });
    expect([logins(), sessionOf(stage)]).toEqual([1, first]);
    await logOut(first.accessToken);
    await stage.enter({ homeserver: proxy.url });
    expect(logins()).toBe(2);
    expect(sessionOf(stage).device).toBe(first.device);
    expect(sessionOf(stage).accessToken).not.toBe(first.accessToken);
    await proxy.close();
  });

  test("ended by somebody stops moot with a sentence, and drops nothing that was to be said", async () => {
    await using stage = await MatrixStage.raise(cast);
    await using chat = await stage.enter();
    const listener = new Listener(chat);
    const stopped = refusedWith(listener.done);
    await logOut(sessionOf(stage).accessToken);
    expect(await stopped).toContain("somebody logged moot out");
    await expect(chat.send(note(stage.room, "hi"), "one", never)).rejects.toThrow(
      "M_UNKNOWN_TOKEN",
    );
    await expect(chat.send(note(stage.room, "hi"), "one", never)).rejects.toMatchObject({
      name: "TryLater",
    });
  });

  test("needs the right password, token and user; none of them is repeated", async () => {
    await using stage = await MatrixStage.raise(cast);
    const password = "wrong horse";
    const accessToken = "syt_wrong_token";
    const said = [
      await refusedWith(stage.enter({ password })),
      await refusedWith(stage.enter({ accessToken })),
      await refusedWith(stage.enter({ accessToken: cast.ana.accessToken })),
    ];
    expect(said[0]).toContain("does not accept the password");
    expect(said[1]).toContain("does not accept matrix.accessToken");
    expect(said[2]).toContain("belongs to @ana:moot.test");
    const all = said.join("\n") + stage.kept.text();
    for (const secret of [password, accessToken, cast.ana.accessToken, PASSWORD]) {
      expect(all).not.toContain(secret);
    }
  });

  test("cannot be made where no homeserver answers, and that is said", async () => {
    await using stage = await MatrixStage.raise(cast);
    const words = await refusedWith(stage.enter({ homeserver: "http://127.0.0.1:8419" }));
    expect(words).toContain("ECONNREFUSED");
    expect(words).toContain("matrix.homeserver");
  });
});

function sessionOf(stage: MatrixStage): { accessToken: string; device: string } {
  const kept = [...stage.facts.all].find(([name]) => name.startsWith("matrix.session"));
  return sessionSchema.parse(JSON.parse(kept?.[1] ?? ""));
}

async function logOut(accessToken: string): Promise<void> {
  const headers = { authorization: `Bearer ${accessToken}` };
  await fetch(`${cast.synapse.url}/_matrix/client/v3/logout`, { method: "POST", headers });
}
