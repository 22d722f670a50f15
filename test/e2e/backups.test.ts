// A wiki is backed up by restic into a repository of its server, a dump that fails in silence does not count, and nothing is risked then.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Testbed } from "../testbed/index.ts";
import { ensureRestic } from "../testbed/tools.ts";
import { does } from "./acting.ts";
import { openParlour, type Parlour } from "./parlour.ts";
import { openServers } from "./stage.ts";

const APP = "wiki.one.test";
const STACK = "wiki_one_test";
const SERVER = "one.example.coop";
const REPOSITORY = "/srv/moot-story";
const PASSWORD = "the-repository-s-own-password";
const DUMP = `/var/lib/docker/volumes/${STACK}_db-data/_data/backup.sql`;
/** Enough that to lose them is to lose more than half. */
const PAGES =
  "with recursive page(n) as (select 1 union all select n + 1 from page where n < 300) " +
  "insert into pages (words) select 'page ' || n || ' of the handbook' from page";

let testbed: Testbed;
let restic: string;

beforeAll(async () => {
  testbed = await openServers();
  restic = await ensureRestic(() => undefined);
  await testbed.host("one").wipe();
  await testbed.host("one").exec("rm", "-rf", REPOSITORY);
});

afterAll(async () => {
  await testbed.host("one").wipe();
  await testbed.host("one").exec("rm", "-rf", REPOSITORY);
});

test("what is in a backup is what was in the app, and what is not enough keeps it from risk", async () => {
  await using parlour = await openParlour({ testbed });
  await keepBackups(parlour);
  await parlour.start();
  await does(parlour, `!deploy wiki ${APP} --server ${SERVER} --version 1.0.0+1.0.0`);
  await sql(PAGES);
  await upload("logo.svg", "<svg/>");
  const content = await sql(".dump");

  expect(await parlour.ask("ana", `!backup ${APP}`)).toContain("restic init --repo");
  await keep("init");
  await does(parlour, `!backup ${APP}`);
  const [first = ""] = await snapshots();
  expect(await keep("dump", first, DUMP)).toBe(content);
  expect(await keep("dump", first, "/moot/app/env")).toContain(`DOMAIN=${APP}`);
  // What the hook made for the snapshot does not stay in the volume.
  expect(await inDatabase("ls", "/var/db")).not.toContain("backup.sql");

  await sql("delete from pages");
  const fallen = await parlour.ask("ana", `!backup ${APP}`);
  expect(fallen).toContain("backup failed");
  expect(fallen).toContain("by more than half");
  const kept = await parlour.ask("ana", `!upgrade ${APP} --to 1.1.0+1.1.0`);
  expect(kept).toContain("Nothing was changed, since no backup counts.");
  expect(await version()).toBe("1.0.0+1.0.0");

  await sql(PAGES);
  const before = (await snapshots()).length;
  await does(parlour, `!upgrade ${APP} --to 1.1.0+1.1.0`);
  expect(await version()).toBe("1.1.0+1.1.0");
  expect(await snapshots()).toHaveLength(before + 1);
  const list = await parlour.ask("ana", `!backups ${APP}`);
  expect(list).toContain(first.slice(0, 8));
  expect(await testbed.host("one").docker("ps", "--all", "--quiet", "--filter=name=moot-")).toBe(
    "",
  );
});

/** Rights and a repository, in the config of a moot that does not run yet. */
async function keepBackups(parlour: Parlour): Promise<void> {
  const { registry } = testbed;
  const digest = await registry.digest("moot/restic", "1");
  const file = join(parlour.house.folder, "repository-password");
  await writeFile(file, PASSWORD, { mode: 0o600 });
  await parlour.amend((settings) => {
    for (const right of ["backup", "backups"]) settings.addIn(["roles", "keeper", "may"], right);
    settings.setIn(["tools", "restic"], restic);
    settings.setIn(["backups"], {
      image: `${registry.address}/moot/restic@${digest ?? ""}`,
      repositories: { [SERVER]: { url: REPOSITORY, password: { file } } },
    });
  });
}

/** restic itself, on the server; what it prints. */
async function keep(...words: readonly string[]): Promise<string> {
  const password = `RESTIC_PASSWORD=${PASSWORD}`;
  const common = ["env", password, restic, "--no-cache", "--quiet", "--repo", REPOSITORY];
  return testbed.host("one").exec(...common, ...words);
}

/** Full ids, oldest first. */
async function snapshots(): Promise<readonly string[]> {
  const listed = await keep("snapshots", "--json");
  return [...listed.matchAll(/"id":"(?<id>[0-9a-f]{64})"/g)].flatMap(
    ({ groups }) => groups?.["id"] ?? [],
  );
}

/** As the wiki keeps what people upload. */
async function upload(name: string, text: string): Promise<void> {
  const format = "{{.Mountpoint}}";
  const root = await testbed
    .host("one")
    .docker("volume", "inspect", "--format", format, `${STACK}_media`);
  const write = 'printf %s "$2" >"$1"';
  await testbed.host("one").exec("sh", "-c", write, "sh", join(root, name), text);
}

async function sql(words: string): Promise<string> {
  return inDatabase("sqlite3", "/var/db/wiki.db", words);
}

async function inDatabase(...argv: readonly string[]): Promise<string> {
  const one = testbed.host("one");
  const container = await one.docker("ps", "--quiet", `--filter=name=${STACK}_db`);
  return one.docker("exec", container, ...argv);
}

async function version(): Promise<string> {
  const format = `{{index .Spec.Labels "coop-cloud.${STACK}.version"}}`;
  return testbed.host("one").docker("service", "inspect", "--format", format, `${STACK}_app`);
}
