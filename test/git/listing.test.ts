// The tags of remote repositories, listed without fetching: from real ones, and from hosts that do not answer.
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Names } from "../../src/core/ports.ts";
import { refused, refusedWith } from "../refused.ts";
import { Ground, hello } from "./ground.ts";
import { listen } from "./listener.ts";

// git starts a dozen programs a test.
vi.setConfig({ testTimeout: 60_000 });

const { signal } = new AbortController();
let ground: Ground;

beforeEach(async () => {
  ground = await Ground.make();
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await ground[Symbol.asyncDispose]();
});

/** Writes down how git is called from now on; returns the calls so far. */
async function overhear(): Promise<() => Promise<readonly string[]>> {
  const log = join(ground.folder, "calls");
  const program = join(ground.folder, "bin", "git");
  await mkdir(join(ground.folder, "bin"));
  await writeFile(log, "");
  const path = process.env["PATH"] ?? "";
  await writeFile(program, `#!/bin/sh\necho "$*" >>${log}\nPATH=${path} exec git "$@"\n`);
  await chmod(program, 0o755);
  vi.stubEnv("PATH", `${join(ground.folder, "bin")}:${path}`);
  return async () => (await readFile(log, "utf8")).trim().split("\n");
}

describe("a listing of tags", () => {
  it("tells which are annotated, and leaves out names with a slash", async () => {
    await ground.origin.commit({ "compose.yml": "a" });
    ground.origin.tag("1.0.0+1");
    ground.origin.tag("junk");
    ground.origin.tag("team/2.0.0+1");
    ground.origin.git("tag", "2.0.0+1");
    ground.origin.git("tag", "v2");
    const tags = await (await ground.open()).tags(hello, ground.origin.folder, signal);
    expect(tags.toSorted((a, b) => a.name.localeCompare(b.name))).toEqual([
      { name: "1.0.0+1", isAnnotated: true },
      { name: "2.0.0+1", isAnnotated: false },
      { name: "junk", isAnnotated: true },
      { name: "v2", isAnnotated: false },
    ]);
  });

  it("is one call of git, which brings nothing", async () => {
    await ground.origin.commit({ "compose.yml": "a" });
    ground.origin.tag("1.0.0+1");
    const repositories = await ground.open();
    const calls = await overhear();
    await repositories.tags(hello, ground.origin.folder, signal);
    expect(await calls()).toHaveLength(1);
    expect((await calls())[0]).toMatch(/ ls-remote --quiet --tags -- /);
    expect(await ground.clones()).toEqual([]);
  });

  it("is empty where nothing is tagged, or there is no commit yet", async () => {
    expect(await (await ground.open()).tags(hello, ground.origin.folder, signal)).toEqual([]);
  });

  it("does not let an address pass for an option", async () => {
    const answer = (await ground.open()).tags(hello, "--upload-pack=touch", signal);
    expect(await refused(answer)).toMatchObject({ kind: "recipe-unreachable" });
  });

  it("of a folder that is no repository is refused in git's words", async () => {
    const other = join(ground.folder, "recipes", "other");
    await mkdir(other);
    expect(await refusedWith((await ground.open()).tags(hello, other, signal))).toContain(
      `The repository of the recipe hello could not be read: '${other}' does not appear to be`,
    );
  });

  it("stops waiting when told to", async () => {
    const stopped = AbortSignal.abort(new Error("cancelled"));
    const answer = (await ground.open()).tags(hello, ground.origin.folder, stopped);
    await expect(answer).rejects.toThrow("cancelled");
  });
});

describe("a remote host that is to list its tags", () => {
  it("and never answers is given up after the deadline", async () => {
    await using silent = await listen();
    const base = `https://127.0.0.1:${silent.port}/coop-cloud`;
    const repositories = await ground.open({ base, deadline: 700 });
    expect(await refusedWith(repositories.tags(hello, `${base}/hello`, signal))).toContain(
      "The repository of the recipe hello could not be read: it did not end within 0.7 s.",
    );
  });

  it("is asked once, at the address that was checked", async () => {
    await using remote = await listen();
    const names: Names = { addresses: async () => ["127.0.0.1"] };
    const base = `https://git.example.coop:${remote.port}/coop-cloud`;
    const repositories = await ground.open({ base, names });
    const met = remote.connection();
    const asked = refused(repositories.tags(hello, `${base}/hello`, signal));
    (await met).destroy();
    expect(await asked).toMatchObject({ kind: "recipe-unreachable" });
  });

  it("is not asked at a private address that the config does not name", async () => {
    await using remote = await listen();
    const address = `https://127.0.0.1:${remote.port}/coop-cloud/hello`;
    expect(await refusedWith((await ground.open()).tags(hello, address, signal))).toContain(
      "127.0.0.1 is a private address, and the config's catalogue is not on that host",
    );
  });
});
