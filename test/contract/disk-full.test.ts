// A full disk is told in a sentence, and loses nothing: tried on a file system of a few kilobytes.
import { execFileSync } from "node:child_process";
import { mkdtemp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openApps } from "../../src/catalogue/apps.ts";
import { isAppName, isServerName } from "../../src/core/ids.ts";
import { Ground, hello } from "../git/ground.ts";
import { keepLog } from "../kept-log.ts";
import { named } from "../named.ts";
import { refusedWith } from "../refused.ts";

const { signal } = new AbortController();
const wiki = named(isAppName, "wiki.example.coop");
const alpha = named(isServerName, "alpha.example.coop");
let small: string;

beforeEach(async () => {
  small = await mkdtemp(join(tmpdir(), "moot-full-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", small]);
});

afterEach(async () => {
  execFileSync("umount", [small]);
  await rm(small, { recursive: true });
});

describe("on a full disk", () => {
  it("an env file keeps its old text", async () => {
    const folder = join(small, "servers", alpha);
    await mkdir(folder, { recursive: true });
    const apps = openApps(small, keepLog().log);
    const path = apps.pathOf(wiki, alpha);
    await apps.write(path, "TYPE=wiki\n", undefined, signal);
    await fill(join(small, "ballast"));
    const words = await refusedWith(apps.write(path, "x".repeat(8192), "TYPE=wiki\n", signal));
    expect(words).toContain(`moot's own disk is full: ${path} could not be written`);
    expect(await readFile(path, "utf8")).toBe("TYPE=wiki\n");
    expect(await readdir(folder)).toEqual([`${wiki}.env`]);
  });

  it("a recipe that does not fit says so", async () => {
    await using ground = await Ground.make();
    await ground.origin.commit({ "compose.yml": noise(600_000) });
    const repositories = await ground.open({ cache: join(small, "cache") });
    const asked = repositories.open(hello, ground.origin.folder, signal);
    expect(await refusedWith(asked)).toContain("moot's own disk is full");
  });
});

/** As much as fits. */
async function fill(path: string): Promise<void> {
  await expect(writeFile(path, Buffer.alloc(1024 * 1024))).rejects.toThrow("ENOSPC");
}

/** Text that does not compress well. */
function noise(length: number): string {
  let seed = 1;
  const letter = (): string => {
    seed = (seed * 48271) % 2147483647;
    return String.fromCharCode(33 + (seed % 90));
  };
  return Array.from({ length }, letter).join("");
}
