// A real git repository in a temporary folder, as a recipe's maintainer would keep it.
import { execFileSync } from "node:child_process";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

const ENV = {
  PATH: process.env["PATH"] ?? "",
  HOME: "/nonexistent",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "ana",
  GIT_AUTHOR_EMAIL: "ana@example.coop",
  GIT_COMMITTER_NAME: "ana",
  GIT_COMMITTER_EMAIL: "ana@example.coop",
};

export class Origin {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async make(folder: string): Promise<Origin> {
    await mkdir(folder, { recursive: true });
    const origin = new Origin(folder);
    origin.git("init", "--quiet", "--initial-branch=main");
    return origin;
  }

  /** One that is there already, or comes to be. */
  static at(folder: string): Origin {
    return new Origin(folder);
  }

  git(...argv: readonly string[]): string {
    return this.#git(argv, {});
  }

  /** Returns the commit. */
  async commit(files: Readonly<Record<string, string>>): Promise<string> {
    for (const [path, text] of Object.entries(files)) {
      const place = join(this.folder, path);
      await mkdir(dirname(place), { recursive: true });
      await writeFile(place, text);
    }
    return this.#commitAll();
  }

  async link(path: string, target: string): Promise<string> {
    await symlink(target, join(this.folder, path));
    return this.#commitAll();
  }

  /** An annotated tag on the newest commit, moved if it is there already; `at` is its date, milliseconds UTC. */
  tag(name: string, at?: number): void {
    const dates = at === undefined ? {} : { GIT_COMMITTER_DATE: `@${at / 1000} +0000` };
    const message = `chore: publish ${name} release`;
    this.#git(["tag", "--force", "--annotate", "--message", message, name], dates);
  }

  #git(argv: readonly string[], env: Readonly<Record<string, string>>): string {
    return execFileSync("git", argv, {
      cwd: this.folder,
      env: { ...ENV, ...env },
      encoding: "utf8",
      stdio: "pipe",
    }).trim();
  }

  #commitAll(): string {
    this.git("add", "--all");
    this.git("commit", "--quiet", "--allow-empty", "--message", "a change");
    return this.git("rev-parse", "HEAD");
  }
}
