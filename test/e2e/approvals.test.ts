// A team decides in its room: what needs several is asked, counted, held, seen by all, and can be verified afterwards.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { RecipeShelf } from "../testbed/recipes.ts";
import { asks, entriesOf, hears, reads, ringsFor, said, takeTrail, verify } from "./assembly.ts";
import { openTheatre, raiseStage, type Stage, type Theatre } from "./stage.ts";

let theatre: Theatre;
let stage: Stage;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "moot-recipes-"));
  const { testbed, synapse } = await openTheatre();
  const recipes = await RecipeShelf.open(join(folder, "shelf"), testbed.registry.address);
  await recipes.tag("hello", MAJOR);
  theatre = { testbed: { ...testbed, recipes }, synapse };
});

afterEach(async () => {
  await stage[Symbol.asyncDispose]();
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const MINOR = "1.1.0+1.1.0";
/** The same as the one before but for its number: what people must agree to, at the price of a small app. */
const MAJOR = "2.0.0+1.1.0";
const ONE = "--server one.example.coop";
const KEEPERS_AUDIT = { keeper: ["audit"] };
const TWO_BESIDE_WHO_ASKS = { danger: { people: 2, requester: "abstains" } };
const TWO_FOR_ANYTHING = { change: { people: 2 }, danger: { people: 2 } };

async function deploys(typed: string): Promise<void> {
  const { room, team } = stage;
  await team.ana.seesSign(room, await team.ana.type(room, `!deploy ${typed}`), "✅");
}

async function inService(service: string, ...argv: readonly string[]): Promise<string> {
  const host = theatre.testbed.host("one");
  const filter = `label=com.docker.swarm.service.name=${service}`;
  return host.docker("exec", await host.docker("ps", "--quiet", "--filter", filter), ...argv);
}

async function imageOf(service: string): Promise<string> {
  const format = "{{.Spec.TaskTemplate.ContainerSpec.Image}}";
  return theatre.testbed.host("one").docker("service", "inspect", "--format", format, service);
}

test("a major step of wiki is agreed to, lapses when the plan moves, is asked anew, and runs once", async () => {
  const rules = { approvals: TWO_BESIDE_WHO_ASKS, roles: KEEPERS_AUDIT };
  stage = await raiseStage(theatre, { rules });
  const { room, house, team } = stage;
  const { ana, bea, cem } = team;
  await deploys(`wiki wiki.one.test ${ONE} --version ${MINOR}`);
  const page = "http://127.0.0.1:8080/cgi-bin/index.cgi";
  const wiki = (query: string): Promise<string> =>
    inService("wiki_one_test_app", "wget", "-q", "-O", "-", `${page}${query}`);
  expect(await wiki("?add=statutes")).toContain("statutes");

  const command = await ana.type(room, "!deploy wiki.one.test --version 2.0.0+2.0.0");
  const prompt = await asks(stage, "a1");
  expect(prompt.content.msgtype).toBe("m.text");
  expect(ringsFor(prompt)).toEqual([bea.userId, cem.userId]);
  expect(prompt.content.body).toContain("It is a danger");
  expect(prompt.content.body).toContain("2 people must agree");
  const yes = await bea.react(room, prompt.event_id, "👍");
  await reads(stage, prompt, `Yes: ${bea.userId}`);
  await bea.redact(room, yes);
  await reads(stage, prompt, "Nobody has said yes yet");
  await cem.react(room, prompt.event_id, "👍🏽");
  await reads(stage, prompt, `Yes: ${cem.userId}`);

  const env = join(house.abra, "servers/one.example.coop/wiki.one.test.env");
  const text = await readFile(env, "utf8");
  await writeFile(env, text.replace("Our wiki", "Their wiki"));
  await theatre.testbed
    .host("one")
    .docker("service", "update", "--detach", "--label-add", "by=hand", "wiki_one_test_db");
  await bea.react(room, prompt.event_id, "👍");
  const lapsed = await hears(stage, "a1 was agreed to, but something moved");
  expect(lapsed.content.body).toContain("the app's env file was changed");
  expect(lapsed.content.body).toContain("db was changed on the server");
  const anew = await asks(stage, "a2");
  expect(ringsFor(anew)).toEqual([bea.userId, cem.userId]);
  expect(anew.content.body).toContain("Nobody has said yes yet");
  await reads(stage, prompt, "a2 asks anew");

  await cem.react(room, anew.event_id, "👍");
  await bea.type(room, "!approve a2");
  await ana.seesSign(room, command, "✅");
  expect(await reads(stage, anew, "Agreed")).toContain("job 2");
  expect(await imageOf("wiki_one_test_app")).toContain("moot/app:2.0.0@sha256:");
  expect(await wiki("")).toBe("Their wiki\nstatutes");
  expect(await said(stage, "deploy succeeded")).toHaveLength(2);
  const trail = await takeTrail(stage, ana);
  expect(await verify(stage, trail.text, trail.head)).toBe("0: consistent, anchored");
  expect(entriesOf(trail, "job")).toHaveLength(2);
  const ends = entriesOf(trail, "decision").map(({ detail }) => detail["state"]);
  expect(ends).toEqual(["lapsed", "approved"]);
  const votes = entriesOf(trail, "vote").map(({ detail }) => detail["vote"]);
  expect(votes).toEqual(["yes", "taken-back", "yes", "yes", "yes", "yes"]);
});

test("a vote that comes while moot is killed counts when it is back, and nothing is asked or run twice", async () => {
  const rules = { approvals: TWO_FOR_ANYTHING, roles: KEEPERS_AUDIT };
  stage = await raiseStage(theatre, { rules });
  const { room, moot, team } = stage;
  const { ana, cem } = team;
  const command = await ana.type(room, `!deploy hello hello.one.test ${ONE}`);
  const prompt = await asks(stage, "a1");
  await moot.kill("SIGKILL");
  await cem.react(room, prompt.event_id, "👍");
  await moot.start();
  await ana.seesSign(room, command, "✅");
  await reads(stage, prompt, `by ${ana.userId}, ${cem.userId}: job 1`);
  expect(await said(stage, "🗳")).toHaveLength(1);
  expect(await said(stage, "deploy succeeded")).toHaveLength(1);
  const trail = await takeTrail(stage, ana);
  expect(await verify(stage, trail.text, trail.head)).toBe("0: consistent, anchored");
  expect(entriesOf(trail, "job")).toHaveLength(1);
  expect(entriesOf(trail, "vote")).toMatchObject([{ who: cem.userId }]);
});

test("what dan holds is refused with his reason, and what was agreed to waits until he lets go", async () => {
  stage = await raiseStage(theatre, { rules: { roles: KEEPERS_AUDIT } });
  const { room, team } = stage;
  const { ana, bea, cem, dan } = team;
  await deploys(`hello hello.one.test ${ONE} --version ${MINOR}`);
  await dan.type(room, "!hold hello.one.test the assembly has not met");
  await hears(stage, "h1: hello.one.test is held by");
  const major = `!deploy hello.one.test --version ${MAJOR}`;
  await ana.type(room, major);
  const refusal = await hears(stage, "the assembly has not met (!unhold h1 lifts it)");
  expect(refusal.content.body).toContain(dan.userId);

  const unhold = await ana.type(room, "!unhold h1");
  const question = await asks(stage, "a1");
  expect(ringsFor(question)).toEqual([bea.userId, cem.userId]);
  await bea.react(room, question.event_id, "👍");
  await ana.seesSign(room, unhold, "✅");

  const command = await ana.type(room, major);
  const prompt = await asks(stage, "a2");
  await dan.type(room, "!hold hello.one.test a guest reads it");
  await hears(stage, "h2: hello.one.test is held by");
  await bea.react(room, prompt.event_id, "👍");
  const waits = await hears(stage, "a2 was agreed to, but cannot be run now");
  expect(waits.content.body).toContain("a guest reads it");
  await dan.type(room, "!unhold h2");
  await ana.seesSign(room, command, "✅");
  const trail = await takeTrail(stage, ana);
  expect(await verify(stage, trail.text, trail.head)).toBe("0: consistent, anchored");
  expect(entriesOf(trail, "unhold")).toMatchObject([{ who: ana.userId }, { who: dan.userId }]);
});

test("ana breaks the glass and acts alone, everybody is told, and two others look at it", async () => {
  stage = await raiseStage(theatre, { rules: { roles: KEEPERS_AUDIT } });
  const { room, team } = stage;
  const { ana, bea, cem, dan } = team;
  await deploys(`hello hello.one.test ${ONE} --version ${MINOR}`);
  const glass = await ana.type(room, "!breakglass hello.one.test nobody can log in");
  const told = await hears(stage, "Break-glass: ");
  expect(told.content.body).toContain("nobody can log in");
  expect(ringsFor(told)).toEqual([bea.userId, cem.userId, dan.userId]);
  await deploys(`hello.one.test --version ${MAJOR}`);
  const listed = await hears(stage, "Done alone by");
  expect(listed.content.body).toContain("job 2, deploy hello.one.test: succeeded");
  expect(listed.content["m.relates_to"]).toMatchObject({ rel_type: "m.thread", event_id: glass });
  const review = await asks(stage, "a1");
  expect(ringsFor(review)).toEqual([bea.userId, cem.userId]);
  await bea.react(room, review.event_id, "👍");
  await reads(stage, review, "1 more is needed");
  await cem.react(room, review.event_id, "👍");
  await ana.seesSign(room, glass, "✅");
  await reads(stage, review, `by ${bea.userId}, ${cem.userId}`);
  expect(await said(stage, "🗳")).toHaveLength(1);
  const trail = await takeTrail(stage, ana);
  expect(await verify(stage, trail.text, trail.head)).toBe("0: consistent, anchored");
  expect(entriesOf(trail, "break-glass")).toMatchObject([{ who: ana.userId }]);
  expect(entriesOf(trail, "decision")).toMatchObject([
    { detail: { approval: 1, yes: [bea.userId, cem.userId] } },
  ]);
});

test("what eve, who learns, types waits for a mentor, and the trail has both names", async () => {
  const roles = { ...KEEPERS_AUDIT, learner: ["watcher", "apprentice"] };
  stage = await raiseStage(theatre, { rules: { roles, guests: { eve: "learner" } } });
  const { room, team } = stage;
  const { ana, bea, cem } = team;
  const eve = stage.guest("eve");
  const command = await eve.type(room, `!deploy hello hello.one.test ${ONE}`);
  const prompt = await asks(stage, "a1");
  expect(prompt.content.body).toContain("who learns, so a mentor must agree");
  expect(ringsFor(prompt)).toEqual([ana.userId, bea.userId, cem.userId]);
  await eve.react(room, prompt.event_id, "👍");
  await ana.react(room, prompt.event_id, "👍");
  await ana.seesSign(room, command, "✅");
  const trail = await takeTrail(stage, ana);
  expect(await verify(stage, trail.text, trail.head)).toBe("0: consistent, anchored");
  expect(entriesOf(trail, "decision")).toMatchObject([
    { who: eve.userId, detail: { state: "approved", yes: [ana.userId], job: 1 } },
  ]);
});

test("an export of the trail is found out after any change", async () => {
  stage = await raiseStage(theatre, { rules: { roles: KEEPERS_AUDIT } });
  const { room, team } = stage;
  await team.dan.type(room, "!hold one.example.coop the disk is being changed");
  await hears(stage, "h1: ");
  await team.cem.type(room, `!deploy hello hello.one.test ${ONE}`);
  await hears(stage, "!unhold h1");
  await team.dan.type(room, "!unhold h1");
  await hears(stage, "h1 is lifted");
  const { text, head } = await takeTrail(stage, team.ana);
  const found = (changed: string): Promise<string> => verify(stage, changed, head);
  expect(await found(text)).toBe("0: consistent, anchored");

  const lines = text.split("\n").slice(0, -1);
  const [last = ""] = lines.slice(-1);
  const file = (changed: readonly string[]): string => changed.map((one) => `${one}\n`).join("");
  const swapped = [...lines.slice(0, 2), ...lines.slice(2, 4).toReversed(), ...lines.slice(4)];
  expect(await found(text.replace("the disk", "the desk"))).toMatch(/^1: BROKEN at line \d+: /);
  expect(await found(file(lines.toSpliced(2, 1)))).toMatch(/^1: BROKEN .* lines are missing/);
  expect(await found(file(swapped))).toMatch(/^1: BROKEN .* in another order/);
  expect(await found(file(lines.slice(0, -1)))).toMatch(/^1: BROKEN .* tail is cut off/);
  expect(await found(text.slice(0, -last.length))).toMatch(/^1: BROKEN /);
});
