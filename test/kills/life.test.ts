// moot is killed at every point of the acts on an app that is there, and of the way back: each is done once, and as planned.
import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stepWords } from "../../src/words/steps.ts";
import type { Parlour } from "../e2e/parlour.ts";
import { openServers } from "../e2e/stage.ts";
import type { Testbed } from "../testbed/index.ts";
import {
  commits,
  envOf,
  holdings,
  killThrough,
  live,
  ONE,
  openLife,
  TWO,
  within,
} from "./life-story.ts";
import { around, OCCURS } from "./occurs.ts";
import { CRASHING, NARROWER, openShelf } from "./recipes.ts";
import { said } from "./story.ts";

let testbed: Testbed;
let folder: string;

beforeAll(async () => {
  const servers = await openServers();
  for (const host of servers.hosts) await host.wipe();
  folder = await mkdtemp(join(tmpdir(), "moot-recipes-"));
  testbed = { ...servers, recipes: await openShelf(servers, join(folder, "shelf")) };
});

afterAll(async () => {
  for (const host of testbed.hosts) await host.wipe();
  await rm(folder, { recursive: true, force: true });
});

const STEPS = {
  "way back": [
    "back deploy-stack",
    "back write-env",
    "back watch",
    "back remove-services",
    "back commit",
  ],
  move: ["carry-secrets", "remove-stack", "carry-volume", "move-env", "deploy-stack"],
  remove: ["destroy volume", "destroy secret", "remove-env"],
  rotation: ["create-secret", "deploy-stack", "remove-secrets"],
  undeploy: ["remove-stack", "record-version"],
  restart: ["restart", "watch"],
  run: ["run-function"],
  insert: ["insert-secret"],
} as const;

const RUNNING = {
  services: ["app 1/1"],
  volumes: ["data"],
  secrets: ["session_key_v1"],
  configs: ["index_v1"],
};

/** Swarm takes configs away together with their stack. */
const TAKEN_DOWN = { ...RUNNING, services: [], configs: [] };

test("each kind of step has the story that it is said to occur in", () => {
  const named: Readonly<Record<string, readonly string[]>> = STEPS;
  for (const [kind, story] of Object.entries(OCCURS)) {
    if (story === "new" || story === "narrower") continue;
    expect(named[story]?.map((name) => name.replace(/^destroy .*/, "destroy"))).toContain(kind);
  }
});

test.concurrent("the way back", async () => {
  const { app, stack, deploy } = named("back");
  await using parlour = await openLife(testbed, deploy);
  const before = await envOf(parlour, ONE, app);
  const { ending, job } = await killThrough(parlour, {
    typed: `!deploy ${app} --version ${CRASHING} GREETING=Moin`,
    // That it turns is written in one.
    points: ["before turn-back", "past turn-back", ...around(...STEPS["way back"])],
    ends: "failed",
  });
  const [first] = job.plan.back?.steps ?? [];
  const resumed = said(parlour, "was stopped in the middle");
  expect(resumed[1]).toContain(`goes on with: ${first && stepWords(first)}`);
  expect(ending).toContain("deploy failed");
  expect(ending).toContain(`So all services were put back to version ${NARROWER}: app.`);
  const one = testbed.host("one");
  expect(await holdings(one, stack)).toEqual(RUNNING);
  expect(await versionOf(stack)).toBe(NARROWER);
  expect(await envOf(parlour, ONE, app)).toBe(before);
  expect(commits(parlour)).toBe(2);
});

test.concurrent("move", async () => {
  const { app, stack, deploy } = named("move");
  await using parlour = await openLife(testbed, deploy);
  const [one, two] = [testbed.host("one"), testbed.host("two")];
  await within(one, stack, "sh", "-c", "echo what people wrote > /data/page");
  const secret = await within(one, stack, "cat", "/run/secrets/session_key");
  const before = await envOf(parlour, ONE, app);
  const { ending } = await killThrough(parlour, {
    typed: `!move ${app} ${TWO}`,
    points: around(...STEPS.move),
    ends: "succeeded",
  });
  expect(ending).toContain("move succeeded");
  expect(await holdings(two, stack)).toEqual(RUNNING);
  expect(await within(two, stack, "cat", "/data/page")).toBe("what people wrote");
  expect(await within(two, stack, "cat", "/run/secrets/session_key")).toBe(secret);
  // Once there, once here.
  expect(await starts(two, stack)).toBe(2);
  expect(await holdings(one, stack)).toEqual(TAKEN_DOWN);
  expect(await envOf(parlour, TWO, app)).toBe(before);
  await expect(envOf(parlour, ONE, app)).rejects.toThrow("ENOENT");
  expect(commits(parlour)).toBe(2);
});

test.concurrent("remove", async () => {
  const { app, stack, deploy } = named("remove");
  await using parlour = await openLife(testbed, deploy, `!undeploy ${app}`);
  const { ending } = await killThrough(parlour, {
    typed: `!remove ${app}`,
    points: around(...STEPS.remove),
    ends: "succeeded",
  });
  expect(ending).toContain("remove succeeded");
  const nothing = { services: [], volumes: [], secrets: [], configs: [] };
  expect(await holdings(testbed.host("one"), stack)).toEqual(nothing);
  await expect(envOf(parlour, ONE, app)).rejects.toThrow("ENOENT");
  expect(commits(parlour)).toBe(3);
});

test.concurrent("rotation", async () => {
  const { app, stack, deploy } = named("rotation");
  await using parlour = await openLife(testbed, deploy);
  const one = testbed.host("one");
  const old = await within(one, stack, "cat", "/run/secrets/session_key");
  const { ending } = await killThrough(parlour, {
    typed: `!secrets ${app} rotate session_key`,
    points: around(...STEPS.rotation),
    ends: "succeeded",
  });
  expect(ending).toContain("succeeded");
  expect(await holdings(one, stack)).toEqual({ ...RUNNING, secrets: ["session_key_v2"] });
  const fresh = await within(one, stack, "cat", "/run/secrets/session_key");
  expect(fresh).toHaveLength(32);
  expect(fresh).not.toBe(old);
  expect(await starts(one, stack)).toBe(2);
  expect(await envOf(parlour, ONE, app)).toContain("SECRET_SESSION_KEY_VERSION=v2");
  expect(commits(parlour)).toBe(2);
});

test.concurrent("undeploy", async () => {
  const { app, stack, deploy } = named("undeploy");
  await using parlour = await openLife(testbed, deploy);
  const before = await envOf(parlour, ONE, app);
  const { ending } = await killThrough(parlour, {
    typed: `!undeploy ${app}`,
    points: around(...STEPS.undeploy),
    ends: "succeeded",
  });
  expect(ending).toContain("undeploy succeeded");
  expect(await holdings(testbed.host("one"), stack)).toEqual(TAKEN_DOWN);
  expect(await envOf(parlour, ONE, app)).toBe(before);
  expect(commits(parlour)).toBe(2);
});

test.concurrent("restart", async () => {
  const { app, stack, deploy } = named("restart");
  await using parlour = await openLife(testbed, deploy);
  const { ending } = await killThrough(parlour, {
    typed: `!restart ${app}`,
    points: around(...STEPS.restart),
    ends: "succeeded",
  });
  expect(ending).toContain("restart succeeded");
  const one = testbed.host("one");
  expect(await holdings(one, stack)).toEqual(RUNNING);
  expect(await starts(one, stack)).toBe(2);
  expect(commits(parlour)).toBe(2);
});

test.concurrent("run", async () => {
  const { app, stack, deploy } = named("run");
  await using parlour = await openLife(testbed, deploy);
  const typed = `!run ${app} app mark`;
  const one = testbed.host("one");
  const marks = (): Promise<string> => within(one, stack, "sh", "-c", "cat /data/marks || true");
  for (const [times, point] of around(...STEPS.run).entries()) {
    const { ending } = await killThrough(parlour, { typed, points: [point], ends: "interrupted" });
    expect(ending).toContain("run interrupted");
    expect(ending).toContain("it was not run a second time");
    // The first began and came to nothing, the second came to its end.
    expect(await marks()).toBe("marked\n".repeat(times).trim());
  }
  expect(commits(parlour)).toBe(3);
});

test.concurrent("insert", async () => {
  const { app, stack, deploy } = named("insert");
  await using parlour = await openLife(testbed, deploy);
  const { ending } = await killThrough(parlour, {
    typed: `!secrets ${app} insert session_key_v2`,
    points: around(...STEPS.insert),
    ends: "succeeded",
    help: async (_, point) => {
      if (point.startsWith("after")) await putValue(parlour, "a value of ours");
    },
  });
  expect(ending).toContain("succeeded");
  const one = testbed.host("one");
  const both = ["session_key_v1", "session_key_v2"];
  expect(await holdings(one, stack)).toEqual({ ...RUNNING, secrets: both });
  expect(commits(parlour)).toBe(2);
  await live(parlour, `!deploy ${app} SECRET_SESSION_KEY_VERSION=v2`);
  expect(await within(one, stack, "cat", "/run/secrets/session_key")).toBe("a value of ours");
});

/** Where moot says that it waits for it. */
async function putValue(parlour: Parlour, value: string): Promise<void> {
  const { body } = await parlour.sees("where to put it", (one) => one.body.includes("waits for"));
  const path = /install -m 600 \/dev\/stdin (\S+)/.exec(body)?.[1] ?? "";
  await writeFile(`${path}.new`, value, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

function named(story: string) {
  const app = `${story}.one.test`;
  const deploy = `!deploy hello ${app} --server ${ONE} --version ${NARROWER}`;
  return { app, stack: app.replaceAll(".", "_"), deploy };
}

async function versionOf(stack: string): Promise<string> {
  const format = `{{index .Spec.Labels "coop-cloud.${stack}.version"}}`;
  return testbed.host("one").docker("service", "inspect", "--format", format, `${stack}_app`);
}

/** How often the app was started; its data remember it. */
async function starts(host: ReturnType<Testbed["host"]>, stack: string): Promise<number> {
  return (await within(host, stack, "cat", "/data/starts")).split("\n").length;
}
