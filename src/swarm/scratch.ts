// Private folders for one call each, in a place that is cleared of what a killed moot left there.
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";

export interface Scratch extends AsyncDisposable {
  /** Readable by nobody else (0700). */
  readonly folder: string;
}

/** Rendered stacks and logins of a former life are in there. */
export async function clearScratch(place: string): Promise<void> {
  await rm(place, { recursive: true, force: true });
  await mkdir(place, { recursive: true, mode: 0o700 });
}

export async function openScratch(place: string): Promise<Scratch> {
  const folder = await mkdtemp(join(place, "call-"));
  return {
    folder,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
