// Reads the files a recipe's stack file names, and none but the recipe's own.
import { readFile, realpath, stat } from "node:fs/promises";
import { relative, resolve, sep } from "node:path";
import { errnoOf } from "../core/errno.ts";
import type { ComposeModel } from "../core/compose-model.ts";
import type { Rendered } from "../core/ports.ts";
import { CONTENT_LIMITS } from "../core/stack.ts";

/** Why a path of the file may not be followed; absent when all may. Links count as what they lead to. */
export async function checkPaths(folder: string, model: ComposeModel): Promise<string | undefined> {
  const home = await realpath(folder);
  for (const [place, path] of namedFiles(model)) {
    const real = await realpath(resolve(home, path)).catch(whenMissing);
    if (real === undefined || !isInside(home, real)) {
      return `${place} names ${relative(home, resolve(home, path))}, which is not a file of the recipe`;
    }
  }
  // A relative path has become one of moot's own machine, where no task will run.
  const [mount] = Object.values(model.services)
    .flatMap(({ volumes }) => volumes ?? [])
    .filter(({ type, source = "" }) => type === "bind" && isInside(home, source));
  if (mount === undefined) return undefined;
  return `${mount.target ?? "a mount"} is bound to a file of the recipe, which is not on the server: use a config or an absolute path`;
}

export interface RecipeFiles {
  /** By `configs/KEY` or `secrets/KEY`. */
  readonly contents: ReadonlyMap<string, Buffer>;
  readonly found: Rendered["files"];
}

/** A file too large for swarm bars the plan, so it is left unread: it must not fill moot's memory first. */
export async function readFiles(folder: string, model: ComposeModel): Promise<RecipeFiles> {
  const home = await realpath(folder);
  const contents = new Map<string, Buffer>();
  const found: Rendered["files"][number][] = [];
  for (const [place, path] of objectFiles(model)) {
    const what = place.startsWith("configs/") ? "config" : "secret";
    const { size: bytes } = await stat(path);
    found.push({ what, path: relative(home, resolve(home, path)), bytes });
    const isLarge = bytes >= CONTENT_LIMITS[what];
    contents.set(place, isLarge ? Buffer.alloc(0) : await readFile(path));
  }
  return { contents, found };
}

function whenMissing(error: unknown): undefined {
  if (errnoOf(error) !== "ENOENT") throw error;
}

function namedFiles(model: ComposeModel): readonly (readonly [string, string])[] {
  const envFiles = Object.entries(model.services).flatMap(([name, { env_file = [] }]) =>
    env_file.map((path) => [`services/${name}/env_file`, path] as const),
  );
  return [...envFiles, ...objectFiles(model)];
}

function objectFiles({ configs, secrets }: ComposeModel): readonly (readonly [string, string])[] {
  return Object.entries({ configs, secrets }).flatMap(([section, objects]) =>
    Object.entries(objects ?? {}).flatMap(([key, { file }]) =>
      file === undefined ? [] : [[`${section}/${key}`, file] as const],
    ),
  );
}

function isInside(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder + sep);
}
