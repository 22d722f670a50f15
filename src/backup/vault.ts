// One server's repository: implements Vault with restic, from the server where data goes in or out, else from moot's machine.
import type { ServerName, StackName } from "../core/ids.ts";
import type { Oneshots } from "../core/oneshot.ts";
import type { VaultSide } from "../core/vault-errors.ts";
import type {
  CheckPart,
  Checked,
  Difference,
  Entry,
  Forgetting,
  Kept,
  Load,
  Measure,
  Restored,
  Restoring,
  Saved,
  Snapshot,
  SnapshotQuery,
  Vault,
  VaultTold,
} from "../core/vault.ts";
import { carrierNames, restore, save } from "./carry.ts";
import { EXIT } from "./complaints.ts";
import { check, forget, sift } from "./keeping.ts";
import { compare, listContents, listSnapshots, measurePaths, readFile } from "./looking.ts";
import { Restic, type Ground, type Patience, type Station } from "./restic.ts";

export interface ResticVaultOptions {
  readonly server: ServerName;
  readonly patience: Patience;
  readonly oneshots: () => Oneshots;
  readonly there: Ground;
  readonly here: Ground;
}

export class ResticVault implements Vault {
  readonly server: ServerName;
  readonly #oneshots: () => Oneshots;
  readonly #carrier: Station;
  readonly #reader: Station;

  constructor({ server, patience, oneshots, there, here }: ResticVaultOptions) {
    const restic = new Restic(server, patience);
    this.server = server;
    this.#oneshots = oneshots;
    this.#carrier = { restic, ground: there };
    this.#reader = { restic, ground: here };
  }

  async reach(side: VaultSide, signal: AbortSignal): Promise<void> {
    const { restic, ground } = side === "moot" ? this.#reader : this.#carrier;
    await restic.ask(ground, { command: "cat", words: ["config"] }, signal);
  }

  async make(signal: AbortSignal): Promise<boolean> {
    const { restic, ground } = this.#reader;
    const asked = { command: "cat", words: ["config"], ends: [EXIT.missing] };
    if ((await restic.ask(ground, asked, signal)).exitCode === 0) return false;
    await restic.ask(ground, { command: "init", words: [] }, signal);
    return true;
  }

  async save(load: Load, told: VaultTold, signal: AbortSignal): Promise<Saved> {
    return save(this.#carrier, load, told, signal);
  }

  async restore(restoring: Restoring, told: VaultTold, signal: AbortSignal): Promise<Restored> {
    return restore(this.#carrier, restoring, told, signal);
  }

  async abandon(stack: StackName, signal: AbortSignal): Promise<void> {
    await this.#oneshots().sweep(carrierNames(stack), signal);
  }

  async snapshots(query: SnapshotQuery, signal: AbortSignal): Promise<readonly Snapshot[]> {
    return listSnapshots(this.#reader, query, signal);
  }

  async contents(snapshot: string, path: string, signal: AbortSignal): Promise<readonly Entry[]> {
    return listContents(this.#reader, { snapshot, path }, signal);
  }

  async measure(
    snapshot: string,
    paths: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly Measure[]> {
    return measurePaths(this.#reader, { snapshot, paths }, signal);
  }

  async diff(older: string, newer: string, signal: AbortSignal): Promise<Difference> {
    return compare(this.#reader, { older, newer }, signal);
  }

  async read(...[snapshot, path, limit, signal]: Parameters<Vault["read"]>): Promise<Uint8Array> {
    return readFile(this.#reader, { snapshot, path, limit }, signal);
  }

  async forget(
    forgetting: Forgetting,
    how: "dry-run" | "for-good",
    signal: AbortSignal,
  ): Promise<readonly Kept[]> {
    const sifted = await sift(this.#reader, forgetting, signal);
    const ids = sifted.flatMap(({ snapshot, isKept }) => (isKept ? [] : [snapshot.id]));
    if (how === "for-good" && ids.length > 0) await forget(this.#reader, this.server, ids, signal);
    return sifted;
  }

  async prune(signal: AbortSignal): Promise<void> {
    const { restic, ground } = this.#reader;
    await restic.ask(ground, { command: "prune", words: [] }, signal);
  }

  async check(part: CheckPart, signal: AbortSignal): Promise<Checked> {
    return check(this.#reader, part, signal);
  }

  async unlockStale(signal: AbortSignal): Promise<void> {
    const { restic, ground } = this.#reader;
    await restic.ask(ground, { command: "unlock", words: [] }, signal);
  }
}
