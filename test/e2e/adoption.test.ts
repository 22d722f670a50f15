// An app that somebody deployed by hand, with abra's labels, is seen, adopted, upgraded and taken down.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Testbed } from "../testbed/index.ts";
import { agreed, does } from "./acting.ts";
import { openParlour } from "./parlour.ts";
import { openServers } from "./stage.ts";

const APP = "hand.one.test";
const STACK = "hand_one_test";
const VERSION = "1.0.0+1.0.0";
/** What abra would have as the app's env file. */
const ENV = {
  TYPE: `hello:${VERSION}`,
  DOMAIN: APP,
  LETS_ENCRYPT_ENV: "production",
  SECRET_SESSION_KEY_VERSION: "v1",
};
/** What abra puts on service `app` beside what the recipe says. */
const LABELS = `version: "3.8"
services:
  app:
    deploy:
      labels:
        - "coop-cloud.${STACK}.recipe=hello"
        - "coop-cloud.${STACK}.chaos=false"
`;
let testbed: Testbed;
let folder: string;

beforeAll(async () => {
  testbed = await openServers();
  await testbed.host("one").wipe();
  folder = await mkdtemp(join(tmpdir(), "moot-by-hand-"));
});

afterAll(async () => {
  await testbed.host("one").wipe();
  await rm(folder, { recursive: true, force: true });
});

test("what was deployed by hand is adopted, upgraded and taken down", async () => {
  await using parlour = await openParlour({ testbed });
  await deployByHand();
  const file = Object.entries(ENV).map(([key, value]) => `${key}=${value}\n`);
  await writeFile(join(parlour.house.abra, `servers/one.example.coop/${APP}.env`), file.join(""));
  await parlour.start();
  const seen = await parlour.ask("dan", `!status ${APP}`);
  expect(seen).toContain(VERSION);
  await does(parlour, `!deploy ${APP}`);
  expect(await label("version")).toBe(VERSION);
  await does(parlour, `!upgrade ${APP}`);
  expect(await label("version")).toBe("1.1.0+1.1.0");
  await agreed(parlour, `!undeploy ${APP}`);
  const { docker } = bound();
  expect(await docker("service", "ls", "--quiet", "--filter", `name=${STACK}`)).toBe("");
  expect(await docker("volume", "ls", "--quiet", "--filter", `name=${STACK}`)).not.toBe("");
  expect(await docker("secret", "ls", "--quiet", "--filter", `name=${STACK}`)).not.toBe("");
});

function bound(): { readonly docker: (...argv: readonly string[]) => Promise<string> } {
  const host = testbed.host("one");
  return { docker: (...argv) => host.docker(...argv) };
}

async function deployByHand(): Promise<void> {
  const { docker } = bound();
  const repository = join(testbed.recipes.folder, "hello.git");
  for (const name of ["compose.yml", "index.html.tmpl"]) {
    const { stdout } = await execa("git", ["show", `${VERSION}:${name}`], {
      cwd: repository,
      env: { GIT_CONFIG_GLOBAL: "/dev/null" },
    });
    await writeFile(join(folder, name), `${stdout}\n`);
  }
  await writeFile(join(folder, "labels.yml"), LABELS);
  await writeFile(join(folder, "key"), "made by hand");
  await docker("secret", "create", `${STACK}_session_key_v1`, join(folder, "key"));
  const files = ["compose.yml", "labels.yml"].map((name) => `--compose-file=${name}`);
  const env = { ...ENV, STACK_NAME: STACK, INDEX_VERSION: "v1" };
  const socket = `unix://${testbed.host("one").socket}`;
  await execa(testbed.docker, ["--host", socket, "stack", "deploy", ...files, STACK], {
    cwd: folder,
    env,
  });
}

function label(name: string): Promise<string> {
  const format = `{{index .Spec.Labels "coop-cloud.${STACK}.${name}"}}`;
  return bound().docker("service", "inspect", "--format", format, `${STACK}_app`);
}
