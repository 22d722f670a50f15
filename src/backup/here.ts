// Restic on moot's own machine: a process whose secrets stand in a private folder that is gone with it.
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { Refusal } from "../core/errors.ts";
import { runTold } from "../process/run.ts";
import { hearAll } from "./lines.ts";
import { placeOf, SSH_LOG, type Access } from "./place.ts";
import type { Ground } from "./restic.ts";

export interface HereOptions {
  /** The program. */
  readonly restic: string;
  readonly access: Access;
  readonly password: () => string;
  /** Private folders are made in it. */
  readonly scratch: string;
  /** Restic's cache of this repository: as it lies there, encrypted. */
  readonly cache: string;
}

/** Milliseconds: a check or a prune of a large repository takes hours. */
const LONGEST = 12 * 3_600_000;
const VERSION = 30_000;
const GRACE = 15_000;
const PATH = "/usr/local/bin:/usr/bin:/bin";

/** Takes away the secrets that a killed moot left. */
export async function clearHere(scratch: string): Promise<void> {
  await rm(scratch, { recursive: true, force: true });
  await mkdir(scratch, { recursive: true, mode: 0o700 });
}

export function groundHere({ restic, access, password, scratch, cache }: HereOptions): Ground {
  return {
    side: "moot",
    address: access.url,
    run: async ({ words, out, err, cwd }, signal) => {
      await using opened = await openScratch(scratch);
      const { folder } = opened;
      const given = { access, password: password(), folder, isInContainer: false };
      const place = placeOf(given);
      for (const { path, content, mode = 0o600 } of place.files)
        await writeFile(join(folder, basename(path)), content, { mode });
      const argv = [...place.words, "--cache-dir", cache, ...words];
      const env = { PATH, HOME: folder, RESTIC_PROGRESS_FPS: "0.1" };
      const how = {
        ...(cwd !== undefined && { cwd }),
        env,
        timeout: LONGEST,
        grace: GRACE,
        signal,
        out,
        err,
      };
      const exitCode = await runTold(restic, argv, how);
      err(await readFile(join(folder, SSH_LOG)).catch(() => new Uint8Array()));
      return exitCode;
    },
    empty: async () => Promise.reject(new Error("moot's machine holds no volume")),
    version: async (_place, signal) => {
      const { hear: out, said } = hearAll();
      const how = { env: { PATH }, timeout: VERSION, grace: 0, signal, out, err: () => undefined };
      try {
        await runTold(restic, ["version"], how);
        return said();
      } catch (error) {
        if (error instanceof Refusal) return undefined;
        throw error;
      }
    },
  };
}

interface Scratch extends AsyncDisposable {
  readonly folder: string;
}

async function openScratch(place: string): Promise<Scratch> {
  await mkdir(place, { recursive: true, mode: 0o700 });
  const folder = await mkdtemp(join(place, "restic-"));
  await chmod(folder, 0o700);
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}
