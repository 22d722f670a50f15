// Recipe repositories, from real ones in temporary folders: fetched, and watched for moved tags.
import { mkdir, readdir, rename, utimes, writeFile } from "node:fs/promises";
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

afterEach(() => ground[Symbol.asyncDispose]());

describe("a recipe's repository", () => {
  it("tells its tags, which of them are annotated, and its newest commit", async () => {
    const first = await ground.origin.commit({ "compose.yml": "a" });
    const at = Date.UTC(2026, 0, 5);
    ground.origin.tag("1.0.0+1", at);
    ground.origin.git("tag", "light");
    const newest = await ground.origin.commit({ "compose.yml": "b" });
    const found = await (await ground.open()).open(hello, ground.origin.folder, signal);
    expect(found.head).toBe(newest);
    expect(found.tags).toEqual([
      { name: "1.0.0+1", commit: first, isAnnotated: true, isGone: false, at },
      { name: "light", commit: first, isAnnotated: false, isGone: false },
    ]);
    expect(found.stale).toBeUndefined();
  });

  it("is seen anew each time it is opened", async () => {
    await ground.origin.commit({ "compose.yml": "a" });
    const repositories = await ground.open();
    await repositories.open(hello, ground.origin.folder, signal);
    await ground.origin.commit({ "compose.yml": "b" });
    ground.origin.tag("1.0.0+1");
    const found = await repositories.open(hello, ground.origin.folder, signal);
    expect(found.tags.map(({ name }) => name)).toEqual(["1.0.0+1"]);
  });

  it("may be opened many times at once", async () => {
    await ground.origin.commit({ "compose.yml": "a" });
    ground.origin.tag("1.0.0+1");
    const repositories = await ground.open();
    const found = await Promise.all(
      Array.from({ length: 6 }, () => repositories.open(hello, ground.origin.folder, signal)),
    );
    expect(new Set(found.map(({ head }) => head)).size).toBe(1);
    expect(found.every(({ stale }) => stale === undefined)).toBe(true);
  });

  it("tells of a tag that was moved by force, in the answer and in the log, also after a restart", async () => {
    const first = await ground.origin.commit({ "compose.yml": "a" });
    ground.origin.tag("1.0.0+1");
    await (await ground.open()).open(hello, ground.origin.folder, signal);
    const second = await ground.origin.commit({ "compose.yml": "evil" });
    const at = Date.UTC(2026, 1, 2);
    ground.origin.tag("1.0.0+1", at);
    const moved = {
      name: "1.0.0+1",
      commit: second,
      isAnnotated: true,
      isGone: false,
      movedFrom: first,
      at,
    };
    expect((await (await ground.open()).open(hello, ground.origin.folder, signal)).tags).toEqual([
      moved,
    ]);
    expect((await (await ground.open()).open(hello, ground.origin.folder, signal)).tags).toEqual([
      moved,
    ]);
    expect(ground.kept.text()).toContain("recipe tag was moved upstream");
  });

  it("does not call a tag moved that was only made anew on the same commit", async () => {
    await ground.origin.commit({ "compose.yml": "a" });
    ground.origin.git("tag", "1.0.0+1");
    const repositories = await ground.open();
    await repositories.open(hello, ground.origin.folder, signal);
    ground.origin.tag("1.0.0+1");
    const { tags } = await repositories.open(hello, ground.origin.folder, signal);
    expect(tags[0]?.movedFrom).toBeUndefined();
    expect(tags[0]?.isAnnotated).toBe(true);
  });

  it("keeps a tag that upstream deleted, marked as gone", async () => {
    await ground.origin.commit({ "compose.yml": "a" });
    ground.origin.tag("1.0.0+1");
    const repositories = await ground.open();
    await repositories.open(hello, ground.origin.folder, signal);
    ground.origin.git("tag", "--delete", "1.0.0+1");
    const { tags } = await repositories.open(hello, ground.origin.folder, signal);
    expect(tags.map(({ name, isGone }) => [name, isGone])).toEqual([["1.0.0+1", true]]);
  });

  it("serves from the older clone when it is gone, and says why", async () => {
    await ground.origin.commit({ "compose.yml": "a" });
    ground.origin.tag("1.0.0+1");
    const repositories = await ground.open();
    await repositories.open(hello, ground.origin.folder, signal);
    await rename(ground.origin.folder, join(ground.folder, "elsewhere"));
    const found = await repositories.open(hello, ground.origin.folder, signal);
    expect(found.stale).toBe(`the folder ${ground.origin.folder} does not exist`);
    expect(found.tags).toHaveLength(1);
    expect(ground.kept.text()).toContain("recipe could not be fetched, an older clone is used");
    await using files = await found.checkout(found.head, signal);
    expect(await readdir(files.folder)).toEqual(["compose.yml"]);
  });

  it("is refused when it is gone and was never here, and leaves nothing behind", async () => {
    const gone = join(ground.folder, "recipes", "nothing");
    expect(await refused((await ground.open()).open(hello, gone, signal))).toEqual({
      kind: "recipe-unreachable",
      recipe: "hello",
      problem: `the folder ${gone} does not exist`,
    });
    expect(await ground.clones()).toEqual([]);
  });

  it("is refused with git's own words when the folder is no repository", async () => {
    const other = join(ground.folder, "recipes", "other");
    await mkdir(other);
    expect(await refusedWith((await ground.open()).open(hello, other, signal))).toContain(
      "The repository of the recipe hello could not be read: '" +
        `${other}' does not appear to be a git repository`,
    );
  });

  it("is refused when it has no commit yet", async () => {
    expect(
      await refusedWith((await ground.open()).open(hello, ground.origin.folder, signal)),
    ).toContain("couldn't find remote ref HEAD");
  });

  it("can be fetched again after a fetch that was killed left its lock", async () => {
    await ground.origin.commit({ "compose.yml": "a" });
    await (await ground.open()).open(hello, ground.origin.folder, signal);
    const [clone = ""] = await ground.clones();
    const lock = join(ground.cache, "clones", clone, "refs/upstream/head.lock");
    await writeFile(lock, "");
    await utimes(lock, 0, 0);
    const newest = await ground.origin.commit({ "compose.yml": "b" });
    const found = await (await ground.open()).open(hello, ground.origin.folder, signal);
    expect(found.head).toBe(newest);
    expect(found.stale).toBeUndefined();
  });

  it("stops waiting when told to", async () => {
    const stopped = AbortSignal.abort(new Error("cancelled"));
    await expect((await ground.open()).open(hello, ground.origin.folder, stopped)).rejects.toThrow(
      "cancelled",
    );
  });
});

describe("a remote host", () => {
  it("that never answers is given up after the deadline", async () => {
    await using silent = await listen();
    const base = `https://127.0.0.1:${silent.port}/coop-cloud`;
    const repositories = await ground.open({ base, deadline: 700 });
    expect(await refusedWith(repositories.open(hello, `${base}/hello`, signal))).toContain(
      "The repository of the recipe hello could not be read: it did not end within 0.7 s.",
    );
  });

  it("that refuses is named with what git said", async () => {
    const { port } = await closedPort();
    const base = `https://127.0.0.1:${port}/coop-cloud`;
    const repositories = await ground.open({ base });
    expect(await refusedWith(repositories.open(hello, `${base}/hello`, signal))).toContain(
      `unable to access 'https://127.0.0.1:${port}/coop-cloud/hello/'`,
    );
  });

  it("is asked at the address that was checked, not looked up again", async () => {
    await using remote = await listen();
    const names: Names = { addresses: async () => ["127.0.0.1"] };
    const base = `https://git.example.coop:${remote.port}/coop-cloud`;
    const repositories = await ground.open({ base, names });
    const met = remote.connection();
    const asked = refused(repositories.open(hello, `${base}/hello`, signal));
    (await met).destroy();
    expect(await asked).toMatchObject({ kind: "recipe-unreachable" });
  });

  it("is asked by ssh at the address that was checked, and told in ssh's words", async () => {
    await using remote = await listen();
    const names: Names = { addresses: async () => ["127.0.0.1"] };
    const base = `ssh://git@git.example.coop:${remote.port}/coop-cloud`;
    const repositories = await ground.open({ base, names });
    const met = remote.connection();
    const asked = refusedWith(repositories.open(hello, `${base}/hello`, signal));
    (await met).end("not ssh\r\n");
    expect(await asked).toContain(`port ${remote.port}`);
  });
});

async function closedPort(): Promise<{ readonly port: number }> {
  await using listener = await listen();
  return { port: listener.port };
}
