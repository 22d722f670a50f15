// Finds env files where abra keeps them, `servers/<server>/<app>.env`, links included (coopcloud.md §1.1).
import { readdir, realpath } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, join, sep } from "node:path";
import { errnoOf } from "../core/errno.ts";
import { isAppName, isServerName, type AppName, type ServerName } from "../core/ids.ts";
import type { Log } from "../core/ports.ts";

export interface Place {
  readonly app: AppName;
  readonly server: ServerName;
  readonly path: string;
}

/** The message is a sentence for people. */
export class LeadsOutside extends Error {
  constructor(root: string, real: string) {
    super(`it is a link that leads out of ${root}, to ${real}: put the file itself there`);
  }
}

const ENV = ".env";
const NOTHING_THERE = new Set(["ENOENT", "ENOTDIR", "ENAMETOOLONG"]);

export class Layout {
  readonly #root: string;
  readonly #log: Log;

  /** `dir` is abra's folder; a leading `~` is the home of moot's user. */
  constructor(dir: string, log: Log) {
    this.#root = join(dir.replace(/^~(?=\/|$)/, homedir()), "servers");
    this.#log = log;
  }

  place(app: AppName, server: ServerName): Place {
    return { app, server, path: join(this.#root, server, app + ENV) };
  }

  owns(path: string): boolean {
    const app = basename(path, ENV);
    const server = basename(dirname(path));
    return isAppName(app) && isServerName(server) && path === this.place(app, server).path;
  }

  async servers(): Promise<readonly ServerName[]> {
    return (await this.#names(this.#root)).filter(isServerName);
  }

  /** All env files on a server; anything else in its folder is left alone. */
  async apps(server: ServerName): Promise<readonly Place[]> {
    const names = await this.#names(join(this.#root, server));
    const apps = names
      .filter((name) => name.endsWith(ENV))
      .map((name) => name.slice(0, -ENV.length));
    const strange = apps.filter((name) => !isAppName(name));
    if (strange.length > 0)
      this.#log.warn("env files without a domain as name", { server, strange });
    return apps.filter(isAppName).map((app) => this.place(app, server));
  }

  /** Where a path really is, links followed; absent when there is nothing. Throws LeadsOutside. */
  async real(path: string): Promise<string | undefined> {
    const root = await follow(this.#root);
    const real = await follow(path);
    if (root === undefined || real === undefined) return undefined;
    if (!real.startsWith(root + sep)) throw new LeadsOutside(root, real);
    return real;
  }

  async #names(folder: string): Promise<readonly string[]> {
    try {
      return (await readdir(folder)).sort();
    } catch (error) {
      if (NOTHING_THERE.has(errnoOf(error) ?? "")) return [];
      throw error;
    }
  }
}

async function follow(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch (error) {
    if (NOTHING_THERE.has(errnoOf(error) ?? "")) return undefined;
    throw error;
  }
}
