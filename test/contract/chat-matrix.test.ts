// Moot's account on a real homeserver keeps the promise of every room, and hears nobody it should not.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TryLater } from "../../src/core/chat.ts";
import { describeChat, never } from "./chat.ts";
import { Listener } from "./listener.ts";
import { describeShowing } from "./showing.ts";
import { describeTakingAway } from "./taking-away.ts";
import { closeCast, MatrixStage, openCast, type Cast } from "./matrix-stage.ts";

let cast: Cast;

beforeAll(async () => {
  cast = await openCast();
});

afterAll(closeCast);

describeChat("Matrix", { keepsWhileAway: true }, async () => MatrixStage.raise(cast));
describeTakingAway(true, async () => MatrixStage.raise(cast));
describeShowing(true, async () => MatrixStage.raise(cast));

describe("on Matrix", () => {
  test("what was said before the first start is never handed over", async () => {
    await using stage = await MatrixStage.raise(cast);
    await stage.ana.say("history");
    await using chat = await stage.enter();
    const listener = new Listener(chat);
    await stage.ana.say("now");
    await listener.hears(1);
    expect(listener.bodies).toEqual(["now"]);
    await listener.stop();
  });

  test("notices, edits, other bots and rooms that are not listed are not heard", async () => {
    await using stage = await MatrixStage.raise(cast);
    await using other = await MatrixStage.raise(cast);
    const rooms = [{ name: stage.room, encrypted: "off" as const }];
    await other.ana.member.call("POST", `/rooms/${encodeURIComponent(other.room)}/invite`, {
      user_id: stage.bot,
    });
    await using chat = await stage.enter({ rooms, ignoredSenders: [stage.bea.user] });
    const listener = new Listener(chat);
    const { member } = stage.ana;
    const text = { msgtype: "m.text", body: "!help" };
    const event_id = await stage.ana.say("first");
    await member.send(stage.room, "m.room.message", { ...text, msgtype: "m.notice" });
    const edit = { "m.new_content": text, "m.relates_to": { rel_type: "m.replace", event_id } };
    await member.send(stage.room, "m.room.message", { ...text, ...edit });
    await stage.bea.say("!help");
    await other.ana.say("!help");
    await stage.ana.say("last");
    await listener.hears(2);
    expect(listener.bodies).toEqual(["first", "last"]);
    await listener.stop();
    // The invite to a room that is not listed was declined.
    const answer = await other.ana.member.call("GET", membership(other.room, stage.bot));
    expect(answer).toMatchObject({ membership: "leave" });
  });

  test("without the power for it, taking away what a person said fails for good", async () => {
    await using stage = await MatrixStage.raise(cast);
    await using chat = await stage.enter();
    const target = await stage.ana.say("!config a.b PASSWORD=x");
    const redaction = { kind: "redaction", room: stage.room, target, reason: "burnt" } as const;
    const problem = await chat.send(redaction, "txn", never).catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(Error);
    expect(problem).not.toBeInstanceOf(TryLater);
    expect(String(problem)).toContain("M_FORBIDDEN");
  });

  test("a command in a thread is heard with the thread's root", async () => {
    await using stage = await MatrixStage.raise(cast);
    await using chat = await stage.enter();
    const listener = new Listener(chat);
    const root = await stage.ana.say("!status");
    const thread = { rel_type: "m.thread", event_id: root, is_falling_back: true };
    const content = { msgtype: "m.text", body: "!help", "m.relates_to": thread };
    await stage.ana.member.send(stage.room, "m.room.message", content);
    expect(await listener.hears(2)).toMatchObject([{ event: root }, { thread: root }]);
    await listener.stop();
  });
});

function membership(room: string, user: string): string {
  const [place, who] = [room, user].map(encodeURIComponent);
  return `/rooms/${place ?? ""}/state/m.room.member/${who ?? ""}`;
}
