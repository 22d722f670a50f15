// What a process holds in memory, as the kernel tells it.
import { readFile, writeFile } from "node:fs/promises";

/** Megabytes: now, or at its highest ever. */
export async function memory(pid: number, key: "VmRSS" | "VmHWM"): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const kilobytes = new RegExp(`^${key}:\\s+(\\d+) kB$`, "m").exec(status)?.[1];
  if (kilobytes === undefined) throw new Error(`the kernel does not tell ${key}`);
  return Number(kilobytes) / 1024;
}

/** From now on, its highest is counted anew. */
export async function forgetHighest(pid: number): Promise<void> {
  await writeFile(`/proc/${pid}/clear_refs`, "5");
}
