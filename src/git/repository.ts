// Opens recipe repositories: one bare clone each, fetched once for all who ask while another fetch goes on.
import { createHash } from "node:crypto";
import { mkdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import { Refusal } from "../core/errors.ts";
import type { RecipeName } from "../core/ids.ts";
import type { Log, Names, Repositories, Repository } from "../core/ports.ts";
import { BadAddress, checkAddress, type Remote } from "./address.ts";
import { Clone } from "./clone.ts";
import { removeLeftCheckouts } from "./leftovers.ts";
import { listTags, type Listing } from "./listing.ts";
import { Turns } from "./turns.ts";

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
  const turns = new Turns<Omit<Repository, "checkout">>();
  return {
    async open(recipe, address, signal): Promise<Repository> {
      const source = { recipe, address };
      const folder = join(clones, cloneName(source));
      const clone = new Clone(recipe, folder);
      const look = async (inner: AbortSignal): Promise<Omit<Repository, "checkout">> => {
        await clone.make(inner);
        return refresh(clone, source, options, inner);
      };
      const found = await turns.take(folder, look, signal);
      return { ...found, checkout: (commit, inner) => clone.checkout(commit, checkouts, inner) };
    },
    async tags(recipe, address, signal) {
      const how = { nowhere: join(cache, "nowhere"), timeout: options.deadline };
      const ask = (remote: Remote): Promise<Listing> => listTags(remote, how, signal);
      const found = await reach(address, options, ask, signal);
      if (found.kind === "listed") return found.tags;
      throw new Refusal({ kind: "recipe-unreachable", recipe, problem: found.problem });
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
  const problem = await fetchInto(clone, source.address, options, signal);
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
  if (fresh.length > 0) await clone.unlock(options.deadline);
  await clone.remember(fresh, signal);
  for (const { name, commit, movedFrom } of tags) {
    if (movedFrom === undefined) continue;
    options.log.warn("recipe tag was moved upstream", { recipe, tag: name, movedFrom, commit });
  }
  return { head, tags };
}

/** What a killed fetch left locked is looked for where it bars this one, since that means reading the whole clone. */
async function fetchInto(
  clone: Clone,
  address: string,
  options: GitOptions,
  signal: AbortSignal,
): Promise<string | undefined> {
  const problem = await fetch(clone, address, options, signal);
  const isUnlocked = problem !== undefined && (await clone.unlock(options.deadline));
  return isUnlocked ? fetch(clone, address, options, signal) : problem;
}

async function fetch(
  clone: Clone,
  address: string,
  options: GitOptions,
  signal: AbortSignal,
): Promise<string | undefined> {
  const work = async (remote: Remote): Promise<Failed | undefined> => {
    const problem = await clone.fetch(remote, options.deadline, signal);
    return problem === undefined ? undefined : { kind: "failed", problem };
  };
  return (await reach(address, options, work, signal))?.problem;
}

type Failed = Extract<Listing, { readonly kind: "failed" }>;

/** Does the work at an address that may be asked; where it may not, or git gives up, says why. */
async function reach<Result>(
  address: string,
  { base, names }: GitOptions,
  work: (remote: Remote) => Promise<Result>,
  signal: AbortSignal,
): Promise<Result | Failed> {
  try {
    return await work(await checkAddress(address, base, names, signal));
  } catch (error) {
    if (error instanceof BadAddress) return { kind: "failed", problem: error.message };
    const reason = error instanceof Refusal ? error.reason : undefined;
    // git itself was too slow, or was killed.
    if (reason?.kind === "step-failed") return { kind: "failed", problem: reason.problem };
    throw error;
  }
}

/** A recipe that moves to another address is another repository: tags are told as moved only within one. */
function cloneName({ recipe, address }: Source): string {
  const mark = createHash("sha256").update(address).digest("hex").slice(0, 12);
  return `${recipe}-${mark}.git`;
}
