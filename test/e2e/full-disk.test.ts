// moot's own disk is full: the room is told so, nothing is lost or doubled, and all goes on when there is space again.
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { Testbed, TestHost } from "../testbed/index.ts";
import { openParlour, type Parlour } from "./parlour.ts";
import { openServers } from "./stage.ts";
import { until } from "./until.ts";

let testbed: Testbed;
let host: TestHost;
let parlour: Parlour;
let disk: string;

beforeAll(async () => {
  testbed = await openServers();
  host = testbed.host("one");
});

beforeEach(async () => {
  await host.wipe();
  parlour = await openParlour({ testbed });
  disk = join(parlour.house.folder, "disk");
  await mkdir(disk);
  await execa("mount", ["-t", "tmpfs", "-o", "size=8m", "tmpfs", disk]);
  await parlour.amend((settings) => {
    settings.setIn(["storage", "database"], join(disk, "moot.db"));
  });
  await parlour.start();
});

afterEach(async () => {
  await parlour.moot.kill("SIGTERM");
  await execa("umount", [disk]);
  await parlour[Symbol.asyncDispose]();
  await host.wipe();
});

async function fill(): Promise<void> {
  await expect(writeFile(join(disk, "ballast"), Buffer.alloc(8 << 20))).rejects.toThrow("ENOSPC");
}

async function makeSpace(): Promise<void> {
  await rm(join(disk, "ballast"));
}

test("a command typed while it is full is told why it waits, and runs once when there is space", async () => {
  await fill();
  // Resolves when it is stored, which is only later.
  const said = parlour.say("ana", "!deploy hello hello.one.test --server one.example.coop");
  said.catch(() => undefined);
  const told = await parlour.sees("words on the disk", ({ body }) => body.includes("disk is full"));
  expect(told.body).toContain(join(disk, "moot.db"));
  expect(told.body).toContain("Free some space on the machine moot runs on. Your command waits");
  await makeSpace();
  const ending = await parlour.settled(await said);
  expect(ending.body).toContain("hello.one.test: deploy succeeded");
  expect(count("hello.one.test: deploy succeeded")).toBe(1);
});

test("a disk that fills up in the middle of a deploy delays its ending and changes nothing else", async () => {
  const command = await parlour.say("ana", "!deploy slow slow.one.test --server one.example.coop");
  const look = async (): Promise<true | undefined> =>
    (await host.docker("service", "ls", "--quiet", "--filter=name=slow_one_test")) === ""
      ? undefined
      : true;
  await until("the service", look, 60);
  await fill();
  const from = parlour.moot.lines.length;
  await parlour.moot.logged("disk is full", from);
  expect(count("deploy succeeded")).toBe(0);
  await makeSpace();
  const ending = await parlour.settled(command);
  expect(ending.body).toContain("slow.one.test: deploy succeeded");
  expect(count("slow.one.test: deploy succeeded")).toBe(1);
  const tasks = await host.docker("stack", "ps", "--format={{.Name}}", "slow_one_test");
  expect(tasks.split("\n")).toEqual(["slow_one_test_app.1"]);
});

function count(words: string): number {
  return parlour.messages().filter(({ body }) => body.includes(words)).length;
}
