// What drifted is shown where it is asked for, and told at most once a day.
import { expect, test, vi } from "vitest";
import { lookForDrift } from "../../src/app/drifting.ts";
import { Refusal } from "../../src/core/errors.ts";
import { isStackName } from "../../src/core/ids.ts";
import { plainService } from "../fakes/composer.ts";
import { named } from "../named.ts";
import { ALPHA, ANA, DAN, openHarbour, type Harbour } from "./harbour.ts";
import { OTHER_ROOM } from "./desk.ts";

const APP = "wiki.example.coop";
const STACK = "wiki_example_coop";
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const TOLD = `On ${ALPHA} not all runs as moot left it`;

async function deployed(harbour: Harbour, typed = `!deploy wiki ${APP}`): Promise<void> {
  const command = harbour.chat.say(ANA, typed);
  await vi.waitFor(() => {
    const job = harbour.desk.ledger.jobs.ofCommand(command);
    expect(job?.ending?.state).toBe("succeeded");
  }, 20_000);
}

async function look({ desk: { world } }: Harbour): Promise<void> {
  await lookForDrift.run(world, world.clock.now(), new AbortController().signal);
}

/** Past the first hour, in which a server that is new is left alone. */
async function lookFirst(harbour: Harbour): Promise<void> {
  await look(harbour);
  harbour.time.now += HOUR;
  await look(harbour);
}

async function statusOf({ chat, desk }: Harbour, typed: string): Promise<string> {
  const command = chat.say(DAN, typed);
  return vi.waitFor(() => {
    const event = desk.ledger.outbox.eventOf(`reply:${command}`);
    const answer = chat.seen().find((one) => one.event === event);
    if (answer === undefined) throw new Error("no answer yet");
    return answer.body;
  }, 20_000);
}

function timesTold({ chat }: Harbour): number {
  return chat.seen().filter(({ body }) => body.includes(TOLD)).length;
}

test("a change by hand is shown by service and field, with what to type, its secrets masked", async () => {
  await using harbour = openHarbour();
  await deployed(harbour);
  expect(await statusOf(harbour, `!status ${APP}`)).not.toContain("by hand");
  harbour.alpha.tamper(STACK, "app", {
    replicas: 2,
    env: { DB_PASSWORD: "hunter22", GREETING: "moin" },
  });
  const shown = await statusOf(harbour, `!status ${APP}`);
  expect(shown).toContain("by hand or by another program");
  expect(shown).toContain("app: replicas: 1 → 2");
  expect(shown).toContain("app: GREETING");
  expect(shown).toContain(`!deploy ${APP} would undo that`);
  expect(shown).not.toContain("hunter22");
});

test("the daily look tells it once, marks it in the list, and forgets it once it is deployed", async () => {
  await using harbour = openHarbour();
  await deployed(harbour);
  await lookFirst(harbour);
  expect(timesTold(harbour)).toBe(0);
  harbour.alpha.tamper(STACK, "app", { replicas: 2 });
  await look(harbour);
  expect(timesTold(harbour)).toBe(0);
  harbour.time.now += DAY;
  await look(harbour);
  const news = await harbour.chat.waitFor(TOLD);
  expect(news.body).toContain(`${APP}: app changed on the server`);
  expect(news.body).toContain(`!deploy ${APP}`);
  expect(harbour.chat.seen(OTHER_ROOM)).toEqual([]);
  expect(await statusOf(harbour, "!status")).toContain("not as moot left it");
  harbour.time.now += DAY;
  await look(harbour);
  harbour.time.now += 5 * DAY;
  await look(harbour);
  expect(timesTold(harbour)).toBe(1);
  harbour.time.now += DAY;
  await look(harbour);
  await vi.waitFor(() => {
    expect(timesTold(harbour)).toBe(2);
  });
  harbour.time.now += 1;
  await deployed(harbour, `!deploy ${APP}`);
  expect(await statusOf(harbour, "!status")).not.toContain("not as moot left it");
});

test("a restart tells nothing again", async () => {
  const first = openHarbour();
  await deployed(first);
  first.alpha.tamper(STACK, "app", { replicas: 2 });
  await lookFirst(first);
  await first.chat.waitFor(TOLD);
  await first[Symbol.asyncDispose]();
  await using second = openHarbour({ before: first });
  second.time.now += DAY;
  await look(second);
  await statusOf(second, "!status");
  expect(timesTold(second)).toBe(1);
});

test("an env file that was edited and not deployed is shown and told", async () => {
  await using harbour = openHarbour();
  await deployed(harbour);
  const file = await harbour.apps.find(APP);
  const text = file?.text ?? "";
  await harbour.apps.write(file?.path ?? "", text.replace("hello", "moin"), text);
  const shown = await statusOf(harbour, `!status ${APP}`);
  expect(shown).toContain("Its env file was changed since it was deployed");
  expect(shown).toContain("GREETING: hello → moin");
  await lookFirst(harbour);
  expect((await harbour.chat.waitFor(TOLD)).body).toContain("changed and not deployed");
});

/** As abra writes it: another version's labels, nothing of moot's. */
async function deployByAbra({ alpha, apps }: Harbour): Promise<void> {
  const path = apps.pathOf("old.example.coop", ALPHA);
  await apps.write(path, "TYPE=wiki:0.9.0+0.9.0\nDOMAIN=old.example.coop\n", undefined);
  const stack = named(isStackName, "old_example_coop");
  const labels = { [`coop-cloud.${stack}.version`]: "0.9.0+0.9.0" };
  const services = [plainService("app", "wiki:0.9", { labels })];
  const compose = JSON.stringify({ stack, services, configs: [] });
  await alpha.deploy(stack, compose, new AbortController().signal);
}

test("an app that abra deployed is shown as such, and is no news", async () => {
  await using harbour = openHarbour();
  await deployByAbra(harbour);
  const shown = await statusOf(harbour, "!status old.example.coop");
  expect(shown).toContain("It was deployed by something else than moot, version 0.9.0+0.9.0");
  expect(shown).toContain("!deploy old.example.coop takes it over");
  await lookFirst(harbour);
  await statusOf(harbour, "!status");
  expect(timesTold(harbour)).toBe(0);
});

test("a server that does not answer is asked again in an hour", async () => {
  await using harbour = openHarbour();
  await deployed(harbour);
  harbour.alpha.tamper(STACK, "app", { replicas: 2 });
  const lost = new Refusal({ kind: "server-unreachable", server: ALPHA, problem: "lost" });
  harbour.alpha.unreachable = lost;
  await lookFirst(harbour);
  harbour.alpha.unreachable = undefined;
  await look(harbour);
  expect(timesTold(harbour)).toBe(0);
  harbour.time.now += HOUR;
  await look(harbour);
  await harbour.chat.waitFor(TOLD);
});
