// A whole moot in an encrypted room: asked, answering, killed and back, seen by a client of another make.
import { afterAll, beforeAll, expect, test } from "vitest";
import { Member } from "../e2e/member.ts";
import { crossSignedDevices } from "../testbed/nio/cross-signing.ts";
import type { Shown } from "../testbed/nio/index.ts";
import { untilTrue } from "../testbed/wait.ts";
import { answers } from "./crypto-killing.ts";
import { CryptoMoot } from "./crypto-moot.ts";
import { CryptoStage } from "./crypto-stage.ts";
import { closeCast, openCast, PASSWORD, type Cast } from "./matrix-stage.ts";

let cast: Cast;

beforeAll(async () => {
  cast = await openCast();
});

afterAll(closeCast);

test("it is asked and answers, its device is signed, nothing of it is in clear, and a kill changes none of that", async () => {
  await using stage = await CryptoStage.raise(cast);
  await using whole = await CryptoMoot.prepare(stage);
  const { cem, room, bot, clear } = stage;
  const ask = async (typed: string): Promise<readonly [command: string, answer: Shown]> => {
    const command = await cem.say(room, typed);
    const answer = await cem.seesOne(room, `the answer to ${typed}`, answers(command));
    return [command, answer];
  };
  await whole.moot.start();
  await cem.knows(room, bot);
  const [help, answer] = await ask("!help");
  expect(answer).toMatchObject({ sender: bot, encrypted: true });
  expect(answer.content?.body).toContain("!whoami");
  const [whoami, who] = await ask("!whoami");
  expect(who.content?.body).toContain(cem.user);
  const devices = await crossSignedDevices(clear, bot);
  expect(devices).toHaveLength(1);
  expect(Object.keys(await cem.devicesOf(bot))).toEqual(devices);
  const prints = await cem.devicesOf(bot);

  await whole.moot.kill("SIGKILL");
  const asleep = await cem.say(room, "!roles");
  await whole.moot.start();
  await cem.seesOne(room, "the answer after the kill", answers(asleep));
  await cem.newKey(room);
  const [later] = await ask("!whoami");
  expect(await cem.devicesOf(bot)).toEqual(prints);
  const seen = await cem.sees(room);
  for (const command of [help, whoami, asleep, later])
    expect(seen.filter(answers(command)), command).toHaveLength(1);
  expect(seen.filter(({ unreadable }) => unreadable !== undefined)).toEqual([]);
  const raw = await clear.timeline(room);
  const clearTypes = raw.filter(({ sender }) => sender === bot).map(({ type }) => type);
  expect(new Set(clearTypes)).not.toContain("m.room.message");
  expect(JSON.stringify(raw)).not.toMatch(/!whoami|!help|!roles|You are/);
  expect(await whole.moot.kill("SIGTERM")).toBe(0);
});

test("killed in the middle of its room's move, it goes along once, and answers what was asked there meanwhile", async () => {
  await using stage = await CryptoStage.raise(cast);
  await using whole = await CryptoMoot.prepare(stage);
  const { cem, room, bot, clear } = stage;
  await whole.moot.start();
  await cem.knows(room, bot);
  const next = await clear.upgrade(room);
  await clear.invite(next, bot);
  const path = `/rooms/${encodeURIComponent(next)}/joined_members`;
  await untilTrue("moot to come in", 60, async () =>
    JSON.stringify(await clear.call("GET", path)).includes(bot),
  );
  await whole.moot.kill("SIGKILL");
  await cem.knows(next, bot);
  const asked = await cem.say(next, "!whoami");
  await whole.moot.start();
  const arrived = await cem.seesOne(next, "moot's arrival", says("This is where"), 60);
  await whole.moot.kill("SIGKILL");
  await whole.moot.start();
  await cem.seesOne(next, "the answer", answers(asked), 60);
  const seen = await cem.sees(next);
  for (const fits of [says("This is where"), answers(asked)])
    expect(seen.filter(fits)).toHaveLength(1);
  expect(seen.filter(({ unreadable }) => unreadable !== undefined)).toEqual([]);
  // Synapse lets nobody speak in a room that was upgraded but those who may do more than others.
  const isUnsaid = says("I could not say so in the old room")(arrived);
  expect((await cem.sees(room)).filter(says("This room moved to"))).toHaveLength(isUnsaid ? 0 : 1);
  for (const one of [room, next])
    expect(JSON.stringify(await clear.timeline(one))).not.toMatch(/This is where|You are|!whoami/);
});

function says(words: string): (one: Shown) => boolean {
  return ({ content }) => content?.body?.includes(words) === true;
}

test("its device deleted from another session: it says that somebody logged it out, and ends with 1", async () => {
  await using stage = await CryptoStage.raise(cast);
  await using whole = await CryptoMoot.prepare(stage);
  await whole.moot.start();
  const { url } = cast.synapse;
  const [name = ""] = stage.bot.slice(1).split(":");
  const other = new Member({ url, ...(await cast.synapse.register(name, PASSWORD)) });
  const [device = ""] = await crossSignedDevices(other, stage.bot);
  const user = { type: "m.id.user", user: stage.bot };
  const auth = { type: "m.login.password", identifier: user, password: PASSWORD };
  await other.call("DELETE", `/devices/${device}`, { auth });
  await whole.moot.ended();
  expect(await whole.moot.kill()).toBe(1);
  expect(whole.moot.lines.join("\n")).toContain("somebody logged moot out. Start it again");
});
