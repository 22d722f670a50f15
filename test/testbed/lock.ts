// Keeps two runs apart: a lock on a file that the kernel drops when its holder dies.
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { spawn } from "node:child_process";
import { dirname } from "node:path";

/** Runs `work` while no other process holds the lock on `file`; `waiting` is called if that takes a wait. */
export async function withLock<Result>(
  file: string,
  work: () => Promise<Result>,
  waiting: () => void = () => undefined,
): Promise<Result> {
  await mkdir(dirname(file), { recursive: true });
  // flock(1) holds the lock as long as `cat` runs, and `cat` ends with our end of the pipe.
  const holder = spawn("flock", [file, "sh", "-c", "echo held; exec cat"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const notice = setTimeout(waiting, 1000);
  try {
    await once(holder.stdout, "data");
    clearTimeout(notice);
    return await work();
  } finally {
    clearTimeout(notice);
    const gone = once(holder, "exit");
    holder.stdin.end();
    await gone;
  }
}
