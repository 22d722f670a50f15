// An encrypted room: a deploy that needs two people, asked for from a client of another make, and nothing of it in clear.
import { afterEach, beforeAll, expect, test } from "vitest";
import { crossSign } from "../testbed/nio/cross-signing.ts";
import { NioMember, type Shown } from "../testbed/nio/index.ts";
import { openTheatre, PASSWORD, raiseStage, type Stage, type Theatre } from "./stage.ts";

let theatre: Theatre;
let stage: Stage;

beforeAll(async () => {
  theatre = await openTheatre();
});

afterEach(async () => {
  await stage[Symbol.asyncDispose]();
  for (const host of theatre.testbed.hosts) await host.wipe();
});

function says(words: string): (one: Shown) => boolean {
  return ({ content }) => content?.body?.includes(words) === true;
}

test("ana asks, bea agrees with a reaction, moot dies on the way, and the app comes up", async () => {
  const rules = { approvals: { change: { people: 2 } } };
  stage = await raiseStage(theatre, { rules, isEncrypted: true });
  const { room, team } = stage;
  const { ana, bea } = team;
  const login = { url: theatre.synapse.url, user: ana.userId, password: PASSWORD };
  await using client = await NioMember.login(login);
  await crossSign(ana, { password: PASSWORD, devices: [client.device] });
  const moot = `@moot:${theatre.synapse.serverName}`;
  await client.knows(room, moot);
  const typed = "!deploy slow secret.one.test --server one.example.coop";
  const command = await client.say(room, typed);
  const prompt = await client.seesOne(room, "the question", says("🗳 a1: "));
  await bea.react(room, prompt.event, "👍");
  await client.seesOne(room, "progress", says("🛑 stops it"));
  await stage.moot.kill("SIGKILL");
  await stage.moot.start();
  await ana.seesSign(room, command, "✅", 240);
  await client.seesOne(room, "the ending", says("deploy succeeded"));
  const seen = await client.sees(room);
  expect(seen.filter(says("deploy succeeded"))).toHaveLength(1);
  expect(seen.filter(({ unreadable }) => unreadable !== undefined)).toEqual([]);
  const raw = await ana.timeline(room);
  expect(JSON.stringify(raw)).not.toContain("secret.one.test");
  const types = raw.filter(({ sender }) => sender === moot).map(({ type }) => type);
  expect(types).not.toContain("m.room.message");
});
