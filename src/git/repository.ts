// Opens recipe repositories: one bare clone each, fetched by one operation at a time.
import { createHash } from "node:crypto";
import { mkdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import { Refusal } from "../core/errors.ts";
import type { RecipeName } from "../core/ids.ts";
import type { Log, Names, Repositories, Repository } from "../core/ports.ts";
import { BadAddress, checkAddress } from "./address.ts";
import { Clone } from "./clone.ts";
import { removeLeftCheckouts, removeOldLocks } from "./leftovers.ts";
import { Locks } from "./locks.ts";

export interface GitOptions {
  /** A folder of moot's own, for clones and checkouts. */
  readonly cache: string;
  /** What the config names: an https or ssh address, or a folder. */
  readonly base: string;
  readonly names: Names;
  readonly log: Log;
  /** For one fetch, milliseconds. */
  readonly deadline: number;
}

interface Source {
  readonly recipe: RecipeName;
  readonly address: string;
}

/** Removes first what a killed process left behind. */
export async function openRepositories(options: GitOptions): Promise<Repositories> {
  await mkdir(options.cache, { recursive: true, mode: 0o700 });
  // Without links, so that paths made under it can be compared.
  const cache = await realpath(options.cache);
  const clones = join(cache, "clones");
  const checkouts = join(cache, "checkouts");
  for (const folder of [clones, checkouts]) await mkdir(folder, { recursive: true });
  await removeLeftCheckouts(checkouts);
  const locks = new Locks();
  return {
    async open(recipe, address, signal): Promise<Repository> {
      const source = { recipe, address };
      const folder = join(clones, cloneName(source));
      const clone = new Clone(recipe, folder);
      const found = await locks.hold(folder, async () => {
        await clone.make(signal);
        await removeOldLocks(folder, options.deadline);
        return refresh(clone, source, options, signal);
      });
      return { ...found, checkout: (commit, inner) => clone.checkout(commit, checkouts, inner) };
    },
  };
}

/** Fetches; when that fails and an older clone is there, that one with what went wrong. */
async function refresh(
  clone: Clone,
  source: Source,
  options: GitOptions,
  signal: AbortSignal,
): Promise<Omit<Repository, "checkout">> {
  const { recipe } = source;
  const problem = await fetch(clone, source.address, options, signal);
  const { head, tags, fresh } = await clone.refs(signal);
  if (head === undefined) {
    await clone.remove();
    throw new Refusal({
      kind: "recipe-unreachable",
      recipe,
      problem: problem ?? "its default branch has no commit",
    });
  }
  if (problem !== undefined) {
    options.log.warn("recipe could not be fetched, an older clone is used", { recipe, problem });
    return { head, tags, stale: problem };
  }
  await clone.remember(fresh, signal);
  for (const { name, commit, movedFrom } of tags) {
    if (movedFrom === undefined) continue;
    options.log.warn("recipe tag was moved upstream", { recipe, tag: name, movedFrom, commit });
  }
  return { head, tags };
}

async function fetch(
  clone: Clone,
  address: string,
  options: GitOptions,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const remote = await checkAddress(address, options.base, options.names, signal);
    return await clone.fetch(remote, options.deadline, signal);
  } catch (error) {
    if (error instanceof BadAddress) return error.message;
    const reason = error instanceof Refusal ? error.reason : undefined;
    // git itself was too slow, or was killed.
    if (reason?.kind === "step-failed") return reason.problem;
    throw error;
  }
}

/** A recipe that moves to another address is another repository: tags are told as moved only within one. */
function cloneName({ recipe, address }: Source): string {
  const mark = createHash("sha256").update(address).digest("hex").slice(0, 12);
  return `${recipe}-${mark}.git`;
}
