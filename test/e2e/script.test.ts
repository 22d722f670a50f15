// A script in the console room, on a real server: it waits for people and their jobs, and its exit code tells how all ended.
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Testbed } from "../testbed/index.ts";
import { member, openParlour, type Parlour } from "./parlour.ts";
import { openServers } from "./stage.ts";

const MAIN = join(import.meta.dirname, "../../src/main.ts");
const APP = "scripted.one.test";
const DEPLOY = `!deploy wiki ${APP} --server one.example.coop --version 1.0.0+1.0.0`;
/** Stays at its first version until the last test agrees to more: what went up cannot go down again, as its data are newer. */
const ASKED = "asked.one.test";
const MAJOR = `!deploy ${ASKED} --version 2.0.0+2.0.0`;

let testbed: Testbed;
let parlour: Parlour;

beforeAll(async () => {
  testbed = await openServers();
  for (const host of testbed.hosts) await host.wipe();
  parlour = await openParlour({ testbed });
  await parlour.start();
});

afterAll(async () => {
  await parlour[Symbol.asyncDispose]();
  await testbed.host("one").wipe();
});

/** Types these lines as ana, each when the one before has ended; `shown` leaves out what the room saw before. */
async function script(
  ...lines: readonly string[]
): Promise<{ readonly exitCode: number | undefined; readonly shown: string }> {
  const args = [MAIN, "console", "--config", parlour.house.config, "--as", member("ana")];
  const { exitCode, stdout } = await execa(process.execPath, args, {
    input: ["let us begin", ...lines].map((line) => `${line}\n`).join(""),
    reject: false,
    timeout: 240_000,
  });
  return { exitCode, shown: stdout.split("ana   let us begin\n").at(-1) ?? "" };
}

/** What a script left open is no longer asked. */
async function withdraw(): Promise<void> {
  const jobs = await parlour.ask("ana", "!jobs");
  const name = /\ba\d+\b/.exec(jobs)?.[0] ?? "";
  expect(await parlour.ask("ana", `!cancel ${name}`)).toContain("withdrawn");
}

test("ends with 0 when its jobs succeeded, the one that people agreed to among them", async () => {
  expect((await script(DEPLOY)).exitCode).toBe(0);
  const major = `!deploy ${APP} --version 2.0.0+2.0.0`;
  const { exitCode, shown } = await script(major, "@bea 👍", "!status");
  const at = (words: string): number => shown.indexOf(words);
  expect(at("deploy succeeded")).toBeGreaterThan(at("bea   👍"));
  expect(at("ana   !status")).toBeGreaterThan(at("deploy succeeded"));
  expect(at("2.0.0+2.0.0  2 services running")).toBeGreaterThan(at("ana   !status"));
  expect(exitCode).toBe(0);
  expect((await script(DEPLOY.replace(APP, ASKED))).exitCode).toBe(0);
});

test.each<readonly [string, readonly string[]]>([
  ["nobody said yes", []],
  ["only somebody said yes who may not", ["@dan 👍"]],
  ["only the one who asks said yes, twice", ["👍", "👍"]],
  ["somebody objects", ["@cem 👎", "@bea 👍"]],
])("ends with 3 when %s", async (_what, lines) => {
  const { exitCode, shown } = await script(MAJOR, ...lines);
  expect(shown).not.toContain("Job ");
  expect(exitCode).toBe(3);
  await withdraw();
});

test("ends with 0 when an objection was turned into a yes", async () => {
  const { exitCode, shown } = await script(MAJOR, "@bea 👎", "@bea 👍");
  expect(shown).toContain("objects");
  expect(shown).toContain("deploy succeeded");
  expect(exitCode).toBe(0);
});

test("ends with 1 when something was refused, or an emoji reached nothing", async () => {
  const nothing = await script("👍");
  expect(nothing.exitCode).toBe(1);
  expect(nothing.shown).toMatch(/^nothing to react to: .*!jobs/);
  expect((await script("@dan !deploy hello x.one.test")).exitCode).toBe(1);
  expect((await script("@eve !help")).shown).toContain("no member called eve");
});
