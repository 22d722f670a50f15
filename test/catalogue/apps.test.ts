// Env files in abra's layout: what is read, what is left alone, and how a file is replaced.
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openApps } from "../../src/catalogue/apps.ts";
import { isAppName, isServerName } from "../../src/core/ids.ts";
import type { Apps } from "../../src/core/ports.ts";
import { describeApps } from "../contract/apps.ts";
import { FakeApps } from "../fakes/apps.ts";
import { keepLog, type KeptLog } from "../kept-log.ts";
import { named } from "../named.ts";
import { refusedWith } from "../refused.ts";

const { signal } = new AbortController();
const wiki = named(isAppName, "wiki.example.coop");
const alpha = named(isServerName, "alpha.example.coop");
let ground: string;
let abra: string;
let folder: string;
let env: string;
let kept: KeptLog;
let apps: Apps;

beforeEach(async () => {
  ground = await mkdtemp(join(tmpdir(), "moot-apps-"));
  abra = join(ground, "abra");
  folder = join(abra, "servers", alpha);
  env = join(folder, `${wiki}.env`);
  await mkdir(folder, { recursive: true });
  kept = keepLog();
  apps = openApps(abra, kept.log);
});

afterEach(() => rm(ground, { recursive: true, force: true }));

describeApps("abra's folder", async () => {
  return openApps(await mkdtemp(join(ground, "empty-")), kept.log);
});
describeApps("the fake", async () => new FakeApps());

describe("reading", () => {
  it("leaves alone whatever is no app's env file", async () => {
    await writeFile(env, "TYPE=wiki");
    await mkdir(join(folder, ".git"));
    await writeFile(join(folder, "notes.txt"), "");
    await writeFile(join(folder, ".env"), "");
    await writeFile(join(folder, "Old Wiki.env"), "");
    await writeFile(join(abra, "servers", "readme.md"), "");
    expect((await apps.list(signal)).map(({ app }) => app)).toEqual([wiki]);
    expect(kept.text()).toContain("Old Wiki");
  });

  it("follows links to files and folders within abra's own", async () => {
    await writeFile(join(folder, "shared"), "TYPE=wiki");
    await symlink("shared", env);
    await symlink(folder, join(abra, "servers", "zeta"));
    const listed = await apps.list(signal);
    expect(listed.map(({ server, text }) => [server, text])).toEqual([
      [alpha, "TYPE=wiki"],
      ["zeta", "TYPE=wiki"],
    ]);
  });

  it("refuses an app whose file is a link that leads elsewhere, and lists the others", async () => {
    await symlink("/etc/hostname", env);
    await writeFile(join(folder, "blog.example.coop.env"), "TYPE=blog");
    expect(await refusedWith(apps.find(wiki, signal))).toContain(
      `it is a link that leads out of ${join(abra, "servers")}, to /etc/hostname`,
    );
    expect((await apps.list(signal)).map(({ app }) => app)).toEqual(["blog.example.coop"]);
    expect(kept.text()).toContain("env file left out");
  });

  it("refuses an app whose server's folder is a link that leads elsewhere", async () => {
    const other = join(ground, "other");
    await mkdir(other);
    await writeFile(join(other, `${wiki}.env`), "TYPE=wiki");
    await symlink(other, join(abra, "servers", "beta"));
    expect(await refusedWith(apps.find(wiki, signal))).toContain("a link that leads out of");
    expect(await apps.list(signal)).toEqual([]);
  });

  it("refuses an app that stands on two servers", async () => {
    await mkdir(join(abra, "servers", "beta"));
    await writeFile(env, "a");
    await writeFile(join(abra, "servers", "beta", `${wiki}.env`), "b");
    expect(await refusedWith(apps.find(wiki, signal))).toContain(
      `${env} is the same app: an app has one server`,
    );
  });

  it("refuses a file that is not text, and one that is no file", async () => {
    await writeFile(env, Buffer.from([0x41, 0xff, 0xfe]));
    expect(await refusedWith(apps.find(wiki, signal))).toContain("it is not UTF-8 text");
    await rm(env);
    await mkdir(env);
    expect(await refusedWith(apps.find(wiki, signal))).toContain("it is not a file");
  });

  it("refuses a file that may not be read, and says which", async () => {
    await writeFile(env, "TYPE=wiki");
    await chmod(ground, 0o755);
    await chmod(env, 0o000);
    const words = await asNobody(() => refusedWith(apps.find(wiki, signal)));
    expect(words).toContain(env);
    expect(words).toContain("permission denied");
  });

  it("takes a leading ~ as the home of moot's user", () => {
    const path = openApps("~/.abra", kept.log).pathOf(wiki, alpha);
    expect(path).toBe(join(homedir(), ".abra/servers", alpha, `${wiki}.env`));
  });

  it("keeps a byte order mark", async () => {
    await writeFile(env, "\uFEFFTYPE=wiki");
    expect((await apps.find(wiki, signal))?.text).toBe("\uFEFFTYPE=wiki");
  });
});

describe("writing", () => {
  it("keeps the file's mode, and makes new ones private", async () => {
    await writeFile(env, "a");
    await chmod(env, 0o664);
    await apps.write(env, "b", "a", signal);
    expect((await stat(env)).mode & 0o777).toBe(0o664);
    const fresh = apps.pathOf(named(isAppName, "new.example.coop"), alpha);
    await apps.write(fresh, "n", undefined, signal);
    expect((await stat(fresh)).mode & 0o777).toBe(0o600);
  });

  it("through a link keeps the link and changes its target", async () => {
    await writeFile(join(folder, "shared"), "a");
    await symlink("shared", env);
    expect(await apps.write(env, "b", "a", signal)).toBe(true);
    expect((await lstat(env)).isSymbolicLink()).toBe(true);
    expect(await readFile(join(folder, "shared"), "utf8")).toBe("b");
  });

  it("through a link that leads elsewhere is refused and changes nothing", async () => {
    const target = join(ground, "elsewhere");
    await writeFile(target, "a");
    await symlink(target, env);
    expect(await refusedWith(apps.write(env, "b", "a", signal))).toContain("leads out of");
    expect(await readFile(target, "utf8")).toBe("a");
  });

  it("leaves nothing else in the folder, won or lost", async () => {
    await apps.write(env, "a", undefined, signal);
    await apps.write(env, "b", "a", signal);
    await apps.write(env, "c", "a", signal);
    await apps.write(env, "d", undefined, signal);
    expect(await readdir(folder)).toEqual([`${wiki}.env`]);
  });

  it("nowhere but in a server's folder", async () => {
    for (const path of [
      "/etc/passwd",
      join(folder, "..", "..", `${wiki}.env`),
      `${folder}/../../x/${wiki}.env`,
      join(folder, "no domain.env"),
    ]) {
      await expect(apps.write(path, "x", undefined, signal)).rejects.toThrow("belongs into");
    }
  });
});

/** Root may read everything; so the test steps down, where it is root. */
async function asNobody<Result>(work: () => Promise<Result>): Promise<Result> {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65534);
  try {
    return await work();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}
