// One person acts alone: half an hour, on one app, before everybody's eyes, and looked at afterwards.
import { expect, test } from "vitest";
import { ruleOf, type Matter } from "../../src/app/rules.ts";
import { planAct, type ActInput } from "../../src/core/act-plan.ts";
import { isAppName, isRecipeName, isStackName } from "../../src/core/ids.ts";
import type { Permission } from "../../src/core/roles.ts";
import { named } from "../named.ts";
import {
  ANA,
  asked,
  atRest,
  BEA,
  CEM,
  DAN,
  ended,
  foundWiki,
  look,
  MAJOR,
  openCouncil,
  prompt,
  type Council,
} from "./council.ts";
import { ROOM } from "./desk.ts";

const MINUTE = 60_000;
const WIKI = named(isAppName, "wiki.example.coop");
const RECIPE = named(isRecipeName, "wiki");
const STACK = named(isStackName, "wiki_example_coop");
const SHOP = named(isAppName, "shop.example.coop");

async function broken(): Promise<Council> {
  const council = openCouncil();
  await foundWiki(council);
  council.chat.say(ANA, `!breakglass ${WIKI} the disk is full`);
  await council.chat.waitFor("acts alone on");
  await atRest(council);
  return council;
}

test("who breaks the glass acts alone at once, everybody is told, and all of it is listed", async () => {
  await using council = await broken();
  const told = await council.chat.waitFor("acts alone on");
  expect(told.rings).toEqual([BEA, CEM, DAN]);
  expect(told.body).toContain("until 2026-11-25 12:30 UTC: the disk is full");
  expect((await ended(council, council.chat.say(ANA, MAJOR))).state).toBe("succeeded");
  await council.chat.waitFor(`Done alone by ${ANA}: job 2`);
});

test("it is over after half an hour", async () => {
  await using council = await broken();
  council.time.now += 30 * MINUTE;
  await asked(council, council.chat.say(ANA, MAJOR));
});

test("it eases nothing for anybody else", async () => {
  await using council = await broken();
  await asked(council, council.chat.say(BEA, MAJOR));
});

test("two others look at it, and not who did it; also when that one has left", async () => {
  await using council = await broken();
  const [review] = council.desk.ledger.approvals.standing();
  if (review === undefined) throw new Error("no review is asked for");
  const question = await prompt(council, review);
  council.chat.react(ANA, question, "👍");
  council.chat.react(BEA, question, "👍");
  await look(council);
  expect(council.desk.ledger.approvals.get(review.id)?.state).toBe("open");
  council.chat.leave(ANA);
  council.chat.react(CEM, question, "👍");
  await look(council);
  expect(council.desk.ledger.approvals.get(review.id)?.state).toBe("approved");
  expect(council.desk.ledger.breakglasses.get(1)?.reviewedAt).toBe(council.time.now);
});

test("at a terminal nobody breaks it, for nobody could review that", async () => {
  await using council = openCouncil();
  await foundWiki(council);
  council.chat.vouches = "change";
  council.chat.say(ANA, `!breakglass ${WIKI} the disk is full`);
  await council.chat.waitFor("Type it in the team's Matrix room");
  expect(council.desk.ledger.breakglasses.get(1)).toBeUndefined();
});

function peopleFor({ desk, host }: Council, wanted: Partial<Matter>): number {
  const proposal = { kind: "unhold", hold: 1 } as const;
  const place = { server: host.server, app: WIKI, by: ANA, room: ROOM, isApprentice: false };
  const rule = { proposal, permission: "deploy", ...place, ...wanted, tier: "danger" } as const;
  return ruleOf(desk.world, rule).people;
}

test.each<Permission>(["remove", "secrets", "run", "grant", "revoke", "servers.edit"])(
  "nobody does %s alone, whatever burns",
  async (permission) => {
    await using council = await broken();
    expect(peopleFor(council, {})).toBe(1);
    expect(peopleFor(council, { permission })).toBe(2);
  },
);

const OVERWRITES = { kind: "overwrites", volumes: [], snapshots: ["0a"], at: 0 } as const;
const WITHOUT = { kind: "without-backup" } as const;

test("what is saved before it is overwritten may be one person's need", async () => {
  await using council = await broken();
  for (const danger of [OVERWRITES, WITHOUT])
    expect(peopleFor(council, { proposal: planOf(council, { dangers: [danger] }) })).toBe(1);
});

function planOf({ host, desk }: Council, more: Partial<ActInput>): Matter["proposal"] {
  const where = { app: WIKI, server: host.server, recipe: RECIPE, stack: STACK, version: "1" };
  return {
    kind: "plan",
    request: { kind: "settle", app: WIKI },
    plan: planAct({ act: "settle", tier: "change", steps: [], ...where, ...more }, desk.world),
  };
}

test.each<[what: string, part: Partial<ActInput>]>([
  ["names what will be gone", { losses: [{ what: "volume", name: "wiki_data" }] }],
  ["overwrites data without saving them first", { dangers: [OVERWRITES, WITHOUT] }],
  ["says that it destroys", { dangers: [{ kind: "destroys", volumes: 1, secrets: 0 }] }],
])("nobody does alone what %s", async (_what, part) => {
  await using council = await broken();
  const permission = "move";
  expect(peopleFor(council, { permission, proposal: planOf(council, {}) })).toBe(1);
  expect(peopleFor(council, { permission, proposal: planOf(council, part) })).toBe(2);
});

test("it is for one app and one person", async () => {
  await using council = await broken();
  expect(peopleFor(council, { app: SHOP })).toBe(2);
  expect(peopleFor(council, { by: BEA })).toBe(2);
});
