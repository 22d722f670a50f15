// What is written down, who may read which part of it, and that it holds no secret.
import Sqlite from "better-sqlite3";
import { expect, test } from "vitest";
import { postHead } from "../../src/app/audit-head.ts";
import { cutAudit } from "../../src/app/audit-retention.ts";
import { recordStart } from "../../src/app/starting.ts";
import type { World } from "../../src/app/world.ts";
import { roleTable, type RoleTable } from "../../src/core/roles.ts";
import { verified } from "../core/chain-export.ts";
import { ANA, DAN, openDesk, ROOM, takingAll, type Desk, type DeskOptions } from "./desk.ts";

const ROOMS = [{ name: ROOM, id: ROOM, servers: ["*"] }];
const DAY = 24 * 3_600_000;
const NOON = Date.UTC(2026, 10, 20, 12);
const run = { signal: new AbortController().signal };

function tableWith(dan: readonly string[]): RoleTable {
  const roles = new Map([
    ["watcher", { may: ["audit", "help"] }],
    ["gardener", { may: ["audit"], on: { apps: ["*.garden.coop"] } }],
  ]);
  return roleTable(
    roles,
    new Map([
      [ANA, ["watcher"]],
      [DAN, dan],
    ]),
    ROOMS,
  );
}

function withTable(dan: readonly string[], options: DeskOptions = {}): Desk {
  const world: Partial<World> = {
    table: () => tableWith(dan),
    alertRooms: takingAll(ROOM),
    ...options.world,
  };
  return openDesk({ ...options, world });
}

function keep({ ledger }: Desk, on: string): void {
  ledger.audit.append({ who: ANA, what: "ending", on, detail: { job: 1, state: on } }, NOON);
}

test("who did what is read in plain words, newest first, and no other app than asked for", async () => {
  await using desk = openDesk();
  desk.chat.say(ANA, "!status gone.example.coop");
  await desk.chat.waitFor("There is no app");
  desk.chat.say(ANA, "!jobs");
  await desk.chat.waitFor("No job has run yet");
  desk.chat.say(DAN, "!audit");
  const all = await desk.chat.waitFor("2 entries, newest first");
  expect(all.body).toMatch(
    /2 · .* UTC · @ana:example.coop typed !jobs[^]*1 · .*was refused \(unknown-app\): !status gone/,
  );
  desk.chat.say(DAN, `!audit gone.example.coop`);
  expect((await desk.chat.waitFor("1 entry, newest")).body).not.toContain("!jobs");
  desk.chat.say(DAN, `!audit ${DAN} --since 2h --lines 1`);
  await desk.chat.waitFor("The newest 1 entry that fit");
});

test.each([
  ["!audit @ana", "is no full Matrix ID"],
  ["!audit a/b", "neither an app nor a member"],
  ["!audit --since yesterday", "--since takes a time"],
  ["!audit --since 2026-02-31", "--since takes a time"],
  ["!audit --since 2999-01-01", "still to come"],
  ["!audit --lines 0", "--lines takes a number"],
  ["!audit --export --since 2h", "nothing else can go with it"],
])("%s is told what is wrong", async (typed, words) => {
  await using desk = openDesk();
  desk.chat.say(ANA, typed);
  await desk.chat.waitFor(words);
});

test("a member whose permission is limited sees that part alone, and no export", async () => {
  await using desk = withTable(["gardener"]);
  keep(desk, "roses.garden.coop");
  keep(desk, "bank.example.coop");
  desk.ledger.audit.append({ who: "moot", what: "start", detail: {} }, NOON);
  desk.chat.say(DAN, "!audit");
  const seen = await desk.chat.waitFor("2 entries");
  expect(seen.body).toContain("roses");
  expect(seen.body).not.toContain("bank");
  desk.chat.say(DAN, "!audit --export");
  const refusal = await desk.chat.waitFor("an export is of the whole trail");
  expect(refusal.body).toContain(ANA);
  expect(refusal.body).not.toContain(DAN);
  desk.chat.say(ANA, "!audit");
  await desk.chat.waitFor("bank.example.coop");
});

test("the export holds against the head that is told with it", async () => {
  await using desk = openDesk();
  desk.chat.say(ANA, "!jobs");
  await desk.chat.waitFor("No job has run yet");
  desk.chat.say(ANA, "!audit --export");
  const told = await desk.chat.waitFor("Its head is");
  const file = await desk.chat.waitFor('"moot":"audit trail"');
  expect(file.file).toBe("audit-1.jsonl");
  const head = /head is ([0-9a-f]{64})/.exec(told.body)?.[1];
  expect(verified(file.body, head)).toMatchObject({ entries: 1, anchored: { id: 1 } });
});

test("no secret that was typed or refused is written down", async () => {
  await using desk = openDesk();
  const secrets = [
    "hunter2.example.coop",
    "Bearer abcdef123456",
    "https://u:geheim77@git.example.coop",
  ];
  for (const secret of secrets) desk.chat.say(ANA, `!deploy hello a.example.coop TOKEN=${secret}`);
  desk.chat.say(ANA, `!status ${secrets[1] ?? ""} ${secrets[2] ?? ""}`);
  desk.chat.say(ANA, "!whoami");
  await desk.chat.waitFor("with the role operator");
  const trail = desk.ledger.audit.export(NOON);
  expect(trail).toContain("TOKEN=****");
  for (const part of ["hunter2", "abcdef123456", "geheim77"]) expect(trail).not.toContain(part);
});

test("a start is written down, and what changed in the role table is told", async () => {
  await using desk = withTable(["watcher"]);
  recordStart(desk.world);
  recordStart(desk.world);
  expect(desk.ledger.audit.recent(9).map(({ what }) => what)).toEqual(["start", "start"]);
  recordStart({ ...desk.world, table: () => tableWith(["gardener"]) });
  const told = await desk.chat.waitFor("The role table is another");
  expect(told.body).toMatch(
    /From now on:[^]*@dan:example.coop holds the role gardener[^]*No more:[^]*holds the role watcher/,
  );
  expect(desk.ledger.audit.recent(1)).toMatchObject([
    { what: "roles", detail: { gained: ["@dan:example.coop holds the role gardener"] } },
  ]);
});

test("a trail that was edited by hand rings once, names the entry, and moot runs", async () => {
  const first = withTable(["watcher"]);
  for (const on of ["a.coop", "b.coop"]) keep(first, on);
  await first[Symbol.asyncDispose]();
  const sqlite = new Sqlite(first.file);
  const trigger = sqlite
    .prepare("SELECT sql FROM sqlite_schema WHERE name = 'audit_is_not_changed'")
    .pluck()
    .get();
  sqlite.exec(
    `DROP TRIGGER audit_is_not_changed; UPDATE audit SET who = 'x' WHERE id = 2; ${String(trigger)}`,
  );
  sqlite.close();
  await using desk = withTable(["watcher"], { file: first.file });
  recordStart(desk.world);
  recordStart(desk.world);
  const alarm = await desk.chat.waitFor("was edited by hand");
  expect(alarm.body).toContain("Entry 2 is the first");
  expect(alarm.rings).toEqual([ANA, DAN]);
  desk.chat.say(ANA, "!help");
  await desk.chat.waitFor("What you can type here");
  expect(desk.chat.seen().filter(({ body }) => body.includes("edited by hand"))).toHaveLength(1);
  expect(desk.log.text()).toContain("the audit trail is broken");
});

test("the head is posted once a day is over, unless nothing happened", async () => {
  await using desk = withTable(["watcher"]);
  const look = (now: number): void => void postHead.run(desk.world, now, run.signal);
  const posted = (): number =>
    desk.ledger.audit.recent(99).filter(({ what }) => what === "head").length;
  look(NOON);
  expect(posted()).toBe(0);
  keep(desk, "a.coop");
  const { hash } = desk.ledger.audit.head();
  look(NOON);
  expect(posted()).toBe(0);
  for (const hours of [12, 13, 30]) look(NOON + hours * 3_600_000);
  expect(posted()).toBe(1);
  const said = await desk.chat.waitFor(`its head is ${hash}`);
  expect(said.body).toContain(desk.ledger.audit.key);
  look(NOON + 3 * DAY);
  expect(posted()).toBe(1);
  desk.ledger.audit.append({ who: ANA, what: "command", detail: {} }, NOON + 3 * DAY);
  look(NOON + 4 * DAY);
  expect(posted()).toBe(2);
});

test("what is older than the config keeps is cut once a day, and that is written down", async () => {
  await using desk = openDesk();
  for (const day of [0, 1, 40]) {
    desk.ledger.audit.append({ who: ANA, what: "command", detail: { day } }, NOON + day * DAY);
  }
  const policy = { ...desk.world.policy, keepsAudit: "1m" };
  const look = (world: World): void => void cutAudit.run(world, NOON + 40 * DAY, run.signal);
  look(desk.world);
  expect(desk.ledger.audit.recent(9)).toHaveLength(3);
  look({ ...desk.world, policy });
  look({ ...desk.world, policy });
  expect(desk.ledger.audit.recent(9)).toMatchObject([
    { id: 4, what: "cut", detail: { entries: 2 } },
    { id: 3 },
  ]);
  expect(verified(desk.ledger.audit.export(NOON))).toMatchObject({ cut: { id: 2 }, entries: 2 });
});
