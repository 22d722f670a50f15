// A team's repository of env files: a bare remote, the clone that moot works in, and a colleague's clone.
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { isUserId } from "../../src/core/ids.ts";
import type { Sync } from "../../src/core/sync.ts";
import { openSync } from "../../src/git/sync.ts";
import { keepLog } from "../kept-log.ts";
import { named } from "../named.ts";
import { Origin } from "./origin.ts";

export const ana = named(isUserId, "@ana:example.coop");
export const bea = named(isUserId, "@bea:example.coop");
export const WIKI = "alpha.example.coop/wiki.example.coop.env";
export const CLOUD = "alpha.example.coop/cloud.example.coop.env";

export class Team implements AsyncDisposable {
  readonly kept = keepLog();
  readonly folder: string;
  /** abra's folder; its `servers` is the clone that moot works in. */
  readonly dir: string;
  readonly servers: Origin;
  /** As a colleague has it. */
  readonly other: Origin;
  readonly remote: string;

  private constructor(folder: string) {
    this.folder = folder;
    this.dir = join(folder, "abra");
    this.remote = join(folder, "remote.git");
    this.servers = Origin.at(join(this.dir, "servers"));
    this.other = Origin.at(join(folder, "other"));
  }

  /** Two apps are committed and pushed. */
  static async make(): Promise<Team> {
    const team = new Team(await realpath(await mkdtemp(join(tmpdir(), "moot-team-"))));
    await mkdir(team.dir);
    git(team.folder, "init", "--quiet", "--bare", "--initial-branch=main", team.remote);
    git(team.folder, "clone", "--quiet", team.remote, team.other.folder);
    await team.other.commit({ [WIKI]: "TYPE=wiki\n", [CLOUD]: "TYPE=cloud\n" });
    team.other.git("push", "--quiet", "origin", "HEAD:main");
    git(team.folder, "clone", "--quiet", team.remote, team.servers.folder);
    return team;
  }

  open(deadline = 20_000): Sync {
    return openSync({ dir: this.dir, log: this.kept.log, deadline });
  }

  path(place: string): string {
    return join(this.servers.folder, place);
  }

  async write(place: string, text: string): Promise<string> {
    await mkdir(dirname(this.path(place)), { recursive: true });
    await writeFile(this.path(place), text);
    return this.path(place);
  }

  read(place: string): Promise<string> {
    return readFile(this.path(place), "utf8");
  }

  /** A colleague changes a file and pushes it. */
  async elsewhere(place: string, text: string): Promise<string> {
    const commit = await this.other.commit({ [place]: text });
    this.other.git("push", "--quiet", "origin", "HEAD:main");
    return commit;
  }

  /** What the remote has, newest first: author, subject and files of each commit. */
  log(on: Origin | string = this.remote): readonly string[] {
    const folder = typeof on === "string" ? on : on.folder;
    const format = "--format=%x00%an <%ae>|%s|";
    const said = git(folder, "log", "--name-only", format, "main");
    return said
      .split("\0")
      .slice(1)
      .map((entry) => entry.replace(/\n+/g, " ").trim());
  }

  /** All that could be touched: where the branch is, and every file's state. */
  state(): string {
    const { servers } = this;
    return [
      servers.git("rev-parse", "HEAD"),
      servers.git("status", "--porcelain=v2", "--branch", "--untracked-files=all"),
      servers.git("diff", "HEAD"),
      servers.git("stash", "list"),
      servers.git("worktree", "list"),
    ].join("\n");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

function git(cwd: string, ...argv: readonly string[]): string {
  return execFileSync("git", argv, { cwd, encoding: "utf8", stdio: "pipe" }).trim();
}
