// The whole life of an app on real hosts, from its first deploy to its end; its data are looked at by what they say at each step.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { RecipeShelf } from "../testbed/recipes.ts";
import type { Testbed, TestHost } from "../testbed/index.ts";
import { openParlour, type Parlour } from "./parlour.ts";
import { openServers } from "./stage.ts";

const APP = "wiki.one.test";
const STACK = "wiki_one_test";
const BROKEN = "2.1.0+2.0.0";
let testbed: Testbed;
let folder: string;

beforeAll(async () => {
  const servers = await openServers();
  folder = await mkdtemp(join(tmpdir(), "moot-life-"));
  const shelf = await RecipeShelf.open(join(folder, "shelf"), servers.registry.address);
  const db = await readFile(
    join(import.meta.dirname, "../testbed/recipes/wiki/2.0.0+2.0.0/db.sh"),
    "utf8",
  );
  // Its database never answers, while its web server would.
  const broken = {
    "db.sh": db.replace("  prepare\n  exec", "  echo no room for pages >&2; exit 7\n  exec"),
    "abra.sh": "export PAGE_VERSION=v1\nexport DB_VERSION=v3\n",
  };
  await shelf.tag("wiki", BROKEN, broken);
  testbed = { ...servers, recipes: shelf };
  for (const host of testbed.hosts) await host.wipe();
});

afterAll(async () => {
  for (const host of testbed.hosts) await host.wipe();
  await rm(folder, { recursive: true, force: true });
});

test("a wiki is made, changed, upgraded, returned, rolled back", async () => {
  await using parlour = await openParlour({ testbed });
  await parlour.start();
  const one = testbed.host("one");
  const made = await parlour.ask(
    "ana",
    `!deploy wiki ${APP} --server one.example.coop --version 1.0.0+1.0.0`,
  );
  expect(made).toContain("deploy succeeded");
  await write(one, "first");
  expect(await pages(one)).toEqual(["first"]);

  const upgraded = await agreed(parlour, `!upgrade ${APP} --to 2.0.0+2.0.0`);
  expect(upgraded).toContain("upgrade succeeded");
  expect(await versionOf(one)).toBe("2.0.0+2.0.0");
  expect(await pages(one)).toEqual(["first"]);
  await write(one, "second");

  const failed = await parlour.ask("ana", `!upgrade ${APP}`);
  expect(failed).toContain("upgrade failed");
  expect(failed).toContain("no room for pages");
  expect(failed).toContain("all services were put back to version 2.0.0+2.0.0");
  expect(await versionOf(one)).toBe("2.0.0+2.0.0");
  expect(await pages(one)).toEqual(["first", "second"]);

  expect(await parlour.ask("ana", `!upgrade ${APP} --to 2.0.1+2.0.0`)).toContain(
    "upgrade succeeded",
  );
  const back = await parlour.ask("ana", `!rollback ${APP}`);
  expect(back).toContain("rollback succeeded");
  expect(await versionOf(one)).toBe("2.0.0+2.0.0");
  expect(await pages(one)).toEqual(["first", "second"]);
});

/** Asked by ana, agreed to by bea. */
async function agreed(parlour: Parlour, typed: string): Promise<string> {
  const command = await parlour.say("ana", typed);
  const { event } = await parlour.sees("the question", ({ body }) => body.startsWith("🗳 "));
  await parlour.react("bea", event, "👍");
  return parlour
    .sees(
      "its ending",
      ({ settles }) => settles?.command === command && settles.how !== "waiting",
      180,
    )
    .then(({ body }) => body);
}

async function versionOf(host: TestHost): Promise<string> {
  const format = `{{index .Spec.Labels "coop-cloud.${STACK}.version"}}`;
  return host.docker("service", "inspect", "--format", format, `${STACK}_app`);
}

async function write(host: TestHost, words: string): Promise<void> {
  const url = `http://127.0.0.1:8080/cgi-bin/index.cgi?add=${words}`;
  await host.docker("exec", await containerOf(host, "app"), "wget", "-q", "-O", "-", url);
}

async function pages(host: TestHost): Promise<readonly string[]> {
  const said = await host.docker("exec", await containerOf(host, "db"), "/db.sh", "pages");
  return said.split("\n").filter((line) => line !== "");
}

async function containerOf(host: TestHost, service: string): Promise<string> {
  const filter = `label=com.docker.swarm.service.name=${STACK}_${service}`;
  const ids = await host.docker("ps", "--quiet", "--filter", filter);
  return ids.split("\n")[0] ?? "";
}
