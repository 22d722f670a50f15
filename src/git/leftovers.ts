// Clears away what a killed process left in the cache.
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { errnoOf } from "../core/errno.ts";

/** Checkouts are named after the process that made them; those of a living other process stay. */
export async function removeLeftCheckouts(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = Number(name.split("-")[0]);
    // This very number too: none is ours yet, so it is that of an earlier life (in a container, always 1).
    if (pid === process.pid || !isAlive(pid)) {
      await rm(join(folder, name), { recursive: true, force: true });
    }
  }
}

/** git's own lock files, when they are older than any fetch can last: else a killed fetch would bar all later ones. Whether there were any. */
export async function removeOldLocks(clone: string, age: number): Promise<boolean> {
  let isAny = false;
  for (const name of await readdir(clone, { recursive: true })) {
    if (!name.endsWith(".lock")) continue;
    const path = join(clone, name);
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs <= age) continue;
    await rm(path, { force: true });
    isAny = true;
  }
  return isAny;
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process may not be signalled, but lives.
    return errnoOf(error) === "EPERM";
  }
}
