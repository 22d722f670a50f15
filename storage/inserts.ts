// Files in which people hand secret values over: a private folder, one file a secret, gone once it was read.
import { constants, watch } from "node:fs";
import { chmod, lstat, mkdir, open, unlink, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import type { Stats } from "node:fs";
import { Refusal } from "../src/core/errors.ts";
import type { Clock } from "../src/core/ports.ts";
import type { Inserts } from "../src/core/inserts.ts";
import { CONTENT_LIMITS, isObjectName } from "../src/core/stack.ts";

const OURS_ALONE = 0o700;
/** What is still written to is left until it has been quiet for so long. */
const QUIET = 1_000;
/** An empty file may be about to be filled. */
const EMPTY_QUIET = 10_000;
/** Not every file system tells of changes. */
const BETWEEN_LOOKS = 5_000;

/** User ids whose files are taken. */
type Owners = readonly number[];

const OURS: Owners = [0, process.getuid?.() ?? 0];

/** Makes the folder when the first file is awaited. */
export function openInserts(folder: string, clock: Clock, owners: Owners = OURS): Inserts {
  const pathOf = (secret: string): string => {
    if (!isObjectName(secret)) throw new Error("a secret's name that is no name leads to no file");
    return join(folder, secret);
  };
  return {
    pathOf,
    async take(secret, signal) {
      await makePrivate(folder);
      return await takeFrom({ folder, path: pathOf(secret), clock, owners }, signal);
    },
    async discard(secret) {
      await discard(pathOf(secret));
    },
  };
}

async function makePrivate(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: OURS_ALONE });
  const found = await lstat(folder);
  if (!found.isDirectory() || found.uid !== process.getuid?.()) throw bad(folder, "folder");
  await chmod(folder, OURS_ALONE);
}

interface Place {
  readonly folder: string;
  readonly path: string;
  readonly clock: Clock;
  readonly owners: Owners;
}

async function takeFrom(place: Place, signal: AbortSignal): Promise<string> {
  const { folder, path, clock, owners } = place;
  let stir = Promise.withResolvers<undefined>();
  const watcher = watch(folder, { persistent: false }, () => {
    stir.resolve(undefined);
  });
  // A folder that goes away is found out at the next look.
  watcher.on("error", () => undefined);
  let before: Stats | undefined;
  let since = 0;
  try {
    for (;;) {
      signal.throwIfAborted();
      const found = await look(path, owners);
      if (found === undefined || !isSame(found, before)) since = clock.now();
      before = found;
      const quiet = found?.size === 0 ? EMPTY_QUIET : QUIET;
      const left = found === undefined ? BETWEEN_LOOKS : since + quiet - clock.now();
      if (found !== undefined && left <= 0) return await read(path, owners);
      await stirOrSleep(stir.promise, Math.max(left, 1), clock, signal);
      stir = Promise.withResolvers();
    }
  } finally {
    watcher.close();
  }
}

function isSame(one: Stats, other: Stats | undefined): boolean {
  return one.ino === other?.ino && one.size === other.size && one.mtimeMs === other.mtimeMs;
}

async function stirOrSleep(
  stirred: Promise<undefined>,
  milliseconds: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const over = new AbortController();
  const slept = clock.sleep(milliseconds, AbortSignal.any([signal, over.signal]));
  try {
    await Promise.race([stirred, slept]);
  } finally {
    over.abort();
    // Its end is no news once something stirred.
    slept.catch(() => undefined);
  }
}

/** Throws Refusal `bad-insert` for what will never be a value; undefined while nothing is there. */
async function look(path: string, owners: Owners): Promise<Stats | undefined> {
  const found = await lstat(path).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (found !== undefined) requirePlain(path, owners, found);
  return found;
}

function requirePlain(path: string, owners: Owners, found: Stats): void {
  if (found.isSymbolicLink()) throw bad(path, "link");
  if (found.isDirectory()) throw bad(path, "directory");
  if (!found.isFile() || found.nlink > 1) throw bad(path, "no-file");
  if (!owners.includes(found.uid)) throw bad(path, "owner");
  if (found.size >= CONTENT_LIMITS.secret) throw bad(path, "size");
}

async function read(path: string, owners: Owners): Promise<string> {
  await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(
    (error: unknown): never => {
      throw isMissing(error) ? error : bad(path, "unreadable");
    },
  );
  requirePlain(path, owners, await file.stat());
  const bytes = await readAll(file);
  try {
    if (bytes.length === 0) throw bad(path, "empty");
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw bad(path, "no-text");
  } finally {
    bytes.fill(0);
  }
}

async function readAll(file: FileHandle): Promise<Buffer> {
  const bytes = Buffer.alloc(CONTENT_LIMITS.secret);
  let length = 0;
  for (;;) {
    const { bytesRead } = await file.read(bytes, length, bytes.length - length);
    if (bytesRead === 0) return bytes.subarray(0, length);
    length += bytesRead;
  }
}

/** Overwritten first where it is a file of one name; of a link only the link goes, and a folder stays. */
async function discard(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined || found.isDirectory()) return;
  if (found.isFile() && found.nlink === 1) await overwrite(path, found.size);
  await unlink(path);
}

async function overwrite(path: string, size: number): Promise<void> {
  // Somebody else's file goes as well, only its bytes cannot be reached.
  const file = await open(path, constants.O_WRONLY | constants.O_NOFOLLOW).catch(() => undefined);
  if (file === undefined) return;
  await using writable = file;
  const zeros = Buffer.alloc(Math.min(size, CONTENT_LIMITS.secret));
  await writable.write(zeros, 0, zeros.length, 0);
  await writable.sync();
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

type Why = Extract<Refusal["reason"], { readonly kind: "bad-insert" }>["why"];

function bad(path: string, why: Why): Refusal {
  return new Refusal({ kind: "bad-insert", path, why });
}
