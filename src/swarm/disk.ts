// Reads how much room a server has for Docker's own folder: the engine knows the folder, only `df` knows the room.
import { Refusal } from "../core/errors.ts";
import type { Survey } from "../core/ports.ts";
import type { Link } from "./link.ts";

/** Undefined where the server has no such `df` or lets nobody run it: that is no trouble of its own. */
export async function readDisk(
  link: Link,
  folder: string,
  signal: AbortSignal,
): Promise<Survey["disk"]> {
  if (!/^\/[\w./-]*$/.test(folder)) return undefined;
  try {
    const argv = ["df", "--block-size=1", "--output=avail,size", folder];
    const { exitCode, stdout } = await link.exec(argv, { signal });
    const [, free, total] = /(\d+)\s+(\d+)\s*$/.exec(stdout) ?? [];
    if (exitCode !== 0 || free === undefined || total === undefined) return undefined;
    return { free: Number(free), total: Number(total) };
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
