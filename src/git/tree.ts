// Runs git in a repository that people work in too: no hooks, signing, prompts or settings of the machine, but moot's user's own keys.
import { realpath } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, isAbsolute, join, relative } from "node:path";
import { errnoOf } from "../core/errno.ts";
import { Refusal } from "../core/errors.ts";
import { run } from "../process/run.ts";
import { answerOf, type GitAnswer } from "./command.ts";

export interface TreeCall {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds. */
  readonly timeout?: number;
  /** Where git runs, if not at the top of the tree. */
  readonly cwd?: string;
}

const QUICK = 30_000;
const MAX_OUTPUT = 16 * 1024 * 1024;
const SETTINGS = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "core.attributesFile=/dev/null",
  "core.quotePath=false",
  "core.sshCommand=ssh -o BatchMode=yes -o StrictHostKeyChecking=yes -o ServerAliveInterval=10",
  "commit.gpgSign=false",
  "push.gpgSign=false",
  "rerere.enabled=false",
  "gc.auto=0",
  "maintenance.auto=false",
  "submodule.recurse=false",
  // Only what moot's user keeps in ~/.git-credentials; no program that the repository names.
  "credential.helper=",
  "credential.helper=store",
];
const MOOT = { name: "moot", email: "moot@localhost" };

/** One work tree and its branch's remote. */
export class WorkTree {
  readonly folder: string;
  /** Its `.git`, wherever that is. */
  readonly gitFolder: string;

  private constructor(folder: string, gitFolder: string) {
    this.folder = folder;
    this.gitFolder = gitFolder;
  }

  /** The work tree that holds a folder, looked for no higher than `top`. */
  static async around(
    folder: string,
    top: string,
    signal: AbortSignal,
  ): Promise<WorkTree | undefined> {
    const argv = ["rev-parse", "--show-toplevel", "--absolute-git-dir"];
    const env = { GIT_CEILING_DIRECTORIES: dirname(top) };
    const { exitCode, stdout, problem } = await git(argv, { cwd: folder, env }, signal);
    if (exitCode === 0) {
      const [root = "", gitFolder = ""] = stdout.split("\n");
      return new WorkTree(root, gitFolder);
    }
    if (/not a git repository/i.test(problem)) return undefined;
    throw new Refusal({ kind: "sync-failed", folder, problem });
  }

  git(argv: readonly string[], how: TreeCall, signal: AbortSignal): Promise<GitAnswer> {
    return git(argv, { cwd: this.folder, ...how }, signal);
  }

  /** What git printed. Throws Refusal `sync-failed` with git's words when it did not do it. */
  async must(argv: readonly string[], how: TreeCall, signal: AbortSignal): Promise<string> {
    const { exitCode, stdout, problem } = await this.git(argv, how, signal);
    if (exitCode === 0) return stdout;
    throw new Refusal({ kind: "sync-failed", folder: this.folder, problem });
  }

  /** What git printed, without the line end; undefined where it says no by its exit code. */
  async ask(argv: readonly string[], signal: AbortSignal): Promise<string | undefined> {
    const { exitCode, stdout } = await this.git(argv, {}, signal);
    return exitCode === 0 ? stdout.trim() : undefined;
  }

  /**
   * Where a file is in the tree, links followed, also when it is gone. Throws Refusal `sync-outside` when it leads out of the tree,
   * or into git's own folder.
   */
  async placeOf(file: string): Promise<string> {
    const place = relative(this.folder, await real(file));
    if (!/^(?:\.\.|\.git)(?:\/|$)/.test(place) && !isAbsolute(place) && place !== "") return place;
    throw new Refusal({ kind: "sync-outside", file, folder: this.folder });
  }
}

/** Links followed as far as there is something. */
async function real(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT" || dirname(path) === path) throw error;
    return join(await real(dirname(path)), basename(path));
  }
}

/** The folder that holds a file, or would: the nearest one that is there. */
export async function folderOf(file: string): Promise<string> {
  const folder = dirname(file);
  try {
    return await realpath(folder);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT" || dirname(folder) === folder) throw error;
    return folderOf(folder);
  }
}

async function git(
  argv: readonly string[],
  { cwd, env, stdin, timeout = QUICK }: TreeCall & { readonly cwd: string },
  signal: AbortSignal,
): Promise<GitAnswer> {
  const settings = SETTINGS.flatMap((setting) => ["-c", setting]);
  const ran = await run("git", [...settings, ...argv], {
    cwd,
    env: { ...environment(), ...env },
    ...(stdin === undefined ? {} : { stdin }),
    timeout,
    maxBuffer: MAX_OUTPUT,
    signal,
  });
  return answerOf(ran, cwd);
}

function environment(): Readonly<Record<string, string>> {
  return {
    PATH: process.env["PATH"] ?? "/usr/bin:/bin",
    // The team's remote may want moot's user's ~/.ssh or ~/.git-credentials.
    HOME: homedir(),
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "",
    GIT_EDITOR: "false",
    GIT_ALLOW_PROTOCOL: "file:https:ssh",
    GIT_LITERAL_PATHSPECS: "1",
    GIT_COMMITTER_NAME: MOOT.name,
    GIT_COMMITTER_EMAIL: MOOT.email,
  };
}
