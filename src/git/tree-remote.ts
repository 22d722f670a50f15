// Brings a branch and its remote together: fetches, winds forward, or rebases aside so that a conflict touches nothing.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Refusal } from "../core/errors.ts";
import type { GitAnswer } from "./command.ts";
import type { WorkTree } from "./tree.ts";

/** The branch of a remote that ours follows. */
export interface Upstream {
  readonly remote: string;
  /** Its full name over there. */
  readonly ref: string;
  /** Where we note what it is. */
  readonly noted: string;
}

/** What git says the branch follows; else, of the only remote or `origin`, the branch of the same name; absent without a remote. */
export async function upstreamOf(
  tree: WorkTree,
  branch: string,
  signal: AbortSignal,
): Promise<Upstream | undefined> {
  const remotes = (await tree.must(["remote"], {}, signal)).split("\n").filter(Boolean);
  const followed = await tree.ask(["config", "--get", `branch.${branch}.remote`], signal);
  const only = remotes.length === 1 ? remotes[0] : remotes.find((name) => name === "origin");
  const remote = remotes.find((name) => name === followed) ?? only;
  if (remote === undefined) return undefined;
  const merge = remote === followed ? await mergeOf(tree, branch, signal) : undefined;
  const ref = merge ?? `refs/heads/${branch}`;
  return { remote, ref, noted: ref.replace(/^refs\/heads\//, `refs/remotes/${remote}/`) };
}

function mergeOf(tree: WorkTree, branch: string, signal: AbortSignal): Promise<string | undefined> {
  return tree.ask(["config", "--get", `branch.${branch}.merge`], signal);
}

/** For one talk with the remote, milliseconds. */
export interface Patience {
  readonly deadline: number;
}

const FETCH = ["fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head"];
const PUSH = ["push", "--quiet", "--no-verify", "--no-signed", "--recurse-submodules=no"];

/** Why it failed, in git's words. Throws Refusal `sync-silent` when there is no answer in time. */
export function fetch(
  tree: WorkTree,
  upstream: Upstream,
  { deadline }: Patience,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { remote } = upstream;
  // All branches, so that a remote without ours yet is no error.
  const refspec = `+refs/heads/*:refs/remotes/${remote}/*`;
  const call = [...FETCH, "--no-auto-maintenance", "--", remote, refspec];
  return talk(tree, remote, tree.git(call, { timeout: deadline }, signal));
}

/** Pushes the branch; as `fetch`. */
export function push(
  tree: WorkTree,
  { remote, ref }: Upstream,
  { deadline }: Patience,
  signal: AbortSignal,
): Promise<string | undefined> {
  const call = [...PUSH, "--", remote, `HEAD:${ref}`];
  return talk(tree, remote, tree.git(call, { timeout: deadline }, signal));
}

async function talk(
  { folder }: WorkTree,
  remote: string,
  talking: Promise<GitAnswer>,
): Promise<string | undefined> {
  try {
    const { exitCode, problem } = await talking;
    return exitCode === 0 ? undefined : problem;
  } catch (error) {
    const reason = error instanceof Refusal ? error.reason : undefined;
    if (reason?.kind !== "step-failed") throw error;
    throw new Refusal({ kind: "sync-silent", folder, remote, problem: reason.problem }, error);
  }
}

/** Takes in what was fetched, our own commits on top. Throws Refusal `sync-conflict`, `sync-failed`; the tree is as before then. */
export async function integrate(
  tree: WorkTree,
  upstream: Upstream,
  signal: AbortSignal,
): Promise<void> {
  const theirs = await commitAt(tree, upstream.noted, signal);
  if (theirs === undefined) return;
  const ours = await commitAt(tree, "HEAD", signal);
  if (ours !== undefined && (await isWithin(tree, theirs, ours, signal))) return;
  const isBehind = ours === undefined || (await isWithin(tree, ours, theirs, signal));
  const target = isBehind ? theirs : await rebased(tree, upstream, { ours, theirs }, signal);
  // Stops, whole, where it would touch a file that differs from what is committed.
  await tree.must(["reset", "--quiet", "--keep", target], {}, signal);
}

/** Whether the branch has commits that the remote, as it was last seen, does not have. */
export async function isAhead(
  tree: WorkTree,
  { noted }: Upstream,
  signal: AbortSignal,
): Promise<boolean> {
  const [ours, theirs] = [
    await commitAt(tree, "HEAD", signal),
    await commitAt(tree, noted, signal),
  ];
  if (ours === undefined) return false;
  return theirs === undefined || !(await isWithin(tree, ours, theirs, signal));
}

function commitAt(tree: WorkTree, ref: string, signal: AbortSignal): Promise<string | undefined> {
  return tree.ask(["rev-parse", "--quiet", "--verify", `${ref}^{commit}`], signal);
}

async function isWithin(
  tree: WorkTree,
  older: string,
  newer: string,
  signal: AbortSignal,
): Promise<boolean> {
  return (await tree.ask(["merge-base", "--is-ancestor", older, newer], signal)) !== undefined;
}

const REBASE = [
  "rebase",
  "--quiet",
  "--no-autostash",
  "--no-autosquash",
  "--no-update-refs",
  // An act that changed no file is an entry, too.
  "--empty=keep",
  "--reapply-cherry-picks",
];

/** Our commits on top of theirs, made in a work tree of its own: whatever happens there, nobody's files move. */
async function rebased(
  tree: WorkTree,
  { remote }: Upstream,
  { ours, theirs }: { readonly ours: string; readonly theirs: string },
  signal: AbortSignal,
): Promise<string> {
  const { folder } = tree;
  if ((await tree.ask(["merge-base", ours, theirs], signal)) === undefined) {
    throw new Refusal({ kind: "sync-conflict", folder, remote, files: [] });
  }
  const cwd = join(tree.gitFolder, "moot-rebase");
  // A moot that was killed may have left one.
  await dropAside(tree, cwd, signal);
  await tree.must(["worktree", "add", "--quiet", "--force", "--detach", cwd, ours], {}, signal);
  try {
    const { exitCode, problem } = await tree.git([...REBASE, theirs], { cwd }, signal);
    if (exitCode === 0) return (await tree.must(["rev-parse", "HEAD"], { cwd }, signal)).trim();
    const unmerged = ["diff", "--name-only", "-z", "--diff-filter=U"];
    const files = (await tree.must(unmerged, { cwd }, signal)).split("\0").filter(Boolean);
    if (files.length === 0) throw new Refusal({ kind: "sync-failed", folder, problem });
    throw new Refusal({ kind: "sync-conflict", folder, remote, files });
  } finally {
    // Also when moot is being stopped.
    await dropAside(tree, cwd, AbortSignal.timeout(ASIDE));
  }
}

const ASIDE = 10_000;

async function dropAside(tree: WorkTree, folder: string, signal: AbortSignal): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await tree.git(["worktree", "prune"], {}, signal);
}
