// The folder an operation works in: private, whole, and gone afterwards.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { lstat, mkdir, readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Ground, hello } from "./ground.ts";
import { Origin } from "./origin.ts";

// git starts a dozen programs a test.
vi.setConfig({ testTimeout: 60_000 });

const { signal } = new AbortController();
let ground: Ground;

beforeEach(async () => {
  ground = await Ground.make();
});

afterEach(() => ground[Symbol.asyncDispose]());

describe("a checkout", () => {
  it("holds the files of its commit byte for byte, in a private folder without git's own", async () => {
    const first = await ground.origin.commit({
      "compose.yml": "a\r\n",
      "release/1.0.0+1": "notes",
    });
    await ground.origin.commit({ "compose.yml": "b" });
    const found = await (await ground.open()).open(hello, ground.origin.folder, signal);
    await using files = await found.checkout(first, signal);
    expect(await readFile(join(files.folder, "compose.yml"), "utf8")).toBe("a\r\n");
    expect((await readdir(files.folder)).sort()).toEqual(["compose.yml", "release"]);
    expect((await stat(join(files.folder, ".."))).mode & 0o777).toBe(0o700);
  });

  it("keeps files that the recipe would leave out of an archive", async () => {
    const attributes = { "compose.yml": "a", ".gitattributes": "compose.yml export-ignore\n" };
    const commit = await ground.origin.commit(attributes);
    const found = await (await ground.open()).open(hello, ground.origin.folder, signal);
    await using files = await found.checkout(commit, signal);
    expect(await readdir(files.folder)).toContain("compose.yml");
  });

  it("keeps a link as a link", async () => {
    const commit = await ground.origin.link("shadow", "/etc/shadow");
    const found = await (await ground.open()).open(hello, ground.origin.folder, signal);
    await using files = await found.checkout(commit, signal);
    expect((await lstat(join(files.folder, "shadow"))).isSymbolicLink()).toBe(true);
  });

  it("is one of many: each has its own files", async () => {
    const first = await ground.origin.commit({ "compose.yml": "a" });
    const second = await ground.origin.commit({ "compose.yml": "b" });
    const found = await (await ground.open()).open(hello, ground.origin.folder, signal);
    await using one = await found.checkout(first, signal);
    await using two = await found.checkout(second, signal);
    expect(await readFile(join(one.folder, "compose.yml"), "utf8")).toBe("a");
    expect(await readFile(join(two.folder, "compose.yml"), "utf8")).toBe("b");
  });

  it("is gone when it is disposed of", async () => {
    const commit = await ground.origin.commit({ "compose.yml": "a" });
    const found = await (await ground.open()).open(hello, ground.origin.folder, signal);
    {
      await using files = await found.checkout(commit, signal);
      expect(existsSync(files.folder)).toBe(true);
    }
    expect(await ground.checkouts()).toEqual([]);
  });

  it("fetches no submodule", async () => {
    const inner = await Origin.make(join(ground.folder, "recipes", "inner"));
    await inner.commit({ secret: "x" });
    ground.origin.git(
      "-c",
      "protocol.file.allow=always",
      "submodule",
      "add",
      "-q",
      inner.folder,
      "sub",
    );
    const commit = await ground.origin.commit({ "compose.yml": "a" });
    const found = await (await ground.open()).open(hello, ground.origin.folder, signal);
    await using files = await found.checkout(commit, signal);
    expect(await readdir(join(files.folder, "sub"))).toEqual([]);
  });

  it("of a process that was killed is removed at the next start, that of a living one is not", async () => {
    const dead = spawnSync("true").pid;
    await mkdir(join(ground.cache, "checkouts", `${dead}-abc`, "files"), { recursive: true });
    await mkdir(join(ground.cache, "checkouts", `${process.pid}-abc`), { recursive: true });
    await mkdir(join(ground.cache, "checkouts", `${process.ppid}-abc`), { recursive: true });
    await ground.open();
    expect(await ground.checkouts()).toEqual([`${process.ppid}-abc`]);
  });
});
