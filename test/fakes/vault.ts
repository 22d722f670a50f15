// A repository in memory: volumes and snapshots are texts by path.
import { Refusal } from "../../src/core/errors.ts";
import type { ServerName, StackName } from "../../src/core/ids.ts";
import type { Clock } from "../../src/core/ports.ts";
import { ago } from "../../src/core/span.ts";
import {
  volumePath,
  type Checked,
  type Difference,
  type Entry,
  type Forgetting,
  type Kept,
  type Load,
  type Measure,
  type Restored,
  type Restoring,
  type Saved,
  type Snapshot,
  type SnapshotQuery,
  type Unread,
  type Vault,
  type VaultTold,
} from "../../src/core/vault.ts";
import { bytesOf, differenceOf, entriesOf, type Texts } from "./texts.ts";

interface KeptTexts {
  readonly snapshot: Snapshot;
  readonly files: Texts;
}

export class FakeVault implements Vault {
  readonly server: ServerName;
  readonly #clock: Clock;
  /** What each volume holds, by path from its root. */
  readonly volumes: Map<string, Texts>;
  /** Every save that was begun, in order. */
  readonly loads: Load[] = [];
  /** Stacks whose leftovers were cleared, in order. */
  readonly abandoned: StackName[] = [];
  /** Paths in the snapshot that cannot be read. */
  readonly unreadable = new Set<string>();
  readonly #kept: Map<string, KeptTexts>;
  #count = 0;
  isMade = true;
  /** While set, every call throws it. */
  fault: Refusal | undefined;
  /** What a check finds. */
  problems: readonly string[] = [];
  /** What happens while it saves, after it was begun. */
  saving: (signal: AbortSignal) => Promise<void> = async () => undefined;

  /** `twin`: the same repository, reached from another server that has these volumes. */
  constructor(
    server: ServerName,
    clock: Clock,
    twin?: { readonly of: FakeVault; readonly volumes: Map<string, Texts> },
  ) {
    this.server = server;
    this.#clock = clock;
    this.volumes = twin === undefined ? new Map<string, Texts>() : twin.volumes;
    this.#kept = twin === undefined ? new Map<string, KeptTexts>() : twin.of.#kept;
  }

  at(volumes: Map<string, Texts>): FakeVault {
    return new FakeVault(this.server, this.#clock, { of: this, volumes });
  }

  async reach(_side: unknown, signal: AbortSignal): Promise<void> {
    this.#open(signal);
  }

  async make(signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted();
    if (this.fault !== undefined) throw this.fault;
    const isNew = !this.isMade;
    this.isMade = true;
    return isNew;
  }

  async save(load: Load, told: VaultTold, signal: AbortSignal): Promise<Saved> {
    this.#open(signal);
    this.loads.push(load);
    await this.saving(signal);
    this.#open(signal);
    const unread: Unread[] = [];
    const files = this.#read(load, unread);
    const bytes = bytesOf([...files.values()]);
    const added = bytesOf([...files.values()].filter((text) => !this.#holds(text)));
    this.#count += 1;
    const id = this.#count.toString(16).padStart(8, "0").padEnd(64, "0");
    const paths = [...files.keys()];
    const { host, tags } = load;
    const at = this.#clock.now();
    const counts = { files: files.size, bytes, added };
    this.#kept.set(id, { snapshot: { id, at, host, tags, paths, size: counts }, files });
    told({ done: bytes, total: bytes, files: files.size });
    const kind = unread.length === 0 ? "whole" : "incomplete";
    return { kind, snapshot: id, ...counts, seconds: 1, unread };
  }

  async restore(
    { snapshot, volumes }: Restoring,
    told: VaultTold,
    signal: AbortSignal,
  ): Promise<Restored> {
    const { files } = this.#find(snapshot, signal);
    let [count, bytes] = [0, 0];
    for (const { from, to, isEmptied, paths, isLeftEmpty } of volumes) {
      const isMeant = (path: string): boolean =>
        paths?.some((one) => path === one || path.startsWith(`${one}/`)) !== false;
      const target = this.#volume("restore", to);
      if (isLeftEmpty === true) {
        target.clear();
        continue;
      }
      const root = `${volumePath(from)}/`;
      const held = [...files]
        .filter(([path]) => path.startsWith(root))
        .filter(([path]) => isMeant(path.slice(root.length)));
      if (held.length === 0) {
        const problem = `the snapshot ${snapshot.slice(0, 8)} holds nothing of the volume ${from}`;
        throw new Refusal({ kind: "step-failed", step: "restic restore", problem });
      }
      for (const path of target.keys()) if (isEmptied && isMeant(path)) target.delete(path);
      for (const [path, text] of held) target.set(path.slice(root.length), text);
      count += held.length;
      bytes += bytesOf(held.map(([, text]) => text));
    }
    told({ done: bytes, total: bytes, files: count });
    return { kind: "whole", files: count, bytes, seconds: 1, unwritten: [] };
  }

  async abandon(stack: StackName, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.abandoned.push(stack);
  }

  async snapshots(
    { tags = [], host }: SnapshotQuery,
    signal: AbortSignal,
  ): Promise<readonly Snapshot[]> {
    this.#open(signal);
    return [...this.#kept.values()]
      .map(({ snapshot }) => snapshot)
      .filter((one) => tags.every((tag) => one.tags.includes(tag)))
      .filter((one) => host === undefined || one.host === host)
      .toSorted((one, other) => other.at - one.at);
  }

  async contents(snapshot: string, path: string, signal: AbortSignal): Promise<readonly Entry[]> {
    const { files, snapshot: found } = this.#find(snapshot, signal);
    return entriesOf(files, path, found.at);
  }

  async measure(
    snapshot: string,
    paths: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly Measure[]> {
    const { files } = this.#find(snapshot, signal);
    return paths.map((path) => {
      const held = [...files].filter(([file]) => file === path || file.startsWith(`${path}/`));
      const bytes = bytesOf(held.map(([, text]) => text));
      return { path, isThere: held.length > 0, files: held.length, bytes };
    });
  }

  async diff(older: string, newer: string, signal: AbortSignal): Promise<Difference> {
    return differenceOf(this.#find(older, signal).files, this.#find(newer, signal).files);
  }

  async read(...[snapshot, path, limit, signal]: Parameters<Vault["read"]>): Promise<Uint8Array> {
    const text = this.#find(snapshot, signal).files.get(path);
    const step = `read ${path}`;
    if (text === undefined) throw new Refusal({ kind: "absent-file", snapshot, path });
    if (bytesOf([text]) > limit) {
      const problem = `it has ${bytesOf([text])} bytes, and ${limit} are the most that moot reads into its memory`;
      throw new Refusal({ kind: "step-failed", step, problem });
    }
    return Buffer.from(text);
  }

  async forget(
    { query, keep, spare }: Forgetting,
    how: "dry-run" | "for-good",
    signal: AbortSignal,
  ): Promise<readonly Kept[]> {
    const found = await this.snapshots(query, signal);
    const hosts = [...new Set(found.map(({ host }) => host))];
    const sifted = hosts.flatMap((host) =>
      found
        .filter((one) => one.host === host)
        .map((snapshot, _index, [newest]): Kept => {
          const start = ago(keep.within, newest?.at ?? 0);
          const isKept = snapshot.at > start || snapshot === newest;
          if (isKept) return { snapshot, isKept, reasons: [`within ${keep.within}`] };
          const isSpared = spare.includes(snapshot.id);
          return { snapshot, isKept: isSpared, reasons: isSpared ? ["spared"] : [] };
        }),
    );
    if (how === "for-good")
      for (const { snapshot, isKept } of sifted) if (!isKept) this.#kept.delete(snapshot.id);
    return sifted;
  }

  async prune(signal: AbortSignal): Promise<void> {
    this.#open(signal);
  }

  async check(_part: unknown, signal: AbortSignal): Promise<Checked> {
    this.#open(signal);
    return { problems: this.problems };
  }

  async unlockStale(signal: AbortSignal): Promise<void> {
    this.#open(signal);
  }

  #open(signal: AbortSignal): void {
    signal.throwIfAborted();
    if (this.fault !== undefined) throw this.fault;
    const { server } = this;
    if (this.isMade) return;
    const kind = "repository-missing";
    throw new Refusal({ kind, server, address: "memory", side: "moot" });
  }

  #find(id: string, signal: AbortSignal): { readonly snapshot: Snapshot; readonly files: Texts } {
    this.#open(signal);
    const found = [...this.#kept.values()].find(({ snapshot }) => snapshot.id.startsWith(id));
    if (found !== undefined) return found;
    throw new Refusal({ kind: "unknown-snapshot", server: this.server, snapshot: id });
  }

  #volume(what: string, name: string): Texts {
    const found = this.volumes.get(name);
    if (found !== undefined) return found;
    const problem = `there is no volume ${name} on that node`;
    throw new Refusal({ kind: "step-failed", step: `moot-vault-${what}`, problem });
  }

  #read({ volumes, files }: Load, unread: Unread[]): Texts {
    const texts: Texts = new Map();
    for (const { path, content } of files) texts.set(path, Buffer.from(content).toString());
    for (const { name, paths = [""] } of volumes) {
      const held = this.#volume("save", name);
      for (const wanted of paths) {
        const within = [...held].filter(
          ([path]) => wanted === "" || path === wanted || path.startsWith(`${wanted}/`),
        );
        if (wanted !== "" && within.length === 0)
          unread.push({ path: `${volumePath(name)}/${wanted}`, problem: "it is not there" });
        for (const [path, text] of within) texts.set(`${volumePath(name)}/${path}`, text);
      }
    }
    for (const path of this.unreadable) {
      if (texts.delete(path)) unread.push({ path, problem: "permission denied" });
    }
    return texts;
  }

  #holds(text: string): boolean {
    return [...this.#kept.values()].some(({ files }) => [...files.values()].includes(text));
  }
}
