// A wiki is backed up by restic into a repository of its server, a dump that fails in silence does not count, nothing is risked then, and a kill leaves nothing stopped.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Testbed } from "../testbed/index.ts";
import { does } from "./acting.ts";
import { KeptWiki } from "./kept-wiki.ts";
import { openParlour } from "./parlour.ts";
import { openServers } from "./stage.ts";
import { until } from "./until.ts";

const APP = "wiki.one.test";
const STACK = "wiki_one_test";
const SERVER = "one.example.coop";
const REPOSITORY = "/srv/moot-story";
const DUMP = `/var/lib/docker/volumes/${STACK}_db-data/_data/backup.sql`;
/** Enough that to lose them is to lose more than half. */
const PAGES =
  "with recursive page(n) as (select 1 union all select n + 1 from page where n < 300) " +
  "insert into pages (words) select 'page ' || n || ' of the handbook' from page";

/** A wiki, five backups and two lives, on a machine that may be busy. */
const LONG = { timeout: 600_000 };

let testbed: Testbed;
let wiki: KeptWiki;

beforeAll(async () => {
  testbed = await openServers();
  const place = { server: SERVER, host: "one", stack: STACK, repository: REPOSITORY } as const;
  wiki = await KeptWiki.open({ testbed, ...place });
  await wiki.wipe();
});

afterAll(async () => {
  await wiki.wipe();
});

test("a backup has the app, a poor one counts for nothing, kills cost nothing", LONG, async () => {
  await using parlour = await openParlour({ testbed });
  await wiki.keepBackups(parlour, ["backup", "backups"]);
  await parlour.start();
  await does(parlour, `!deploy wiki ${APP} --server ${SERVER} --version 1.0.0+1.0.0`);
  await wiki.sql(PAGES);
  await wiki.upload("logo.svg", "<svg/>");
  const content = await wiki.sql(".dump");

  expect(await parlour.ask("ana", `!backup ${APP}`)).toContain("restic init --repo");
  await wiki.keep("init");
  await does(parlour, `!backup ${APP}`);
  const [first = ""] = await wiki.snapshots();
  expect(await wiki.keep("dump", first, DUMP)).toBe(content);
  expect(await wiki.keep("dump", first, "/moot/app/env")).toContain(`DOMAIN=${APP}`);
  // What the hook made for the snapshot does not stay in the volume.
  expect(await wiki.inDatabase(["ls", "/var/db"])).not.toContain("backup.sql");

  await wiki.sql("delete from pages");
  const fallen = await parlour.ask("ana", `!backup ${APP}`);
  expect(fallen).toContain("backup failed");
  expect(fallen).toContain("by more than half");
  const kept = await parlour.ask("ana", `!upgrade ${APP} --to 1.1.0+1.1.0`);
  expect(kept).toContain("Nothing was changed, since no backup counts.");
  expect(await wiki.version()).toBe("1.0.0+1.0.0");

  await wiki.sql(PAGES);
  const before = (await wiki.snapshots()).length;
  await does(parlour, `!upgrade ${APP} --to 1.1.0+1.1.0`);
  expect(await wiki.version()).toBe("1.1.0+1.1.0");
  expect(await wiki.snapshots()).toHaveLength(before + 1);

  const cut = await parlour.say("ana", `!backup ${APP} --stop db`);
  const isStopped = async (): Promise<true | undefined> =>
    (await wiki.replicas("db")) === 0 ? true : undefined;
  await until("a stopped database", isStopped, 120);
  await parlour.moot.kill();
  expect(await wiki.replicas("db")).toBe(0);
  await parlour.start();
  expect((await parlour.settled(cut, 180)).body).toContain("backup succeeded");
  expect(await wiki.replicas("db")).toBe(1);
  const list = await parlour.ask("ana", `!backups ${APP}`);
  expect(list).toContain(first.slice(0, 8));
  expect(await wiki.leftovers()).toBe("");
});
