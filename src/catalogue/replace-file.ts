// Writes or removes a whole file so that a reader, or a power cut, meets either the old text or the new.
import { randomUUID } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, type Stats } from "node:fs";
import { open, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { errnoOf } from "../core/errno.ts";

// Env files hold passwords now and then.
const NEW_MODE = 0o600;

/** Writes only if the text is still `before` (absent = there must be no file); false when it is not. Keeps mode and owner. */
export async function replaceFile(
  path: string,
  text: string,
  before: string | undefined,
): Promise<boolean> {
  const fresh = join(dirname(path), `.moot-${randomUUID()}.tmp`);
  try {
    const old = before === undefined ? undefined : await stat(path);
    await writeFresh(fresh, text, old);
    // In one go: nothing else of moot's can come between the look and the deed.
    if (before === undefined) linkSync(fresh, path);
    else if (readFileSync(path, "utf8") === before) renameSync(fresh, path);
    else return false;
    await syncFolder(dirname(path));
    return true;
  } catch (error) {
    const changed = before === undefined ? "EEXIST" : "ENOENT";
    if (errnoOf(error) === changed) return false;
    throw error;
  } finally {
    await rm(fresh, { force: true });
  }
}

/** Only if the text is still `before`; false when it is not. */
export async function removeFile(path: string, before: string): Promise<boolean> {
  try {
    // In one go, as above.
    if (readFileSync(path, "utf8") !== before) return false;
    rmSync(path);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return false;
    throw error;
  }
  await syncFolder(dirname(path));
  return true;
}

async function writeFresh(path: string, text: string, old: Stats | undefined): Promise<void> {
  await using file = await open(path, "wx", NEW_MODE);
  await file.writeFile(text);
  if (old !== undefined) {
    // Only root can give a file to somebody else.
    if (process.geteuid?.() === 0) await file.chown(old.uid, old.gid);
    await file.chmod(old.mode & 0o7777);
  }
  await file.sync();
}

async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder);
  await handle.sync();
}
