// A recipe's repository on this machine, and moot's cache for it, in a temporary folder.
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isRecipeName } from "../../src/core/ids.ts";
import type { Names, Repositories } from "../../src/core/ports.ts";
import { openRepositories, type GitOptions } from "../../src/git/repository.ts";
import { keepLog, type KeptLog } from "../kept-log.ts";
import { named } from "../named.ts";
import { Origin } from "./origin.ts";

export const hello = named(isRecipeName, "hello");
/** Every name is its own address. */
const names: Names = { addresses: async (domain) => [domain] };

export class Ground implements AsyncDisposable {
  readonly folder: string;
  readonly cache: string;
  readonly origin: Origin;
  readonly kept: KeptLog = keepLog();

  private constructor(folder: string, origin: Origin) {
    this.folder = folder;
    this.cache = join(folder, "cache");
    this.origin = origin;
  }

  static async make(): Promise<Ground> {
    const folder = await mkdtemp(join(tmpdir(), "moot-git-"));
    return new Ground(folder, await Origin.make(join(folder, "recipes", "hello")));
  }

  /** As a moot does that starts. */
  open(changes: Partial<GitOptions> = {}): Promise<Repositories> {
    const base = join(this.folder, "recipes");
    const { cache, kept } = this;
    return openRepositories({ cache, base, names, log: kept.log, deadline: 20_000, ...changes });
  }

  clones(): Promise<string[]> {
    return readdir(join(this.cache, "clones"));
  }

  checkouts(): Promise<string[]> {
    return readdir(join(this.cache, "checkouts"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
