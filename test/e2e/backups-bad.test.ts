// What can go wrong with a backup, on a real engine and a real repository: it is told as what it is, nothing counts, and nothing is left behind.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Testbed, TestHost } from "../testbed/index.ts";
import { agreed, does } from "./acting.ts";
import { KeptWiki } from "./kept-wiki.ts";
import { openParlour, type Parlour } from "./parlour.ts";
import { openServers } from "./stage.ts";
import { until } from "./until.ts";

const APP = "wiki.one.test";
const STACK = "wiki_one_test";
const SERVER = "one.example.coop";
const SECRET = "hunter2-hunter2";
const BACKUP = `!backup ${APP}`;
/** In place of the program that dumps: as ever, but for what a file says that it is to do before a dump. */
const SABOTAGED = `#!/bin/sh
case "$*" in *.dump*) if [ -e /tmp/how ]; then . /tmp/how; fi ;; esac
exec sqlite3.real "$@"
`;

let testbed: Testbed;
let host: TestHost;
let wiki: KeptWiki;
let parlour: Parlour;
/** The one good backup. */
let good: string;

beforeAll(async () => {
  testbed = await openServers();
  host = testbed.host("one");
  const place = { host: "one", stack: STACK, repository: "/srv/moot-bad" } as const;
  wiki = await KeptWiki.open({ testbed, server: SERVER, ...place });
  await wiki.wipe();
  parlour = await openParlour({ testbed });
  await wiki.keepBackups(parlour, ["backup", "backups", "restore", "cancel"]);
  await parlour.start();
  await does(parlour, `!deploy wiki ${APP} --server ${SERVER} --version 1.0.0+1.0.0`);
  await wiki.sql("insert into pages (words) values ('kept')");
  await wiki.upload("logo.svg", "<svg/>");
  await wiki.keep("init");
  await does(parlour, BACKUP);
  [good = ""] = await wiki.snapshots();
}, 600_000);

afterAll(async () => {
  await parlour[Symbol.asyncDispose]();
  await wiki.wipe();
});

/** What each dump does first, from now on; nothing: as ever. */
async function sabotage(how: string): Promise<void> {
  const install =
    'set -e; cd /bin; [ -e sqlite3.real ] || mv sqlite3 sqlite3.real; mkdir -p /tmp; printf %s "$1" >sqlite3; chmod 755 sqlite3; printf %s "$2" >/tmp/how';
  await wiki.inDatabase(["sh", "-c", install, "sh", SABOTAGED, how]);
}

/** The ending of one that does not count. */
async function bad(): Promise<string> {
  const ending = await parlour.ask("ana", BACKUP, 300);
  expect(ending).toContain("backup failed");
  expect(await wiki.leftovers()).toBe("");
  return ending;
}

function tasks(): Promise<string> {
  const filter = `--filter=name=${STACK}_`;
  return host.docker("service", "ls", "--format", "{{.Name}} {{.Replicas}}", filter);
}

async function allRun(): Promise<true | undefined> {
  const said = await tasks();
  return said.includes(`${STACK}_app 1/1`) && said.includes(`${STACK}_db 1/1`) ? true : undefined;
}

async function mediaRoot(): Promise<string> {
  return host.docker("volume", "inspect", "--format", "{{.Mountpoint}}", `${STACK}_media`);
}

test("a hook that fails and prints a secret saves nothing, and what follows a hook is done all the same", async () => {
  await sabotage(`echo "connecting with DB_PASSWORD=${SECRET}" >&2; exit 7`);
  const ending = await bad();
  expect(ending).toContain("the pre-hook of db failed: it ended with exit code 7");
  expect(ending).toContain("DB_PASSWORD=****");
  expect(await wiki.snapshots()).toEqual([good]);
  expect(await wiki.inDatabase(["ls", "/var/db"])).not.toContain("backup.sql");
  const database = join(parlour.house.folder, "moot.db");
  const kept = [parlour.log, database, `${database}-wal`].map((file) => readFile(file, "latin1"));
  const said = JSON.stringify(parlour.messages());
  for (const text of [said, ...(await Promise.all(kept))]) expect(text).not.toContain(SECRET);
}, 600_000);

test("a dump that fails in silence is read, and counts for nothing", async () => {
  await sabotage("exit 0");
  expect(await bad()).toContain(`backup.sql of the volume ${STACK}_db-data is empty in it`);
  expect(await parlour.ask("ana", `!backups ${APP}`)).toContain("is empty in it");
}, 600_000);

test("a hook that hangs is ended with what it began when somebody stops the backup", async () => {
  await sabotage("touch /tmp/hangs; sleep 3456");
  const command = await parlour.say("ana", BACKUP);
  const hangs = async (): Promise<true | undefined> =>
    (await wiki.inDatabase(["ls", "/tmp"])).includes("hangs") ? true : undefined;
  await until("the hook to hang", hangs, 120);
  await parlour.react("ana", command, "🛑");
  const { body } = await parlour.settled(command);
  expect(body).toContain("backup cancelled");
  const left = async (): Promise<true | undefined> =>
    (await wiki.inDatabase(["ps"])).includes("3456") ? undefined : true;
  await until("its end", left, 60);
  expect(await wiki.inDatabase(["ls", "/var/db"])).not.toContain("backup.sql");
  await sabotage("");
}, 600_000);

test("an app in the middle of an update is not begun with, and one that keeps crashing is not read", async () => {
  const change = async (...words: readonly string[]): Promise<void> => {
    const how = ["--detach", "--update-failure-action=continue", ...words];
    await host.docker("service", "update", ...how, `${STACK}_app`);
  };
  await change("--update-monitor=60s", "--env-add=CHANGED=yes");
  expect(await parlour.ask("ana", BACKUP)).toContain("is in the middle of an update");
  const before = await wiki.snapshots();
  await change("--update-monitor=1s", "--args=sh -c 'echo no such table; exit 3'");
  const state = ["service", "inspect", "--format", "{{.UpdateStatus.State}}", `${STACK}_app`];
  const isOver = async (): Promise<true | undefined> =>
    (await host.docker(...state)) === "updating" ? undefined : true;
  await until("the end of the update", isOver, 120, tasks);
  const ending = await parlour.ask("ana", BACKUP, 300);
  expect(ending).toContain("app keeps crashing: exit code 3");
  expect(ending).toContain("no such table");
  expect(await wiki.snapshots()).toEqual(before);
  await change("--update-monitor=1s", "--env-rm=CHANGED", "--args=httpd -f -p 8080 -h /srv");
  await until("the end of the update", isOver, 120, tasks);
  await until("the app to run again", allRun, 120, tasks);
}, 600_000);

test("a server that is lost in the midst of it fails it, and the stopped service runs again", async () => {
  const media = await mediaRoot();
  await host.exec("sh", "-c", `head -c 300000000 /dev/urandom >'${media}/film'`);
  const command = await parlour.say("ana", `${BACKUP} --stop app`);
  const reads = async (): Promise<true | undefined> =>
    (await host.docker("ps", "--quiet", "--filter=name=moot-vault-save")) === "" ? undefined : true;
  await until("restic to read", reads, 240, tasks);
  expect(await tasks()).toContain(`${STACK}_app 0/0`);
  await host.stopSshd();
  await host.startSshd();
  const { body } = await parlour.settled(command, 300);
  await host.exec("rm", `${media}/film`);
  expect(body).toContain("backup failed");
  expect(body).toContain("connection");
  await until("the app to run again", allRun, 120, tasks);
  expect(await wiki.leftovers()).toBe("");
}, 600_000);

test("a volume that is empty all at once counts on somebody's word alone", async () => {
  await host.exec("rm", `${await mediaRoot()}/logo.svg`);
  const ending = await bad();
  expect(ending).toContain(`the volume ${STACK}_media is empty in it`);
  expect(ending).toContain(`${BACKUP} --small-is-right`);
}, 600_000);

test("a snapshot of nobody's, one of another's, and one older than a secret's value are told before anything is touched", async () => {
  const unknown = await parlour.ask("ana", `!restore ${APP} deadbeef`);
  expect(unknown).toContain("deadbeef");
  expect(unknown).toContain(`!backups ${APP}`);
  await wiki.keep("backup", "/etc/hostname");
  const foreign = (await wiki.snapshots()).at(-1)?.slice(0, 8) ?? "";
  const refused = await parlour.ask("ana", `!restore ${APP} ${foreign}`);
  expect(refused).toContain(`The snapshot ${foreign} is none that moot made`);
  await agreed(parlour, `!secrets ${APP} rotate db_password`);
  await parlour.say("ana", `!restore ${APP} ${good.slice(0, 8)}`);
  const isTold = ({ body }: { readonly body: string }): boolean =>
    body.includes("got another value since the snapshot was taken");
  const { body } = await parlour.sees("that a value is newer", isTold);
  expect(body).toContain(`!restore ${APP} ${good.slice(0, 8)} --as NEWDOMAIN`);
}, 600_000);

test("an app that is down is saved as its volumes lie, without a hook", async () => {
  await agreed(parlour, `!undeploy ${APP} --no-backup`);
  expect(await parlour.ask("ana", `${BACKUP} --small-is-right`, 300)).toContain("backup succeeded");
  const newest = (await wiki.snapshots()).at(-1) ?? "";
  const database = `/var/lib/docker/volumes/${STACK}_db-data/_data`;
  expect(await wiki.keep("ls", newest, database)).toContain(`${database}/wiki.db`);
  expect(await wiki.leftovers()).toBe("");
}, 600_000);

test("a file that goes away between being listed and being read is left out, and the rest counts", async () => {
  const media = await mediaRoot();
  // restic opens three files ahead, in their order, and has two of them read at once.
  const films = ["film1", "film2", "film3"].map((film) => join(media, film));
  await host.exec("truncate", "--size=1G", ...films);
  await wiki.upload("poster.svg", "<svg/>");
  await wiki.upload("zine.svg", "<svg/>");
  const command = await parlour.say("ana", BACKUP);
  await wiki.whileReading("/film[123]$", () => host.exec("rm", join(media, "zine.svg")));
  const { body } = await parlour.settled(command, 300);
  expect(body).toContain("backup succeeded");
  const listed = await wiki.keep("ls", (await wiki.snapshots()).at(-1) ?? "");
  expect(listed).toContain("poster.svg");
  expect(listed).not.toContain("zine.svg");
  expect(await wiki.leftovers()).toBe("");
}, 600_000);
