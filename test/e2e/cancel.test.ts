// Stopping a job, by 🛑 and by !cancel: at every stage, by whoever may, once, and also when moot is killed over it.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { openLedger } from "../../storage/ledger.ts";
import type { EventId } from "../../src/core/ids.ts";
import { KILL_AT, KILL_WITH } from "../kills/points.ts";
import type { Testbed, TestHost } from "../testbed/index.ts";
import { member, openParlour, type Parlour } from "./parlour.ts";
import { openServers } from "./stage.ts";
import { whatStands } from "./untouched.ts";
import { until } from "./until.ts";

const PROGRAM = join(import.meta.dirname, "../kills/moot.ts");
const SLOW = "!deploy slow slow.one.test --server one.example.coop";

let testbed: Testbed;
let host: TestHost;
let parlour: Parlour;

beforeAll(async () => {
  testbed = await openServers();
  host = testbed.host("one");
});

beforeEach(async () => {
  await host.wipe();
  parlour = await openParlour({ testbed, program: PROGRAM });
});

afterEach(async () => {
  await parlour[Symbol.asyncDispose]();
  await host.wipe();
});

/** Types the deploy of an app that takes twenty seconds to come up, and waits until it is on the server. */
async function deployAndWatch(): Promise<EventId> {
  const command = await parlour.say("ana", SLOW);
  const look = async (): Promise<true | undefined> =>
    (await host.docker("service", "ls", "--quiet", "--filter=name=slow_one_test")) === ""
      ? undefined
      : true;
  await until("the service", look, 60);
  return command;
}

function endings(): readonly string[] {
  const bodies = parlour.messages().map(({ body }) => body);
  return bodies.filter((body) => /slow\.one\.test: deploy (succeeded|failed|cancelled)/.test(body));
}

test("🛑 while an image is fetched ends the job before anything is written", async () => {
  await parlour.start({ [KILL_AT]: "before pull", [KILL_WITH]: "SIGSTOP" });
  const before = await whatStands(testbed, parlour.house);
  const command = await parlour.say("ana", SLOW);
  await until("moot to stand still before the pull", isStopped, 60);
  // The registry's image cannot come through, and moot waits for it.
  await host.freeze();
  try {
    process.kill(parlour.moot.pid, "SIGCONT");
    await parlour.react("ana", command, "🛑");
    const { body } = await parlour.settled(command, 20);
    expect(body).toContain("slow.one.test: deploy cancelled");
    expect(body).toContain("Stopped by @ana:example.coop");
    expect(body).toContain("nothing was changed");
  } finally {
    await host.thaw();
  }
  expect(await whatStands(testbed, parlour.house)).toEqual(before);
});

test("!cancel by another member while it watches ends it, says what stays, and only once", async () => {
  await parlour.start();
  const command = await deployAndWatch();
  expect(await parlour.ask("cem", "!cancel 1")).toContain("Job 1 is being stopped");
  const { body } = await parlour.settled(command);
  expect(body).toContain("slow.one.test: deploy cancelled");
  expect(body).toContain("Stopped by @cem:example.coop");
  expect(body).toContain("write the stack slow_one_test");
  expect(body).toContain("!status slow.one.test");
  expect(await parlour.ask("ana", "!cancel 1")).toContain("Job 1 has ended already: cancelled");
  await parlour.react("ana", command, "🛑");
  await parlour.ask("ana", "!jobs");
  expect(endings()).toHaveLength(1);
  const signs = parlour.seen().filter((event) => event.kind === "reaction");
  expect(signs.map(({ sender, key, target }) => [sender, key, target])).toEqual([
    ["@moot:localhost", "🛑", command],
    [member("ana"), "🛑", command],
  ]);
});

test("🛑 on the progress message stops the job too, and two at once do no more than one", async () => {
  await parlour.start();
  const command = await deployAndWatch();
  const progress = await parlour.sees("progress", ({ body }) => body.includes("🛑 stops it"));
  await Promise.all([
    parlour.react("ana", progress.event, "🛑"),
    parlour.react("cem", progress.event, "🛑"),
  ]);
  expect((await parlour.settled(command)).body).toMatch(/Stopped by @(ana|cem):example\.coop/);
  await parlour.ask("ana", "!jobs");
  expect(endings()).toHaveLength(1);
});

test("who may not cancel stops nothing, by word or by sign, and the audit has it", async () => {
  await parlour.start();
  const command = await deployAndWatch();
  const sign = await parlour.react("dan", command, "🛑");
  expect(await parlour.ask("dan", "!cancel 1")).toContain("You may not !cancel");
  expect((await parlour.settled(command)).body).toContain("slow.one.test: deploy succeeded");
  await parlour.moot.kill("SIGTERM");
  const ledger = openLedger(join(parlour.house.folder, "moot.db"));
  const refusals = ledger.audit.recent(20).filter(({ what }) => what === "refusal");
  ledger.close();
  expect(refusals).toHaveLength(2);
  expect(refusals.map(({ who }) => who)).toEqual([member("dan"), member("dan")]);
  expect(refusals.map(({ event }) => event)).toContain(sign);
});

test("a job taken up after a kill can be stopped", async () => {
  await parlour.start();
  const command = await deployAndWatch();
  await parlour.moot.kill("SIGKILL");
  await parlour.start();
  await parlour.react("ana", command, "🛑");
  expect((await parlour.settled(command)).body).toContain("slow.one.test: deploy cancelled");
  expect(endings()).toHaveLength(1);
});

test("a wish to stop that moot was killed over is obeyed at the next start", async () => {
  await parlour.start({ [KILL_AT]: "cancel asked" });
  const command = await deployAndWatch();
  await parlour.react("cem", command, "🛑").catch(() => undefined);
  expect(await parlour.moot.ended(), parlour.moot.lines.join("\n")).toBe("SIGKILL");
  await parlour.start();
  const { body } = await parlour.settled(command, 20);
  expect(body).toContain("slow.one.test: deploy cancelled");
  expect(body).toContain("Stopped by @cem:example.coop");
  expect(endings()).toHaveLength(1);
});

async function isStopped(): Promise<true | undefined> {
  const status = await readFile(`/proc/${parlour.moot.pid}/status`, "utf8");
  return /^State:\tT/m.test(status) ? true : undefined;
}
