// Which snapshot of an app somebody means, and which place in it: volumes go by their short names, as people know them.
import type { ServerName, StackName } from "./ids.ts";
import { APP_FILES, volumePath, type Difference, type Entry } from "./vault.ts";

/** One snapshot of an app, and where it is kept. */
export interface OwnSnapshot {
  /** The full id. */
  readonly id: string;
  readonly server: ServerName;
  readonly at: number;
  /** Swarm names. */
  readonly volumes: readonly string[];
  readonly stack: StackName;
}

/** A look into one. */
export interface SnapshotSight {
  readonly snapshot: OwnSnapshot;
  /** What stands directly in that folder, or the one file of that path; folders with all that is below them. */
  list(path: string, signal: AbortSignal): Promise<readonly Entry[]>;
  /** How much is at and below each of these paths. */
  weigh(paths: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, number>>;
  /** What is there now, in the newer one, that was otherwise in this. Both are in one repository. */
  diff(newer: OwnSnapshot, signal: AbortSignal): Promise<Difference>;
  read(path: string, limit: number, signal: AbortSignal): Promise<Uint8Array>;
}

/** So many characters of its name are enough, if no other begins so. */
const FEWEST = 4;
const NAME = /^[0-9a-f]+$/;

/** In small letters; undefined where it could name no snapshot. */
export function snapshotTyped(typed: string): string | undefined {
  const name = typed.toLowerCase();
  return name.length >= FEWEST && name.length <= 64 && NAME.test(name) ? name : undefined;
}

const VOLUME = /^\/var\/lib\/docker\/volumes\/([^/]+)\/_data(?:\/|$)/;

/** A path as it was typed, and where that is in the snapshot. */
type PlaceInside =
  | { readonly kind: "data"; readonly path: string }
  /** The app's env file, its compose text and the values of its secrets. */
  | { readonly kind: "own-files" }
  | { readonly kind: "nowhere" };

/** `data/pages/start.md`, or the path as restic has it. */
export function placeInside(
  { volumes, stack }: Pick<OwnSnapshot, "volumes" | "stack">,
  typed: string,
): PlaceInside {
  const clean = `/${typed.split("/").filter(isPart).join("/")}`;
  if (typed.split("/").includes("..")) return { kind: "nowhere" };
  if (isWithin(clean, "/moot")) return { kind: "own-files" };
  const roots = volumes.flatMap((volume) => [
    { named: volumePath(volume), volume },
    { named: `/${volume}`, volume },
    { named: `/${shortVolume(volume, stack)}`, volume },
  ]);
  const root = roots.find(({ named }) => isWithin(clean, named));
  if (root === undefined) return { kind: "nowhere" };
  return { kind: "data", path: `${volumePath(root.volume)}${clean.slice(root.named.length)}` };
}

function isPart(part: string): boolean {
  return part !== "" && part !== ".";
}

function isWithin(path: string, root: string): boolean {
  return path === root || path.startsWith(`${root}/`);
}

/** As the recipe names it. */
export function shortVolume(volume: string, stack: StackName): string {
  return volume.startsWith(`${stack}_`) ? volume.slice(stack.length + 1) : volume;
}

/** A path of a snapshot as people type it; one of the app's own files by its name alone. */
export function shortPath(path: string, stack: StackName): string {
  const volume = VOLUME.exec(path)?.[1];
  if (volume === undefined) return isWithin(path, APP_FILES) ? path.slice(1) : path;
  const inside = path.slice(volumePath(volume).length);
  return `${shortVolume(volume, stack)}${inside}`;
}
