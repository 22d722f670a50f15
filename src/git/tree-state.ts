// Looks whether a work tree is fit to be pulled into or committed to: on a branch, nothing half done, nothing of other people's open.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Refusal } from "../core/errors.ts";
import type { WorkTree } from "./tree.ts";

const UNFINISHED: readonly (readonly [file: string, what: string])[] = [
  ["rebase-merge", "rebase"],
  ["rebase-apply", "rebase"],
  ["MERGE_HEAD", "merge"],
  ["CHERRY_PICK_HEAD", "cherry-pick"],
  ["REVERT_HEAD", "revert"],
];

/** The name of its branch. Throws Refusal `sync-unfinished` or `sync-detached`. */
export async function branchOf(tree: WorkTree, signal: AbortSignal): Promise<string> {
  const { folder, gitFolder } = tree;
  for (const [file, what] of UNFINISHED) {
    if (!existsSync(join(gitFolder, file))) continue;
    throw new Refusal({ kind: "sync-unfinished", folder, what });
  }
  const branch = await tree.ask(["symbolic-ref", "--quiet", "--short", "HEAD"], signal);
  if (branch === undefined) throw new Refusal({ kind: "sync-detached", folder });
  return branch;
}

/** Throws Refusal `sync-dirty` where a tracked file differs from what is committed, but for those at `own`. */
export async function requireClean(
  tree: WorkTree,
  own: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const listing = ["status", "--porcelain=v1", "-z", "--untracked-files=no", "--no-renames"];
  const said = await tree.must([...listing, "--ignore-submodules=all"], {}, signal);
  const changed = said.split("\0").flatMap((entry) => (entry === "" ? [] : [entry.slice(3)]));
  const files = changed.filter((file) => !own.includes(file));
  if (files.length > 0) throw new Refusal({ kind: "sync-dirty", folder: tree.folder, files });
}
