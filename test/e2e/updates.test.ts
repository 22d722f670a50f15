// A new version of a wiki comes out, and six apps of it go six ways; moot is killed between any two of them.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { RecipeShelf } from "../testbed/recipes.ts";
import { openLedger } from "../../storage/ledger.ts";
import { entriesOf, hears, reads, said, takeTrail, verify } from "./assembly.ts";
import type { RoomEvent } from "./member.ts";
import { until } from "./until.ts";
import { openTheatre, raiseStage, type Stage, type Theatre } from "./stage.ts";

const OLD = "2.0.2+2.0.0";
/** Out when the apps are looked at for the first time. */
const KNOWN = "2.0.3+2.0.0";
const NEW = "2.1.0+2.1.0";
const COMPOSE = join(import.meta.dirname, "../testbed/recipes/wiki/1.0.0+1.0.0/compose.yml");

/** By what becomes of them, where they are. */
const AGREED = "agreed.one.test";
const ALONE = "alone.one.test";
const ILL = "ill.one.test";
const SKIPPED = "skipped.two.test";
const SNOOZED = "snoozed.two.test";
const WAITING = "waiting.two.test";
const APPS = [AGREED, ALONE, ILL, SKIPPED, SNOOZED, WAITING];
/** Its health check fails in the new version, where this is its title. */
const TITLE = "Unwell";

const DAY = 86_400_000;
const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
/** Milliseconds: six wikis and nine lives of moot, on a machine that may be busy. */
const PATIENCE = 600_000;

let theatre: Theatre;
let stage: Stage;
let folder: string;
let shelf: RecipeShelf;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "moot-recipes-"));
  const { testbed, synapse } = await openTheatre();
  shelf = await RecipeShelf.open(join(folder, "shelf"), testbed.registry.address);
  await shelf.tag("wiki", OLD, { "compose.yml": await readFile(COMPOSE, "utf8") });
  await shelf.tag("wiki", KNOWN);
  theatre = { testbed: { ...testbed, recipes: shelf }, synapse };
});

afterEach(async () => {
  await stage[Symbol.asyncDispose]();
  for (const host of theatre.testbed.hosts) await host.wipe();
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

test(
  "one is agreed to, one put off, one skipped, one goes by itself, one returns whole, and one waits for its window",
  { timeout: PATIENCE },
  async () => {
    stage = await raiseStage(theatre, { rules: rulesOf(new Date()) });
    const { room, team } = stage;
    const { bea, cem, dan } = team;
    await deployAll();
    await looks();
    // The first look comes by itself a while after the start, and may have met some of them.
    for (const app of APPS)
      await until(`a summary of ${app}`, async () => (await summariesOf(app))[0], 60);
    expect(await said(stage, "React 👍")).toEqual([]);
    await dan.type(room, `!hold ${ALONE} a guest reads it`);
    await hears(stage, `h1: ${ALONE} is held by`);

    await dies();
    await publish();
    await looks();
    const alert = await hears(stage, "⬆ 6 apps of recipe wiki");
    expect(alert.content.body).toContain(`${OLD} → ${NEW} (minor)`);
    expect(alert.content.body).toContain("A page can be printed now.");
    expect(alert.content.body).toContain("moot/app:2.1.0");
    const lines = await linesOf();
    expect(bodyOf(lines, ALONE)).toContain("a guest reads it");
    expect(bodyOf(lines, WAITING)).toMatch(/Its window \(\w{3} 02:00-05:00\) opens /);

    await dies();
    await looks();
    await dan.react(room, idOf(lines, AGREED), "👍");
    await bea.react(room, idOf(lines, AGREED), "👍");
    await records(lines, AGREED, `✅ ${AGREED} is at ${NEW} `, `said by ${bea.userId}.`);

    // What people say while moot is dead counts when it is back.
    await dies(() => cem.react(room, idOf(lines, SNOOZED), "💤"));
    await records(lines, SNOOZED, `💤 ${SNOOZED}: asked again `, `put off by ${cem.userId}.`);

    await dies(() => cem.react(room, idOf(lines, SKIPPED), "👎"));
    await records(lines, SKIPPED, `⏭ ${SKIPPED}: ${NEW} is skipped, said by ${cem.userId}.`);

    await dies();
    expect(await versionOf(ALONE)).toBe(OLD);
    await dan.type(room, "!unhold h1");
    await hears(stage, "h1 is lifted");
    await looks();
    await records(lines, ALONE, `✅ ${ALONE} is at ${NEW} `, "said by @moot");

    await dies(() => bea.react(room, idOf(lines, ILL), "👍"));
    const back = `All of it was put back to ${OLD}.`;
    await records(lines, ILL, `❌ ${ILL} did not go to ${NEW} `, `said by ${bea.userId}.`, back);

    await dies();
    await looks();
    await expectStanding();
    await expectOnce();
    const trail = await takeTrail(stage, team.ana);
    expect(await verify(stage, trail.text, trail.head)).toBe("0: consistent, anchored");
    const refused = entriesOf(trail, "refusal").map(({ who, on }) => ({ who, on }));
    expect(refused).toEqual([{ who: dan.userId, on: AGREED }]);
    expect(await stage.moot.kill("SIGTERM")).toBe(0);
    expectRemembered();
  },
);

/** One window is open for hours yet, the other closed for days, whenever this is. */
function rulesOf(now: Date) {
  const clock = (hours: number): string => `${String((now.getUTCHours() + hours) % 24)}:00`;
  const another = DAYS[(now.getUTCDay() + 3) % 7];
  const apps = {
    [ALONE]: { auto: "minor", window: `daily ${clock(18)}-${clock(6)}` },
    [WAITING]: { auto: "minor", window: `${another} 02:00-05:00` },
  };
  return {
    // Looks are asked for.
    updates: { schedule: "0 0 1 1 *", digest: "off", apps },
    roles: { keeper: ["audit"], operator: ["skip", "snooze"], watcher: ["updates"] },
  };
}

/** On each server one after another. */
async function deployAll(): Promise<void> {
  await Promise.all(
    ["one", "two"].map(async (host) => {
      for (const app of APPS.filter((name) => hostOf(name) === host)) await deploy(app);
    }),
  );
}

async function deploy(app: string): Promise<void> {
  const { room, team } = stage;
  const setting = app === ILL ? ` WIKI_TITLE=${TITLE}` : "";
  const where = `--server ${hostOf(app)}.example.coop --version ${OLD}`;
  const command = await team.ana.type(room, `!deploy wiki ${app} ${where}${setting}`);
  await team.ana.seesSign(room, command, "✅", 180);
}

function hostOf(app: string): string {
  return app.endsWith(".one.test") ? "one" : "two";
}

async function publish(): Promise<void> {
  await theatre.testbed.moveAppTag("2.1.0", "a page can be printed");
  const [before, after] = (await readFile(COMPOSE, "utf8")).split(
    /test: \["CMD", "wget".*\n.*\n.*\n.*\n.*\n/,
  );
  const check = `test: ["CMD-SHELL", "test '$WIKI_TITLE' != ${TITLE}"]`;
  const strict = `${check}\n      interval: 1s\n      timeout: 5s\n      retries: 3\n`;
  if (before === undefined || after === undefined) throw new Error("its health check has changed");
  const grown = `${before}${strict}${after}`.replace("moot/db:__UPSTREAM__", "moot/db:2.0.0");
  await shelf.tag("wiki", NEW, {
    "compose.yml": grown,
    [`release/${NEW}`]: "A page can be printed now.",
  });
}

/** Killed outright, and started again; something may happen meanwhile. */
async function dies(meanwhile: () => Promise<unknown> = () => Promise.resolve()): Promise<void> {
  await stage.moot.kill("SIGKILL");
  await meanwhile();
  await stage.moot.start();
}

/** Asked by dan, who only watches; over when it was told what moot found. */
async function looks(): Promise<void> {
  const { room, team } = stage;
  const command = await team.dan.type(room, "!updates --now");
  await team.dan.sees(
    room,
    "what moot found",
    ({ sender, content }) =>
      sender.startsWith("@moot:") &&
      content["m.relates_to"]?.event_id === command &&
      content.body?.startsWith("moot has looked.") === true,
    90,
  );
}

async function summariesOf(app: string): Promise<readonly RoomEvent[]> {
  const all = await said(stage, "moot looks for updates from now on.");
  return all.filter(({ content: { body = "" } }) => body.includes(app));
}

type Lines = ReadonlyMap<string, RoomEvent>;

/** Each app's own message in the alert's thread. */
async function linesOf(): Promise<Lines> {
  const lines = new Map<string, RoomEvent>();
  for (const app of APPS) {
    const start = `◻ ${app}: open.`;
    // The message that the thread hangs on has them in its list.
    const line = async (): Promise<RoomEvent | undefined> =>
      (await said(stage, start)).find(({ content }) => content.body?.startsWith(start));
    lines.set(app, await until(`the line of ${app}`, line, 60));
  }
  return lines;
}

function idOf(lines: Lines, app: string): string {
  return lines.get(app)?.event_id ?? "";
}

function bodyOf(lines: Lines, app: string): string {
  return lines.get(app)?.content.body ?? "";
}

/** The line ends as the record of what came of it. */
async function records(lines: Lines, app: string, start: string, ...rest: readonly string[]) {
  const line = lines.get(app);
  if (line === undefined) throw new Error(`${app} has no line`);
  const record = await reads(stage, line, start);
  for (const words of rest) expect(record).toContain(words);
}

/** What runs on the servers. */
async function expectStanding(): Promise<void> {
  for (const app of APPS) {
    const isNew = app === AGREED || app === ALONE;
    expect([app, await versionOf(app)]).toEqual([app, isNew ? NEW : OLD]);
    expect(await inspect(app, "{{.Spec.TaskTemplate.ContainerSpec.Image}}")).toContain(
      `moot/app:${isNew ? "2.1.0" : "2.0.0"}@sha256:`,
    );
  }
}

async function versionOf(app: string): Promise<string> {
  return inspect(app, `{{index .Spec.Labels "coop-cloud.${stackOf(app)}.version"}}`);
}

async function inspect(app: string, format: string): Promise<string> {
  const host = theatre.testbed.host(hostOf(app));
  return host.docker("service", "inspect", "--format", format, `${stackOf(app)}_app`);
}

function stackOf(app: string): string {
  return app.replaceAll(".", "_");
}

/** Nothing was said twice in one place, over all lives of moot. */
async function expectOnce(): Promise<void> {
  const all = await said(stage, "");
  const told = all.map(
    ({ content }) => `${content["m.relates_to"]?.event_id ?? "room"}: ${content.body}`,
  );
  expect(told).toEqual([...new Set(told)]);
  const count = (words: string): number => told.filter((one) => one.includes(words)).length;
  for (const app of APPS) expect(await summariesOf(app)).toHaveLength(1);
  expect(count("React 👍 to this message for all 6")).toBe(1);
  expect(count("React 👍 to this message for this app alone")).toBe(6);
  expect(count("upgrade succeeded")).toBe(2);
  expect(count("upgrade failed")).toBe(1);
  expect(count("was stopped in the middle")).toBe(0);
}

function expectRemembered(): void {
  const { house, team } = stage;
  const ledger = openLedger(join(house.folder, "moot.db"));
  try {
    const ended = ledger.updates.endedSince(0);
    const known = ended.filter(({ to }) => to === KNOWN);
    expect(known.map(({ app, state }) => `${app} ${state}`).toSorted()).toEqual(
      APPS.map((app) => `${app} superseded`),
    );
    const [bea, alert] = [team.bea.userId, 1];
    expect(ended.filter(({ to }) => to !== KNOWN)).toMatchObject([
      { app: AGREED, state: "applied", by: bea, job: 7, alert },
      { app: SKIPPED, state: "skipped", by: team.cem.userId, alert },
      { app: ALONE, state: "applied", job: 8, alert },
      { app: ILL, state: "failed", by: bea, job: 9, alert },
    ]);
    const [snoozed, waiting, ...others] = ledger.updates.open();
    expect(snoozed).toMatchObject({ app: SNOOZED, state: "snoozed", by: team.cem.userId, alert });
    expect((snoozed?.until ?? 0) - Date.now()).toBeGreaterThan(DAY - PATIENCE);
    expect(waiting).toMatchObject({ app: WAITING, state: "announced", to: NEW, alert });
    expect(others).toEqual([]);
    expect(ledger.updates.alert(2)).toBeUndefined();
    expect(ledger.jobs.recent(20)).toHaveLength(9);
    expect(ledger.outbox.next(Number.MAX_SAFE_INTEGER, [])).toBeUndefined();
  } finally {
    ledger.close();
  }
}
