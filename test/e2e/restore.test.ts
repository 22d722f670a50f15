// A wiki is backed up, damaged and restored, equal to the byte; and goes back over an upgrade with its data.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Testbed } from "../testbed/index.ts";
import { agreed, does } from "./acting.ts";
import { KeptWiki } from "./kept-wiki.ts";
import { openParlour } from "./parlour.ts";
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

afterAll(async () => {
  await wiki.wipe();
});

test("what was damaged is as it was when it was backed up, and so is what was upgraded", async () => {
  await using parlour = await openParlour({ testbed });
  await wiki.keepBackups(parlour, ["backup", "backups", "restore"]);
  await parlour.start();
  await does(parlour, `!deploy wiki ${APP} --server ${SERVER} --version 1.0.0+1.0.0`);
  await wiki.sql(PAGES);
  await wiki.upload("logo.svg", "<svg/>");
  await wiki.keep("init");
  await does(parlour, `!backup ${APP}`);
  const content = await wiki.sql(".dump");
  const uploads = await wiki.uploads();
  const [first = ""] = await wiki.snapshots();

  await wiki.sql("delete from pages where id > 5; insert into pages (words) values ('spoilt')");
  await wiki.upload("logo.svg", "spoilt");
  await wiki.upload("virus.exe", "spoilt");
  const damage = await wiki.sql(".dump");
  await agreed(parlour, `!restore ${APP}`);
  expect(await wiki.sql(".dump")).toBe(content);
  expect(await wiki.uploads()).toBe(uploads);

  // What the restore overwrote was kept, and comes back as it lay.
  const [, safety = ""] = await wiki.snapshots();
  await agreed(parlour, `!restore ${APP} ${safety.slice(0, 8)}`);
  expect(await wiki.sql(".dump")).toBe(damage);
  expect(await wiki.uploads()).toContain("virus.exe: spoilt");
  await agreed(parlour, `!restore ${APP} ${first.slice(0, 8)}`);
  expect(await wiki.sql(".dump")).toBe(content);

  // A newer version makes data that the older one refuses to start on.
  await agreed(parlour, `!upgrade ${APP} --to 2.0.0+2.0.0`);
  await wiki.sql("insert into pages (words) values ('written since')");
  await wiki.upload("new.txt", "written since");
  await agreed(parlour, `!rollback ${APP} --with-data`);
  expect(await wiki.version()).toBe("1.0.0+1.0.0");
  expect(await wiki.sql(".dump")).toBe(content);
  expect(await wiki.uploads()).toBe(uploads);
  expect(await wiki.leftovers()).toBe("");
}, 600_000);
