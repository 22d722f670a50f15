// One recipe's git repository, filled from templates so that the same recipe gives the same commits.
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";

const firstRelease = Date.UTC(2026, 0, 5, 12);
const week = 7 * 24 * 3_600_000;

/** Texts by their path in the recipe; `__REGISTRY__`, `__VERSION__` and `__UPSTREAM__` in them are filled in. */
export type RecipeFiles = Readonly<Record<string, string>>;

export class RecipeRepository {
  /** The bare repository. */
  readonly path: string;
  readonly #templates: string;
  readonly #tree: string;
  readonly #registry: string;

  /** `work` keeps the templates and a tree to commit from; `registry` holds the images. */
  constructor(path: string, work: string, registry: string) {
    this.path = path;
    this.#templates = join(work, "templates");
    this.#tree = join(work, "tree");
    this.#registry = registry;
  }

  async create(): Promise<void> {
    await mkdir(this.#templates, { recursive: true });
    await execa("git", ["init", "-q", "--bare", "-b", "main", this.path], { env: ownSettings });
  }

  /** Puts a folder of templates over those that are there. */
  async overlay(folder: string): Promise<void> {
    await cp(folder, this.#templates, { recursive: true });
  }

  /** Puts single templates over those that are there. */
  async write(files: RecipeFiles): Promise<void> {
    for (const [file, content] of Object.entries(files)) {
      const path = join(this.#templates, file);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content);
    }
  }

  /** Commits the templates as `version` with an annotated tag. Returns the commit. */
  async release(version: string): Promise<string> {
    const date = await this.#nextDate();
    const commit = await this.#commit(version, date);
    const words = ["--annotate", "--message", publish(version)];
    await this.#git(["tag", ...words, version], date);
    return commit;
  }

  /** Commits the templates, filled in for `version`. Returns the commit. */
  async commit(version: string): Promise<string> {
    return this.#commit(version, await this.#nextDate());
  }

  async lightweightTag(tag: string): Promise<void> {
    await this.#git(["tag", tag]);
  }

  /** The version that was released last. */
  async newest(): Promise<string> {
    return this.#git(["describe", "--abbrev=0"]);
  }

  /** The text of a file as it was committed last. */
  async text(file: string): Promise<string> {
    return readFile(join(this.#tree, file), "utf8");
  }

  async #commit(version: string, date: string): Promise<string> {
    await rm(this.#tree, { recursive: true, force: true });
    await cp(this.#templates, this.#tree, { recursive: true });
    await this.#fillIn(version);
    await this.#git(["add", "--all"]);
    await this.#git(["commit", "-q", "--allow-empty", "--message", publish(version)], date);
    return this.#git(["rev-parse", "HEAD"]);
  }

  /** A week after the last commit, so that history has the same dates wherever it is made. */
  async #nextDate(): Promise<string> {
    const commits = Number(await this.#git(["rev-list", "--count", "--all"]));
    return new Date(firstRelease + commits * week).toISOString();
  }

  async #fillIn(version: string): Promise<void> {
    const found = await readdir(this.#tree, { recursive: true, withFileTypes: true });
    for (const entry of found.filter((each) => each.isFile())) {
      const path = join(entry.parentPath, entry.name);
      const text = await readFile(path, "utf8");
      const filled = text
        .replaceAll("__REGISTRY__", this.#registry)
        .replaceAll("__VERSION__", version)
        .replaceAll("__UPSTREAM__", version.slice(version.indexOf("+") + 1));
      if (filled !== text) await writeFile(path, filled);
    }
  }

  async #git(args: readonly string[], date?: string): Promise<string> {
    const dates = date === undefined ? {} : { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
    const place = { GIT_DIR: this.path, GIT_WORK_TREE: this.#tree };
    const { stdout } = await execa("git", args, { env: { ...ownSettings, ...place, ...dates } });
    return stdout;
  }
}

function publish(version: string): string {
  return `chore: publish ${version} release`;
}

/** Nothing of the machine's own git settings, and the same author everywhere. */
const ownSettings = {
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "Recipe Maintainers",
  GIT_AUTHOR_EMAIL: "recipes@example.com",
  GIT_COMMITTER_NAME: "Recipe Maintainers",
  GIT_COMMITTER_EMAIL: "recipes@example.com",
};
