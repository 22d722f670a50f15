// Values that people hand over as files: taken when they are whole, refused when they are no plain file, and gone afterwards.
import { existsSync } from "node:fs";
import {
  chmod,
  link,
  mkdir,
  mkdtemp,
  open,
  readFile,
  rename,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import type { Inserts } from "../../src/core/inserts.ts";
import { openInserts } from "../../storage/inserts.ts";
import { makeFastClock } from "../fakes/fast-clock.ts";
import { refusedWith } from "../refused.ts";

const NAME = "wiki_token_v2";
const never = new AbortController().signal;

interface Ground {
  readonly folder: string;
  readonly inserts: Inserts;
  readonly path: string;
}

async function ground(owners?: readonly number[], clock = makeFastClock()): Promise<Ground> {
  const folder = join(await mkdtemp(join(tmpdir(), "moot-inserts-")), "inserts");
  const inserts = openInserts(folder, clock, owners);
  return { folder, inserts, path: inserts.pathOf(NAME) };
}

test("a value that is moved into place is read, every byte of it, and only its user may look in", async () => {
  const { folder, inserts, path } = await ground();
  const taken = inserts.take(NAME, never);
  await expect.poll(() => existsSync(folder)).toBe(true);
  await writeFile(`${path}.new`, "\ufeffgr\u00fc\u00dfe\r\n\n");
  await rename(`${path}.new`, path);
  expect(await taken).toBe("\ufeffgr\u00fc\u00dfe\r\n\n");
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  await inserts.discard(NAME);
  expect(existsSync(path)).toBe(false);
});

test("one that was there before moot looked is taken as well", async () => {
  const { folder, inserts, path } = await ground();
  await mkdir(folder);
  await chmod(folder, 0o755);
  await writeFile(path, "s3cret");
  expect(await inserts.take(NAME, never)).toBe("s3cret");
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
});

test("what is still being written is left until it is whole", async () => {
  const { folder, inserts, path } = await ground(undefined, systemClock);
  await mkdir(folder);
  await writeFile(path, "");
  const taken = inserts.take(NAME, never);
  await writeFile(path, "first ");
  await writeFile(path, "first and last");
  expect(await taken).toBe("first and last");
});

test("a discarded file is overwritten, so that another name of it holds nothing", async () => {
  const { folder, inserts, path } = await ground();
  await mkdir(folder);
  await writeFile(path, "s3cret");
  await using kept = await open(path);
  await inserts.discard(NAME);
  expect((await kept.readFile()).toString()).toBe("\0".repeat(6));
  await inserts.discard(NAME);
});

test("a folder in its place is left as it is", async () => {
  const { folder, inserts, path } = await ground();
  await mkdir(path, { recursive: true });
  await writeFile(join(path, "kept"), "theirs");
  await inserts.discard(NAME);
  expect(await readFile(join(folder, NAME, "kept"), "utf8")).toBe("theirs");
});

test.each([
  "../moot.db",
  "wiki_v1/../../moot.db",
  "..",
  ".",
  "",
  "a/b",
  "wiki_v1;id",
  "a b",
  "a\n",
])("%j is the name of no secret, and no file is read or removed for it", async (name) => {
  const { folder, inserts } = await ground();
  const db = join(folder, "..", "moot.db");
  await writeFile(db, "all that moot knows");
  expect(() => inserts.pathOf(name)).toThrow("leads to no file");
  await expect(inserts.take(name, never)).rejects.toThrow("leads to no file");
  await expect(inserts.discard(name)).rejects.toThrow("leads to no file");
  expect(await readFile(db, "utf8")).toBe("all that moot knows");
});

test("the wait ends with its signal", async () => {
  const { inserts } = await ground();
  const stop = new AbortController();
  const taken = inserts.take(NAME, stop.signal);
  stop.abort(new Error("enough"));
  await expect(taken).rejects.toThrow("enough");
});

describe("refused:", () => {
  async function refusal(
    make: (ground: Ground) => Promise<unknown>,
    owners?: readonly number[],
  ): Promise<string> {
    const there = await ground(owners);
    await mkdir(there.folder, { mode: 0o700 });
    await make(there);
    return refusedWith(there.inserts.take(NAME, never));
  }

  test("a link, and what it leads to stays", async () => {
    const other = join(await mkdtemp(join(tmpdir(), "moot-other-")), "shadow");
    await writeFile(other, "theirs");
    let there: Ground | undefined;
    const words = await refusal(async (here) => {
      there = here;
      await symlink(other, here.path);
    });
    expect(words).toContain("it is a link, and moot follows none");
    await there?.inserts.discard(NAME);
    expect(existsSync(there?.path ?? "")).toBe(false);
    expect(await readFile(other, "utf8")).toBe("theirs");
  });

  test.each<readonly [string, (ground: Ground) => Promise<unknown>, string]>([
    [
      "a second name of a file",
      async ({ folder, path }) => {
        await writeFile(join(folder, "other"), "x");
        await link(join(folder, "other"), path);
      },
      "it is no plain file of one name",
    ],
    ["a folder", ({ path }) => mkdir(path), "it is a folder"],
    [
      "one that is too large",
      ({ path }) => writeFile(path, "x".repeat(512_000)),
      "it is too large",
    ],
    ["an empty one", ({ path }) => writeFile(path, ""), "it is empty"],
    [
      "bytes that are no text",
      ({ path }) => writeFile(path, Buffer.from([0xff, 0xfe, 0x00])),
      "no text in UTF-8",
    ],
  ])("%s", async (_what, make, words) => {
    const said = await refusal(make);
    expect(said).toContain(words);
    expect(said).toMatch(/type the command again/i);
  });

  test("one of another owner", async () => {
    const said = await refusal(({ path }) => writeFile(path, "x"), [424_242]);
    expect(said).toContain("it belongs to somebody else than moot's user or root");
  });

  test("just what fits is taken", async () => {
    const { folder, inserts, path } = await ground();
    await mkdir(folder);
    await writeFile(path, "x".repeat(511_999));
    expect(await inserts.take(NAME, never)).toHaveLength(511_999);
  });
});
