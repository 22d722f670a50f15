// A repository of backups in memory, for the tests of what is done with one: a test says what the volumes hold and what goes wrong.
import { Refusal } from "../../src/core/errors.ts";
import type { StackName } from "../../src/core/ids.ts";
import {
  APP_FILES,
  volumePath,
  type Load,
  type Measure,
  type Saved,
  type Snapshot,
  type Unread,
  type Vault,
  type VaultProgress,
} from "../../src/core/vault.ts";
import type { FakeHost } from "../fakes/host.ts";

interface Held {
  readonly snapshot: Snapshot;
  readonly load: Load;
  /** Bytes by path. */
  readonly files: ReadonlyMap<string, number>;
}

function unasked(): never {
  throw new Error("no test asks this of a repository in memory");
}

export class MemoryVault implements Vault {
  readonly server;
  /** Bytes by path, of what the volumes hold now. */
  readonly #files = new Map<string, number>();
  readonly held: Held[] = [];
  readonly abandoned: StackName[] = [];
  /** What happens while it reads. */
  reading: (load: Load, signal: AbortSignal) => Promise<void> = async () => undefined;
  /** What cannot be read. */
  unread: readonly Unread[] = [];

  constructor({ server }: FakeHost) {
    this.server = server;
  }

  put(volume: string, path: string, bytes: number): void {
    this.#files.set(`${volumePath(volume)}/${path}`, bytes);
  }

  take(volume: string, path: string): void {
    this.#files.delete(`${volumePath(volume)}/${path}`);
  }

  async save(
    load: Load,
    told: (progress: VaultProgress) => void,
    signal: AbortSignal,
  ): Promise<Saved> {
    signal.throwIfAborted();
    told({ done: 0, total: 100, files: 1 });
    await this.reading(load, signal);
    signal.throwIfAborted();
    const roots = load.volumes.flatMap(({ name, paths }) =>
      paths === undefined ? [volumePath(name)] : paths.map((path) => `${volumePath(name)}/${path}`),
    );
    const read = [...this.#files].filter(([path]) => roots.some((root) => isBelow(path, root)));
    const own = load.files.map(({ path, content }) => [path, content.length] as const);
    const files = new Map([...read, ...own]);
    const id = `${String(this.held.length + 1).padStart(8, "0")}${"0".repeat(56)}`;
    const { host, tags } = load;
    this.held.push({ load, files, snapshot: { id, at: 0, host, tags, paths: roots } });
    const bytes = [...files.values()].reduce((sum, one) => sum + one, 0);
    const kind = this.unread.length > 0 ? "incomplete" : "whole";
    const sizes = { files: files.size, bytes, added: bytes, seconds: 3 };
    return { kind, snapshot: id, ...sizes, unread: this.unread };
  }

  async measure(snapshot: string, paths: readonly string[]): Promise<readonly Measure[]> {
    const held = this.held.find((one) => one.snapshot.id === snapshot);
    if (held === undefined) {
      throw new Refusal({ kind: "unknown-snapshot", server: this.server, snapshot });
    }
    return paths.map((path) => {
      const below = [...held.files].filter(([file]) => isBelow(file, path));
      const bytes = below.reduce((sum, [, size]) => sum + size, 0);
      const isVolume = held.load.volumes.some(({ name }) => volumePath(name) === path);
      return { path, isThere: isVolume || below.length > 0, files: below.length, bytes };
    });
  }

  async abandon(stack: StackName): Promise<void> {
    this.abandoned.push(stack);
  }

  /** What the newest snapshot holds of the app's own files, by name. */
  fileOf(name: string): string | undefined {
    const files = this.held.at(-1)?.load.files ?? [];
    const content = files.find(({ path }) => path === `${APP_FILES}/${name}`)?.content;
    return content === undefined ? undefined : Buffer.from(content).toString();
  }

  readonly make = unasked;
  readonly restore = unasked;
  readonly snapshots = unasked;
  readonly contents = unasked;
  readonly diff = unasked;
  readonly read = unasked;
  readonly forget = unasked;
  readonly prune = unasked;
  readonly check = unasked;
  readonly unlockStale = unasked;
}

function isBelow(path: string, root: string): boolean {
  return path === root || path.startsWith(`${root}/`);
}
