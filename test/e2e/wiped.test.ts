// Both hosts are wiped and moot's folder is gone: moot and its apps come back from the repositories, equal to the byte.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openApps } from "../../src/catalogue/apps.ts";
import { readConfig } from "../../src/config.ts";
import { SELF_TAG } from "../../src/core/self.ts";
import { openSelfIfAsked } from "../../src/verbs/self.ts";
import { Secrets } from "../../src/verbs/secrets.ts";
import { openLedger } from "../../storage/ledger.ts";
import { MemoryLog } from "../swarm/stage.ts";
import { openTestbed, type Testbed } from "../testbed/index.ts";
import { KEEPER_LOGIN, openKeeper, type Keeper } from "../testbed/keeper.ts";
import { inLane } from "../testbed/lane.ts";
import { ensureRestic } from "../testbed/tools.ts";
import { does } from "./acting.ts";
import { KeptWiki } from "./kept-wiki.ts";
import { openParlour, type Parlour } from "./parlour.ts";
import { GROUND } from "./stage.ts";

const exec = promisify(execFile);
const { signal } = new AbortController();
const PASSWORD = "the-repository-s-own-password";
const [ONE, TWO] = ["one.example.coop", "two.example.coop"] as const;
const [FIRST, SECOND, COPY] = ["wiki.one.test", "wiki.two.test", "copy.one.test"] as const;
const PAGES =
  "with recursive page(n) as (select 1 union all select n + 1 from page where n < 300) " +
  "insert into pages (words) select 'page ' || n || ' of the handbook' from page";

let testbed: Testbed;
let keeper: Keeper;
let restic: string;
let folder: string;

beforeAll(async () => {
  const say = (): void => undefined;
  testbed = await openTestbed({ ...inLane(GROUND), hosts: ["one", "two", "keeper"], say });
  keeper = await openKeeper(testbed.host("keeper"), join(testbed.folder, "kept"), say);
  restic = await ensureRestic(say);
  folder = await mkdtemp(join(tmpdir(), "moot-wiped-"));
  await wipeBoth();
  for (const name of ["one", "two", "self"]) {
    const place = join(keeper.folder, name);
    await testbed.host("keeper").exec("rm", "-rf", place);
    const password = `RESTIC_PASSWORD=${PASSWORD}`;
    await testbed.host("keeper").exec("env", password, restic, "--no-cache", "-r", place, "init");
  }
});

afterAll(async () => {
  await wipeBoth();
  await rm(folder, { recursive: true, force: true });
});

async function wipeBoth(): Promise<void> {
  for (const name of ["one", "two"]) await testbed.host(name).wipe();
}

/** What a server may only add to, over HTTP, and another over SFTP; the third is moot's own. */
async function keepBackups(parlour: Parlour): Promise<void> {
  const secret = async (name: string, text: string): Promise<{ readonly file: string }> => {
    const file = join(parlour.house.folder, name);
    await writeFile(file, text, { mode: 0o600 });
    return { file };
  };
  const password = await secret("repository-password", PASSWORD);
  const login = { user: KEEPER_LOGIN.user, password: await secret("login", KEEPER_LOGIN.password) };
  const key = await secret("keeper-key", keeper.key);
  const digest = await testbed.registry.digest("moot/restic", "1");
  await parlour.amend((settings) => {
    for (const right of ["backup", "backups", "restore"])
      settings.addIn(["roles", "keeper", "may"], right);
    settings.setIn(["approvals", "danger", "people"], 1);
    settings.setIn(["tools", "restic"], restic);
    settings.setIn(["backups"], {
      image: `${testbed.registry.address}/moot/restic@${digest ?? ""}`,
      schedule: "off",
      repositories: {
        [ONE]: {
          url: keeper.rest("one", "appendOnly"),
          login,
          password,
          own: { url: keeper.rest("one", "full"), login },
        },
        [TWO]: { url: keeper.sftp("two"), key, hostKey: keeper.hostKey, password },
      },
      self: { url: keeper.rest("self", "full"), login, password },
    });
  });
}

/** As a moot that runs does each night. */
async function saveMoot(parlour: Parlour): Promise<void> {
  const config = await readConfig(parlour.house.config);
  const ledger = openLedger(config.storage.database);
  const apps = openApps(config.abra.dir, new MemoryLog());
  const self = await openSelfIfAsked(config, { ledger, apps, secrets: new Secrets([]) });
  await self?.save(signal);
  ledger.close();
}

/** By the lines of docs/backups.md, with the address, the password and the login that were kept apart. */
async function bringMootBack(): Promise<void> {
  const address = new URL(keeper.rest("self", "full").replace(/^rest:/, ""));
  address.username = KEEPER_LOGIN.user;
  address.password = KEEPER_LOGIN.password;
  const back = join(folder, "moot-back");
  const words = ["-r", `rest:${address.href}`, "restore", "latest", "--tag", SELF_TAG];
  const env = { ...process.env, RESTIC_PASSWORD: PASSWORD, HOME: folder };
  await exec(restic, ["--no-cache", ...words, "--target", back], { env });
  await exec("sh", [join(back, "put-back.sh")]);
}

interface Content {
  readonly pages: string;
  readonly uploads: string;
  readonly secret: string;
}

async function contentOf(wiki: KeptWiki, stack?: string): Promise<Content> {
  return {
    pages: await wiki.sql(".dump", stack),
    uploads: await wiki.uploads(stack),
    secret: await wiki.inDatabase(["cat", "/run/secrets/db_password"], stack),
  };
}

test("moot and its apps come back from the repositories, on the server they were on and on another", async () => {
  await using parlour = await openParlour({ testbed });
  await keepBackups(parlour);
  await parlour.start();
  const place = { testbed, repository: "/nowhere" };
  const first = await KeptWiki.open({ ...place, server: ONE, host: "one", stack: "wiki_one_test" });
  const second = await KeptWiki.open({
    ...place,
    server: TWO,
    host: "two",
    stack: "wiki_two_test",
  });
  const envOf = (server: string, app: string): Promise<string> =>
    readFile(join(parlour.house.abra, "servers", server, `${app}.env`), "utf8");
  const fill = async (app: string, server: string, wiki: KeptWiki): Promise<void> => {
    const title = `WIKI_TITLE=${app}`;
    await does(parlour, `!deploy wiki ${app} --server ${server} --version 1.0.0+1.0.0 ${title}`);
    await wiki.sql(PAGES);
    await wiki.sql(`insert into pages (words) values ('of ${app}')`);
    await wiki.upload("logo.svg", `<svg>${app}</svg>`);
    await does(parlour, `!backup ${app}`);
  };
  await Promise.all([fill(FIRST, ONE, first), fill(SECOND, TWO, second)]);
  const before = [await contentOf(first), await contentOf(second)] as const;
  const envs = [await envOf(ONE, FIRST), await envOf(TWO, SECOND)];
  await parlour.moot.kill("SIGTERM");
  await saveMoot(parlour);

  await wipeBoth();
  await rm(parlour.house.folder, { recursive: true });
  await bringMootBack();
  expect([await envOf(ONE, FIRST), await envOf(TWO, SECOND)]).toEqual(envs);
  // The second server never comes back.
  await parlour.amend((settings) => {
    const { address, ssh } = testbed.host("two");
    settings.setIn(["servers", TWO, "ssh"], `${ssh.user}@${address}:1`);
  });
  await parlour.start();
  await Promise.all([
    does(parlour, `!restore ${FIRST}`),
    does(parlour, `!restore ${SECOND} --server ${ONE}`),
    does(parlour, `!restore ${FIRST} --as ${COPY}`),
  ]);
  const third = await KeptWiki.open({ ...place, server: ONE, host: "one", stack: "wiki_two_test" });
  expect(await contentOf(first)).toEqual(before[0]);
  expect(await contentOf(third)).toEqual(before[1]);
  expect([await envOf(ONE, FIRST), await envOf(ONE, SECOND)]).toEqual(envs);
  await expect(envOf(TWO, SECOND)).rejects.toThrow("ENOENT");
  // Beside it, as a new app with what the first was then.
  expect(await contentOf(first, "copy_one_test")).toEqual(before[0]);
  expect(await first.leftovers()).toBe("");

  await parlour.moot.kill("SIGTERM");
  const ledger = openLedger((await readConfig(parlour.house.config)).storage.database);
  expect(ledger.audit.check(1_000)).toBeUndefined();
  ledger.close();
}, 900_000);
