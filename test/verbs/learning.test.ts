// Secrets that stand in env files are masked wherever they turn up later.
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openApps } from "../../src/catalogue/apps.ts";
import { parseConfig } from "../../src/config.ts";
import { isAppName, isServerName } from "../../src/core/ids.ts";
import { learnAll, learnFrom } from "../../src/verbs/learning.ts";
import { Secrets } from "../../src/verbs/secrets.ts";
import { openWorld } from "../../src/verbs/wiring.ts";
import { FakeApps } from "../fakes/apps.ts";
import { keepLog } from "../kept-log.ts";
import { named } from "../named.ts";

const { signal } = new AbortController();
const wiki = named(isAppName, "wiki.example.coop");
const alpha = named(isServerName, "alpha.example.coop");
const TEXT = "TYPE=wiki\nDB_PASSWORD=correct-horse\nSMTP_AUTH=login\nWIKI_TITLE=Our wiki\n";

test("after an env file was written, and after it was read by another moot", async () => {
  const disk = new FakeApps();
  const said = "correct-horse login Our wiki";
  const writer = new Secrets([]);
  const path = disk.pathOf(wiki, alpha);
  await learnFrom(disk, writer).write(path, TEXT, undefined, signal);
  expect(writer.mask(said)).toBe("**** login Our wiki");
  for (const read of ["find", "list"] as const) {
    const secrets = new Secrets([]);
    const apps = learnFrom(disk, secrets);
    await (read === "find" ? apps.find(wiki, signal) : apps.list(signal));
    expect(secrets.mask(said)).toBe("**** login Our wiki");
  }
});

test("from the start of moot on, before any command has read a file", async () => {
  const folder = await ground();
  await mkdir(join(folder, "abra/servers", alpha), { recursive: true });
  await writeFile(join(folder, "abra/servers", alpha, `${wiki}.env`), TEXT);
  const settings = {
    members: { "@ana:example.coop": ["watcher"] },
    roles: { watcher: { may: ["help"] } },
    servers: { [alpha]: { socket: join(folder, "docker.sock") } },
    abra: { dir: join(folder, "abra") },
    storage: { database: join(folder, "moot.db") },
    console: { socket: join(folder, "room/moot.sock") },
  };
  const file = join(folder, "bot.config.yaml");
  const places = { file, folder, home: folder, env: {} };
  const config = parseConfig(JSON.stringify(settings), places);
  await using opened = await openWorld(config, { anyMember: false }, signal);
  expect(opened.world.mask("correct-horse")).toBe("****");
});

test("a folder of env files that cannot be read stops no start", async () => {
  const folder = await ground();
  await symlink("servers", join(folder, "servers"));
  const kept = keepLog();
  await learnAll(openApps(folder, kept.log), kept.log, signal);
  expect(kept.text()).toContain("the env files cannot be read");
});

async function ground(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "moot-learning-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}
