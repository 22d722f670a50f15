// Reads the files of a checkout, and never one outside it.
import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { basename, isAbsolute, resolve, sep } from "node:path";
import { errnoOf } from "../core/errno.ts";
import { Refusal } from "../core/errors.ts";
import type { RecipeName } from "../core/ids.ts";
import type { Checkout } from "../core/ports.ts";

type Place =
  | { readonly kind: "inside"; readonly real: string }
  | { readonly kind: "outside"; readonly isLink: boolean }
  | { readonly kind: "absent" };

const NUL_IN_PATH = "ERR_INVALID_ARG_VALUE";
const ABSENT = new Set(["ENOENT", "ENOTDIR", "ELOOP", "ENAMETOOLONG", NUL_IN_PATH]);

export async function openFiles(
  recipe: RecipeName,
  folder: string,
): Promise<Pick<Checkout, "read" | "holds" | "composeFiles">> {
  const root = await realpath(folder);
  const names = await readdir(root);
  return {
    composeFiles: names.filter((name) => /^compose.*\.ya?ml$/.test(name)).sort(),
    async holds(path) {
      const { kind } = await locate(root, path);
      return kind === "inside";
    },
    async read(path) {
      const place = await locate(root, path);
      if (place.kind === "absent") return undefined;
      if (place.kind === "inside") return readIfFile(recipe, place.real);
      const how = place.isLink ? "is a link that leads" : "leads";
      throw new Refusal({
        kind: "bad-recipe",
        recipe,
        problem: `${path} ${how} out of the recipe's own files`,
      });
    },
  };
}

/** Programs differ in whether `link/..` is the link's folder or its target's parent: neither may lead out. */
async function locate(root: string, path: string): Promise<Place> {
  const wanted = resolve(root, path);
  if (!isUnder(root, wanted)) return { kind: "outside", isLink: false };
  const real = await follow(wanted);
  const literal = await follow(isAbsolute(path) ? path : root + sep + path);
  const leaves = [real, literal].some((end) => end !== undefined && !isUnder(root, end));
  if (leaves) return { kind: "outside", isLink: true };
  return real === undefined ? { kind: "absent" } : { kind: "inside", real };
}

async function follow(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch (error) {
    if (ABSENT.has(errnoOf(error) ?? "")) return undefined;
    throw error;
  }
}

/** Bytes: no recipe we know has a text file near that. */
const LARGEST = 1_000_000;

async function readIfFile(recipe: string, path: string): Promise<string | undefined> {
  const found = await stat(path);
  if (!found.isFile()) return undefined;
  if (found.size <= LARGEST) return readFile(path, "utf8");
  const problem = `its file ${basename(path)} has ${found.size} bytes; moot reads ${LARGEST} at most`;
  throw new Refusal({ kind: "bad-recipe", recipe, problem });
}

function isUnder(root: string, path: string): boolean {
  return path === root || path.startsWith(root + sep);
}
