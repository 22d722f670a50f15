// One bare clone of a recipe's repository: fetching into it and taking files out of it.
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { Refusal } from "../core/errors.ts";
import type { RecipeName } from "../core/ids.ts";
import type { Repository } from "../core/ports.ts";
import type { Remote } from "./address.ts";
import { removeOldLocks } from "./leftovers.ts";
import { git, pin, transports, type GitAnswer, type GitCall } from "./command.ts";
import { LIST, parseRefs, type Refs } from "./refs.ts";

type Folder = Awaited<ReturnType<Repository["checkout"]>>;

const QUICK = 30_000;
const FETCH = [
  "fetch",
  "--quiet",
  "--no-tags",
  "--prune",
  "--no-recurse-submodules",
  "--no-write-fetch-head",
  // Recipes are small, and a clone may be thrown away: nothing tidies it while others read from it.
  "--no-auto-maintenance",
];
const REFSPECS = ["+HEAD:refs/upstream/head", "+refs/tags/*:refs/upstream/tags/*"];

export class Clone {
  readonly #recipe: RecipeName;
  readonly #folder: string;

  constructor(recipe: RecipeName, folder: string) {
    this.#recipe = recipe;
    this.#folder = folder;
  }

  /** Does nothing where there is one already. */
  async make(signal: AbortSignal): Promise<void> {
    // git makes this one last, so one that was killed is begun again.
    if (existsSync(join(this.#folder, "objects", "info"))) return;
    await this.#must(["init", "--bare", "--quiet", "--template="], {}, signal);
  }

  /** Whether there were locks older than `age`, in milliseconds; they are gone then. */
  unlock(age: number): Promise<boolean> {
    return removeOldLocks(this.#folder, age);
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Why it failed, in git's words; absent when it did not. `timeout` in milliseconds. */
  async fetch(remote: Remote, timeout: number, signal: AbortSignal): Promise<string | undefined> {
    const how = { settings: pin(remote), env: transports(remote), timeout };
    const argv = [...FETCH, "--", remote.url, ...REFSPECS];
    const { exitCode, problem } = await this.#git(argv, how, signal);
    return exitCode === 0 ? undefined : problem;
  }

  async refs(signal: AbortSignal): Promise<Refs> {
    const { stdout } = await this.#must(LIST, {}, signal);
    return parseRefs(stdout);
  }

  /** Notes what new tags name, so that a later move is seen. */
  async remember(fresh: Refs["fresh"], signal: AbortSignal): Promise<void> {
    if (fresh.length === 0) return;
    const stdin = fresh.map(([name, object]) => `create refs/tags/${name} ${object}\n`).join("");
    await this.#must(["update-ref", "--stdin"], { stdin }, signal);
  }

  /** Neither a worktree of the clone (nothing to prune) nor an archive (whose files `.gitattributes` may leave out). */
  async checkout(commit: string, checkouts: string, signal: AbortSignal): Promise<Folder> {
    const room = await mkdtemp(join(checkouts, `${process.pid}-`));
    const leave = () => rm(room, { recursive: true, force: true });
    try {
      const folder = join(room, "files");
      await mkdir(folder);
      const argv = [`--work-tree=${folder}`, "read-tree", "--reset", "-u", commit];
      await this.#must(argv, { env: { GIT_INDEX_FILE: join(room, "index") } }, signal);
      return { folder, [Symbol.asyncDispose]: leave };
    } catch (error) {
      await leave();
      throw error;
    }
  }

  /** For what only fails when the files themselves are at fault. */
  async #must(
    argv: readonly string[],
    how: Partial<GitCall>,
    signal: AbortSignal,
  ): Promise<GitAnswer> {
    const answer = await this.#git(argv, how, signal);
    if (answer.exitCode === 0) return answer;
    throw new Refusal({ kind: "bad-recipe", recipe: this.#recipe, problem: answer.problem });
  }

  #git(argv: readonly string[], how: Partial<GitCall>, signal: AbortSignal): Promise<GitAnswer> {
    return git({ timeout: QUICK, ...how, clone: this.#folder, argv }, signal);
  }
}
