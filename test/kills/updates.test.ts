// moot is killed while updates are seen, told, decided and done, and started again: each is told once, and ends once.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { EventId } from "../../src/core/ids.ts";
import type { Update } from "../../src/core/update.ts";
import { openLedger } from "../../storage/ledger.ts";
import type { Parlour } from "../e2e/parlour.ts";
import { openServers } from "../e2e/stage.ts";
import { until } from "../e2e/until.ts";
import type { Testbed } from "../testbed/index.ts";
import { RecipeShelf } from "../testbed/recipes.ts";
import { commits, holdings, ONE } from "./life-story.ts";
import { KILL_AT, type KillPoint } from "./points.ts";
import { expectKilled, openShared, said } from "./story.ts";

const OLD = "1.1.0+1.1.0";
const NEW = "1.2.0+1.2.0";
const NEWER = "1.3.0+1.2.0";
const COMPOSE = join(import.meta.dirname, "../testbed/recipes/hello/1.0.0+1.0.0/compose.yml");

/** Each has some ten lives. */
const LONG = { timeout: 15 * 60_000 };

let testbed: Testbed;
let folder: string;

beforeAll(async () => {
  testbed = await openServers();
  await testbed.host("one").wipe();
  folder = await mkdtemp(join(tmpdir(), "moot-recipes-"));
});

afterAll(async () => {
  await testbed.host("one").wipe();
  await rm(folder, { recursive: true, force: true });
});

/** Up to the moment from which people know of it. */
const TOLD = [
  "update seen",
  "update announced",
  "sent alert",
] as const satisfies readonly KillPoint[];

test.concurrent("what people agree to", LONG, async () => {
  await using story = await openStory("agreed");
  const { parlour, app } = story;
  await story.publish(NEW);
  await dies(parlour, TOLD, () => parlour.say("ana", "!updates --now"));
  await dies(parlour, ["voted"], async () => parlour.react("bea", await story.alert(), "👍"));
  await dies(parlour, ["update decided", "before deploy-stack", "after deploy-stack"]);
  await dies(parlour, ["update applied", "edited alert"]);
  await parlour.start();
  const alert = await story.alert();
  await record(parlour, alert, `✅ ${app} is at ${NEW} `);
  await story.ends(["applied @bea:example.coop"], NEW);
  saidOnce(parlour, "upgrade succeeded");
  expect(commits(parlour)).toBe(2);
});

test.concurrent("what goes by itself", LONG, async () => {
  await using story = await openStory("alone", "minor");
  const { parlour, app } = story;
  await story.publish(NEW);
  await dies(parlour, TOLD, () => parlour.say("ana", "!updates --now"));
  await dies(parlour, ["update decided", "after deploy-stack", "update applied"]);
  await parlour.start();
  await record(parlour, await story.alert(), `✅ ${app} is at ${NEW} `);
  await story.ends(["applied @moot:localhost"], NEW);
  saidOnce(parlour, "upgrade succeeded");
  expect(commits(parlour)).toBe(2);
});

test.concurrent("what fails and returns", LONG, async () => {
  await using story = await openStory("failed", "minor");
  const { parlour, app } = story;
  await story.publish(NEW, "exec httpd", "echo no page is left >&2 && exit 7 # httpd");
  await dies(parlour, TOLD, () => parlour.say("ana", "!updates --now"));
  await dies(parlour, ["update decided", "before turn-back", "past back deploy-stack"]);
  await dies(parlour, ["update failed", "edited alert"]);
  await parlour.start();
  const alert = await story.alert();
  const { body } = await record(parlour, alert, `❌ ${app} did not go to ${NEW} `);
  expect(body).toContain(`All of it was put back to ${OLD}.`);
  expect(await parlour.ask("ana", "!updates --now")).toContain("Nothing newer was found");
  await story.ends(["failed @moot:localhost"], OLD);
  saidOnce(parlour, "upgrade failed");
});

test.concurrent("what a newer version takes over, and people put off", LONG, async () => {
  await using story = await openStory("skipped");
  const { parlour, app } = story;
  await story.publish(NEW);
  await dies(parlour, TOLD, () => parlour.say("ana", "!updates --now"));
  await story.publish(NEWER);
  await dies(parlour, ["update seen", "update announced", "edited alert"], () =>
    parlour.say("ana", "!updates --now"),
  );
  await dies(parlour, ["update snoozed"], async () => {
    const alert = await story.alert();
    await record(parlour, alert, `${OLD} → ${NEWER}`);
    return parlour.react("cem", alert, "💤");
  });
  await dies(parlour, ["update skipped"], () => parlour.say("bea", `!skip ${app}`));
  await parlour.start();
  const alert = await story.alert();
  await record(parlour, alert, `⏭ ${app}: ${NEWER} is skipped`);
  expect(await parlour.ask("ana", "!updates --now")).toContain("Nothing newer was found");
  await story.ends(["superseded", "skipped @bea:example.coop"], OLD);
  expect(said(parlour, `${app}: ${NEWER} is skipped, and not offered again.`)).toHaveLength(1);
  expect(commits(parlour)).toBe(1);
});

interface Story extends AsyncDisposable {
  readonly parlour: Parlour;
  readonly app: string;
  /** The recipe as it was, but for what is put in the place of something. */
  publish(version: string, place?: string, put?: string): Promise<void>;
  /** The message that asks. */
  alert(): Promise<EventId>;
  /** Stops moot, and holds the room, the ledger and the server to what is to come of the app's updates. */
  ends(updates: readonly string[], version: string): Promise<void>;
}

/** An app at the newest version of a recipe of its own, that was looked at, and a moot that does not run. */
async function openStory(name: string, auto = "none"): Promise<Story> {
  const recipes = await RecipeShelf.open(join(folder, name), testbed.registry.address);
  const parlour = await openShared({ ...testbed, recipes }, (settings) => {
    settings.setIn(["updates"], { schedule: "0 0 1 1 *", digest: "off", auto });
    settings.addIn(["roles", "operator", "may"], "skip");
    settings.addIn(["roles", "operator", "may"], "snooze");
    settings.addIn(["roles", "watcher", "may"], "updates");
  });
  const app = `${name}.one.test`;
  await parlour.start();
  const deploy = `!deploy hello ${app} --server ${ONE} --version ${OLD}`;
  expect(await parlour.ask("ana", deploy)).toContain("deploy succeeded");
  expect(await parlour.ask("ana", "!updates --now")).toContain("Nothing newer was found");
  await parlour.moot.kill("SIGTERM");
  return {
    parlour,
    app,
    async publish(version, place = "", put = "") {
      const compose = (await readFile(COMPOSE, "utf8")).replace(place, put);
      await recipes.tag("hello", version, { "compose.yml": compose });
    },
    async alert() {
      const asks = ({ body }: { readonly body: string }): boolean => body.startsWith(`⬆ ${app} `);
      return (await parlour.sees("the alert", asks)).event;
    },
    async ends(updates, version) {
      expect(await parlour.moot.kill("SIGTERM")).toBe(0);
      expect(said(parlour, "React 👍")).toHaveLength(1);
      expect(remembered(parlour, updates.at(-1)?.startsWith("skipped") === true ? 1 : 2)).toEqual(
        updates,
      );
      const stack = app.replaceAll(".", "_");
      const one = testbed.host("one");
      expect((await holdings(one, stack)).services).toEqual(["app 1/1"]);
      const format = `{{index .Spec.Labels "coop-cloud.${stack}.version"}}`;
      const label = await one.docker("service", "inspect", "--format", format, `${stack}_app`);
      expect(label).toBe(version);
    },
    [Symbol.asyncDispose]: () => parlour[Symbol.asyncDispose](),
  };
}

/** In a life for each of the points, in the order in which it comes to them; the act is done in the first. */
async function dies(
  parlour: Parlour,
  points: readonly KillPoint[],
  act?: () => Promise<unknown>,
): Promise<void> {
  for (const [life, point] of points.entries()) {
    // It may die before anybody is in the room, and before it has answered.
    await parlour.start({ [KILL_AT]: point }).catch(() => undefined);
    if (life === 0) await act?.().catch(() => undefined);
    await expectKilled(parlour);
  }
}

/** Waits until the message reads so after its edits. */
async function record(
  parlour: Parlour,
  message: EventId,
  words: string,
): Promise<{ readonly body: string }> {
  const edits = (): readonly string[] =>
    parlour
      .seen()
      .flatMap((event) => (event.kind === "edit" && event.target === message ? [event.body] : []));
  const look = (): Promise<{ readonly body: string } | undefined> => {
    const body = edits().at(-1);
    return Promise.resolve(body?.includes(words) === true ? { body } : undefined);
  };
  return until(`"${words}"`, look, 120, () => Promise.resolve(edits().join("\n---\n")));
}

/** It may have been said in a life that died before ana was in the room; that nothing is left to say, the ledger tells. */
function saidOnce(parlour: Parlour, words: string): void {
  expect(said(parlour, words).length).toBeLessThanOrEqual(1);
}

/** What came of its updates, and by whom; each act had one job, and nothing is left to say. */
function remembered({ house }: Parlour, jobs: number): readonly string[] {
  const ledger = openLedger(join(house.folder, "moot.db"));
  try {
    expect(ledger.updates.open()).toEqual([]);
    expect(ledger.updates.alert(2)).toBeUndefined();
    expect(ledger.approvals.standing()).toEqual([]);
    expect(ledger.jobs.recent(10)).toHaveLength(jobs);
    expect(ledger.outbox.next(Number.MAX_SAFE_INTEGER, [])).toBeUndefined();
    const endings = ledger.audit.recent(200).filter(({ what }) => what === "ending");
    expect(endings).toHaveLength(jobs);
    return ledger.updates.endedSince(0).map(wordsOf);
  } finally {
    ledger.close();
  }
}

function wordsOf({ state, by }: Update): string {
  return by === undefined ? state : `${state} ${by}`;
}
