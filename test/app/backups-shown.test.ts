// Which backups there are, how old they are and whether they count, wherever people look.
import { expect, test, vi } from "vitest";
import { openGauges } from "../../src/app/readings.ts";
import { weekOf } from "../../src/app/week.ts";
import { plain } from "../../src/words/draw.ts";
import { alertDoc } from "../../src/words/alerts.ts";
import type { Update } from "../../src/core/update.ts";
import { plan as sample } from "../storage/samples.ts";
import { NOON } from "./nights.ts";
import { ALPHA, ANA, DATA, ended, MEDIA, put, settled, take, WIKI } from "./strongroom.ts";

test("!backups of an app lists the good and the bad, the newest first, with reasons", async () => {
  await using room = await settled();
  const { chat } = room.desk;
  chat.say(ANA, `!backups ${WIKI}`);
  const none = await chat.waitFor(`moot knows of no backup of ${WIKI}`);
  expect(none.body).toContain(`!backup ${WIKI}`);
  await ended(room, `!backup ${WIKI}`);
  take(room, DATA, "backup.sql");
  await ended(room, `!upgrade ${WIKI}`);
  chat.say(ANA, `!backups ${WIKI}`);
  const { body } = await chat.waitFor(`Backups of ${WIKI}: the last good one is`);
  const [bad, good] = [body.indexOf("❌"), body.indexOf("✅")];
  expect(bad).toBeGreaterThan(0);
  expect(good).toBeGreaterThan(bad);
  expect(body).toContain(`before upgrade, by ${ANA}`);
  expect(body).toContain(`backup.sql of the volume ${DATA} is not in it`);
  expect(body).toContain(`${MEDIA} (200 kB), env file and 1 secret`);
});

test("!backups has a line for each app, with what failed since", async () => {
  await using room = await settled();
  const { chat } = room.desk;
  chat.say(ANA, "!backups");
  expect((await chat.waitFor("last good one")).body).toMatch(/❌.*none/);
  await ended(room, `!backup ${WIKI}`);
  put(room, DATA, "backup.sql", 0);
  await ended(room, `!backup ${WIKI}`);
  chat.say(ANA, "!backups");
  const { body } = await vi.waitFor(async () => {
    const seen = await chat.waitFor("failed since");
    expect(seen.body).toContain("is empty in it");
    return seen;
  }, 20_000);
  expect(body).toContain("242 kB");
});

test("!status and the metrics tell the age of the last one that counts", async () => {
  await using room = await settled();
  const { desk } = room;
  desk.chat.say(ANA, `!status ${WIKI}`);
  await desk.chat.waitFor("Backup: none that counts is known.");
  await ended(room, `!backup ${WIKI}`);
  desk.chat.say(ANA, `!status ${WIKI}`);
  await desk.chat.waitFor("Backup: the last good one is");
  const { recipe } = sample;
  desk.ledger.looks.looked({ app: WIKI, server: ALPHA, recipe, at: 1, behind: 0 });
  const [reading] = openGauges(desk.world, "1").readings().apps;
  expect(reading?.backup).toBeLessThan(60_000);
});

test("!status of all has a column with age, size and proof once any app has one", async () => {
  await using room = await settled();
  const { chat } = room.desk;
  chat.say(ANA, "!status");
  expect((await chat.waitFor("3 services running")).body).not.toContain("backup");
  await ended(room, `!backup ${WIKI}`);
  chat.say(ANA, "!status");
  const { body } = await chat.waitFor("242 kB  ");
  expect(body).toMatch(/version +backup +proven +state/);
  expect(body).toMatch(/\d+ s, 242 kB +never +3 services running/);
  const at = Date.now() - 3 * 3_600_000;
  const job = room.desk.ledger.jobs.recent(1)[0]?.id ?? 0;
  const tried = { job, app: WIKI, server: ALPHA, snapshots: ["a".repeat(64)], savedAt: at };
  room.desk.ledger.drills.record({ ...tried, at, seconds: 7, ok: true });
  chat.say(ANA, "!status");
  expect((await chat.waitFor("3 h ago")).body).toMatch(/242 kB +3 h ago +3 services running/);
  const week = { since: 0, until: at + 3_600_000 };
  const { backups } = await weekOf(room.desk.world, week, new AbortController().signal);
  expect(backups).toMatchObject([{ app: WIKI, provenAt: at }]);
});

test("an alert says of when the last good one is, whether one is taken first, and what was proven", async () => {
  await using room = await settled();
  await ended(room, `!backup ${WIKI}`);
  const backup = room.desk.ledger.backups.lastGood(WIKI);
  const { release, ...without } = sample;
  const tried = { job: 1, app: WIKI, server: ALPHA, snapshots: ["a".repeat(64)] };
  const at = { seenAt: 0, id: 1, app: WIKI, server: ALPHA, recipe: sample.recipe, images: {} };
  const told = (plan: typeof sample, known: typeof backup): string => {
    const update: Update = { ...at, from: "1", to: "2", state: "announced", isFirst: false, plan };
    const proof = { ...tried, savedAt: at.seenAt, at: NOON, seconds: 250, ok: true };
    const backup = known && { backup: known, proof };
    const one = { update, blockers: [], when: String, ...backup };
    return plain(alertDoc({ recipe: "wiki", apps: [one] }));
  };
  expect(release).toBeDefined();
  expect(told(sample, backup)).toMatch(
    /Backup: the last good one is of 20.* UTC \(.*kB\); one is taken first\. Last proven restore: 2026-11-25 12:00 UTC, took 4 min 10 s\./,
  );
  expect(told(without, backup)).toContain("none is taken first.");
  expect(told(sample, undefined)).toContain("until now moot knows of none that counts");
  expect(told(sample, undefined)).toContain("No restore of it was proven yet.");
  expect(told(without, undefined)).toContain("moot knows of none of it");
});
