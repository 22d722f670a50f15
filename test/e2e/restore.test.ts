// A wiki is backed up, damaged and restored, equal to the byte; and goes back over an upgrade with its data.
import { afterEach, beforeAll, expect, test } from "vitest";
import type { Testbed } from "../testbed/index.ts";
import { agreed, does } from "./acting.ts";
import { KeptWiki } from "./kept-wiki.ts";
import { openParlour, type Parlour } from "./parlour.ts";
import { openServers } from "./stage.ts";

const APP = "wiki.one.test";
const STACK = "wiki_one_test";
const SERVER = "one.example.coop";
const PAGES =
  "with recursive page(n) as (select 1 union all select n + 1 from page where n < 300) " +
  "insert into pages (words) select 'page ' || n || ' of the handbook' from page";

let testbed: Testbed;
let wiki: KeptWiki;

beforeAll(async () => {
  testbed = await openServers();
  const repository = "/srv/moot-restore";
  wiki = await KeptWiki.open({ testbed, server: SERVER, host: "one", stack: STACK, repository });
  await wiki.wipe();
});

afterEach(async () => {
  await wiki.wipe();
});

/** A wiki with content, on a server whose repository is new. */
async function filled(): Promise<Parlour> {
  const parlour = await openParlour({ testbed });
  await wiki.keepBackups(parlour, ["backup", "backups", "restore"]);
  await parlour.start();
  await does(parlour, `!deploy wiki ${APP} --server ${SERVER} --version 1.0.0+1.0.0`);
  await wiki.sql(PAGES);
  await wiki.upload("logo.svg", "<svg/>");
  await wiki.keep("init");
  return parlour;
}

test("what was damaged is as it was when it was backed up, though moot is killed over it, and what was overwritten comes back", async () => {
  await using parlour = await filled();
  await does(parlour, `!backup ${APP}`);
  const content = await wiki.sql(".dump");
  const uploads = await wiki.uploads();

  await wiki.sql("delete from pages where id > 5; insert into pages (words) values ('spoilt')");
  await wiki.upload("logo.svg", "spoilt");
  await wiki.upload("virus.exe", "spoilt");
  const damage = await wiki.sql(".dump");
  await agreed(parlour, `!restore ${APP}`, async () => {
    await wiki.killWithin("restore", parlour);
    await parlour.start();
  });
  expect(await wiki.sql(".dump")).toBe(content);
  expect(await wiki.uploads()).toBe(uploads);

  // What the restore overwrote was kept, and comes back as it lay.
  const [, safety = ""] = await wiki.snapshots();
  await agreed(parlour, `!restore ${APP} ${safety.slice(0, 8)}`);
  expect(await wiki.sql(".dump")).toBe(damage);
  expect(await wiki.uploads()).toContain("virus.exe: spoilt");
  expect(await wiki.leftovers()).toBe("");
}, 600_000);

test("what was upgraded goes back with its data, though the newer ones would not start", async () => {
  await using parlour = await filled();
  const content = await wiki.sql(".dump");
  const uploads = await wiki.uploads();
  await agreed(parlour, `!upgrade ${APP} --to 2.0.0+2.0.0`);
  await wiki.sql("insert into pages (words) values ('written since')");
  await wiki.upload("new.txt", "written since");
  await agreed(parlour, `!rollback ${APP} --with-data`);
  expect(await wiki.version()).toBe("1.0.0+1.0.0");
  expect(await wiki.sql(".dump")).toBe(content);
  expect(await wiki.uploads()).toBe(uploads);
  expect(await wiki.leftovers()).toBe("");
}, 600_000);
