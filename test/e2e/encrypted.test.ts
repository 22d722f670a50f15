// An encrypted room: a deploy that needs two people, an update that is told and agreed to there, and encryption that comes in the middle, with clients of another make, and nothing of it in clear.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { crossSign, crossSignedDevices } from "../testbed/nio/cross-signing.ts";
import { NioMember, type Shown } from "../testbed/nio/index.ts";
import { RecipeShelf } from "../testbed/recipes.ts";
import type { Member } from "./member.ts";
import { openTheatre, PASSWORD, raiseStage, type Stage, type Theatre } from "./stage.ts";

const APP = "secret.one.test";
const OLD = "1.1.0+1.1.0";
const NEW = "1.2.0+1.1.0";
const NOTES = "The waiting room has chairs now.";

let theatre: Theatre;
let stage: Stage;
let folder: string;
let shelf: RecipeShelf;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "moot-recipes-"));
  const { testbed, synapse } = await openTheatre();
  shelf = await RecipeShelf.open(join(folder, "shelf"), testbed.registry.address);
  theatre = { testbed: { ...testbed, recipes: shelf }, synapse };
});

afterEach(async () => {
  await stage[Symbol.asyncDispose]();
  for (const host of theatre.testbed.hosts) await host.wipe();
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

test("a deploy and an update are asked for, agreed to by devices and done, moot dies on the way, and none of it is in clear", async () => {
  const rules = {
    approvals: { change: { people: 2 } },
    updates: { schedule: "0 0 1 1 *", digest: "off" },
  };
  stage = await raiseStage(theatre, { rules, isEncrypted: true });
  const { room, team } = stage;
  const moot = `@moot:${theatre.synapse.serverName}`;
  await using ana = await device(team.ana);
  await using bea = await device(team.bea);
  for (const one of [ana, bea]) await one.knows(room, moot);

  const typed = `!deploy slow ${APP} --server one.example.coop --version ${OLD} READY_AFTER=10`;
  const command = await ana.say(room, typed);
  const prompt = await bea.seesOne(room, "the question", says("🗳 a1: "));
  await react(bea, prompt, "👍");
  await ana.seesOne(room, "progress", says("🛑 stops it"));
  await stage.moot.kill("SIGKILL");
  await stage.moot.start();
  await team.ana.seesSign(room, command, "✅", 240);
  await ana.seesOne(room, "the ending", says("deploy succeeded"));

  await looks(bea, "Nothing newer was found");
  await shelf.tag("slow", NEW, { [`release/${NEW}`]: NOTES });
  await looks(bea, "1 update open");
  const alert = await ana.seesOne(room, "the alert", says("React 👍 to this message"));
  expect(alert.content?.body).toContain(`${OLD} → ${NEW} (minor)`);
  expect(alert.content?.body).toContain(NOTES);
  await react(ana, alert, "👍");
  await react(bea, alert, "👍");
  const record = `✅ ${APP} is at ${NEW} `;
  await bea.seesOne(room, "the record", says(record), 120);
  await ana.seesOne(room, "the ending of the update", says("upgrade succeeded"));

  for (const one of [ana, bea]) {
    const seen = await one.sees(room);
    for (const words of ["deploy succeeded", "upgrade succeeded", "React 👍 to this message"])
      expect(seen.filter(isFirst).filter(says(words)), words).toHaveLength(1);
    expect(seen.filter(({ unreadable }) => unreadable !== undefined)).toEqual([]);
  }
  expect(await crossSignedDevices(team.ana, moot)).toHaveLength(1);
  const raw = await team.ana.timeline(room);
  for (const words of [APP, NEW, NOTES, "!updates"])
    expect(JSON.stringify(raw)).not.toContain(words);
  const types = raw.filter(({ sender }) => sender === moot).map(({ type }) => type);
  expect(new Set(types)).toEqual(new Set(["m.room.member", "m.room.encrypted", "m.reaction"]));
});

test("encryption that is switched on in the middle of a deploy hides the rest of it, and the deploy goes on", async () => {
  stage = await raiseStage(theatre);
  const { room, team } = stage;
  const moot = `@moot:${theatre.synapse.serverName}`;
  await using ana = await device(team.ana);
  const typed = `!deploy slow ${APP} --server one.example.coop --version ${OLD} READY_AFTER=10`;
  const command = await team.ana.type(room, typed);
  await team.ana.sees(room, "progress", ({ content }) => content.body?.includes("🛑") === true);
  await team.ana.encrypt(room);
  await team.ana.seesSign(room, command, "✅", 240);
  await ana.seesOne(room, "the ending", says("deploy succeeded"));
  const raw = await team.ana.timeline(room);
  const switched = raw.find(({ type }) => type === "m.room.encryption")?.origin_server_ts ?? 0;
  // What was on its way when the room changed may still be in clear.
  const after = raw.filter(
    ({ sender, origin_server_ts: at }) => sender === moot && at > switched + 1_000,
  );
  expect(new Set(after.map(({ type }) => type))).toEqual(
    new Set(["m.room.encrypted", "m.reaction"]),
  );
  expect(JSON.stringify(raw)).not.toContain("deploy succeeded");
});

/** A client of the member's, signed by the identity of the member. */
async function device(member: Member): Promise<NioMember> {
  const { url } = theatre.synapse;
  const client = await NioMember.login({ url, user: member.userId, password: PASSWORD });
  await crossSign(member, { password: PASSWORD, devices: [client.device] });
  return client;
}

async function react(client: NioMember, { event: event_id }: Shown, key: string): Promise<void> {
  const relation = { rel_type: "m.annotation", event_id, key };
  await client.send(stage.room, "m.reaction", { "m.relates_to": relation });
}

/** Over when moot has told what it found. */
async function looks(client: NioMember, found: string): Promise<void> {
  await client.say(stage.room, "!updates --now");
  await client.seesOne(stage.room, found, says(`moot has looked. ${found}`), 90);
}

function says(words: string): (one: Shown) => boolean {
  return ({ content }) => content?.body?.includes(words) === true;
}

/** Whether it is no edit. */
function isFirst({ content }: Shown): boolean {
  return content?.["m.relates_to"]?.["rel_type"] !== "m.replace";
}
