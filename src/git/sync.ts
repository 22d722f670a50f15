// Implements Sync: the team's own git repository around the env files, shared with people who use abra by hand.
import { realpath, readdir } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { errnoOf } from "../core/errno.ts";
import { Refusal } from "../core/errors.ts";
import type { Log } from "../core/ports.ts";
import type { Sync, SyncAct } from "../core/sync.ts";
import { syncProblem } from "../words/sync-problem.ts";
import { commit } from "./committing.ts";
import { branchOf, requireClean } from "./tree-state.ts";
import {
  fetch,
  integrate,
  isAhead,
  push,
  upstreamOf,
  type Patience,
  type Upstream,
} from "./tree-remote.ts";
import { folderOf, WorkTree } from "./tree.ts";

export interface SyncOptions extends Patience {
  /** abra's folder; a leading `~` is the home of moot's user. */
  readonly dir: string;
  readonly log: Log;
}

/** For a team that keeps its env files elsewhere, or not in git. */
export const noSync: Sync = {
  isOn: false,
  pull: () => Promise.resolve(),
  record: () => Promise.resolve({}),
};

export function openSync(options: SyncOptions): Sync {
  const servers = join(options.dir.replace(/^~(?=\/|$)/, homedir()), "servers");
  return {
    isOn: true,
    async pull(own, signal) {
      for (const tree of await treesIn(servers, signal)) await pull(tree, own, options, signal);
    },
    async record(act, signal) {
      const top = dirname(await rootOf(servers));
      const treeOf = async (path: string): Promise<WorkTree> => {
        const tree = await WorkTree.around(await folderOf(path), top, signal);
        if (tree !== undefined) return tree;
        throw new Refusal({ kind: "sync-no-repository", folder: servers });
      };
      const { path, from = path } = act;
      const [here, there] = [await treeOf(path), await treeOf(from)];
      const isOne = here.folder === there.folder;
      const common = { act, options };
      const left = isOne ? {} : await record(there, { ...common, paths: [from] }, signal);
      const paths = isOne ? [...new Set([from, path])] : [path];
      return { ...left, ...(await record(here, { ...common, paths }, signal)) };
    },
  };
}

/** The one that holds the folder of all servers, or else those that hold a server's folder each. Throws Refusal `sync-no-repository`. */
async function treesIn(servers: string, signal: AbortSignal): Promise<readonly WorkTree[]> {
  const found = new Map<string, WorkTree>();
  const root = await rootOf(servers);
  for (const folder of await foldersIn(root)) {
    const tree = await WorkTree.around(folder, dirname(root), signal);
    if (tree !== undefined) found.set(tree.folder, tree);
  }
  if (found.size === 0) throw new Refusal({ kind: "sync-no-repository", folder: servers });
  return [...found.values()];
}

async function rootOf(servers: string): Promise<string> {
  try {
    return await realpath(servers);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
    throw new Refusal({ kind: "sync-no-repository", folder: servers }, error);
  }
}

async function foldersIn(root: string): Promise<readonly string[]> {
  const entries = await readdir(root, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory() && entry.name !== ".git");
  return [root, ...folders.map(({ name }) => join(root, name))];
}

async function pull(
  tree: WorkTree,
  own: readonly string[],
  options: SyncOptions,
  signal: AbortSignal,
): Promise<void> {
  const branch = await branchOf(tree, signal);
  await requireClean(tree, await placesOf(tree, own), signal);
  const upstream = await upstreamOf(tree, branch, signal);
  if (upstream === undefined) return;
  const problem = await fetch(tree, upstream, options, signal);
  if (problem === undefined) {
    await integrate(tree, upstream, signal);
    return;
  }
  // The servers can still be run from the files that are here.
  const { folder } = tree;
  options.log.warn("env files could not be pulled, going on with those here", { folder, problem });
}

/** Of the files of moot's own jobs, those in this tree. */
async function placesOf(tree: WorkTree, files: readonly string[]): Promise<readonly string[]> {
  const places: string[] = [];
  for (const file of files) {
    try {
      places.push(await tree.placeOf(file));
    } catch (error) {
      const isElsewhere = error instanceof Refusal || errnoOf(error) === "ENOENT";
      if (!isElsewhere) throw error;
    }
  }
  return places;
}

interface Recording {
  readonly act: SyncAct;
  readonly paths: readonly string[];
  readonly options: SyncOptions;
}

async function record(
  tree: WorkTree,
  { act, paths, options }: Recording,
  signal: AbortSignal,
): Promise<{ readonly problem?: string }> {
  const places: string[] = [];
  for (const path of paths) places.push(await tree.placeOf(path));
  const branch = await branchOf(tree, signal);
  await commit(tree, places, act, signal);
  const upstream = await upstreamOf(tree, branch, signal);
  if (upstream === undefined) return {};
  const problem = await pushAll(tree, upstream, options, signal);
  if (problem === undefined) return {};
  options.log.warn("env files could not be pushed", { folder: tree.folder, problem });
  return { problem };
}

const TRIES = 3;

/** Why it could not be pushed. Somebody may have pushed meanwhile: then theirs is taken in first. */
async function pushAll(
  tree: WorkTree,
  upstream: Upstream,
  patience: Patience,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    let problem: string | undefined;
    for (let tries = 0; tries < TRIES; tries += 1) {
      problem = await push(tree, upstream, patience, signal);
      if (problem === undefined) return undefined;
      const unfetched = await fetch(tree, upstream, patience, signal);
      if (unfetched !== undefined) return unfetched;
      if (!(await isAhead(tree, upstream, signal))) return undefined;
      await integrate(tree, upstream, signal);
    }
    return problem;
  } catch (error) {
    // The commit stands, whatever became of the rest.
    if (error instanceof Refusal) return syncProblem(error.reason);
    throw error;
  }
}
