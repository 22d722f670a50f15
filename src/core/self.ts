// How moot saves what it is itself: memory, config and keys, in one repository, from its own machine.
import { isServerName, type ServerName } from "./ids.ts";
import type { Vault } from "./vault.ts";

/** The name under which its repository goes: no server can be called so. */
export const SELF: ServerName = nameOfSelf("moot.itself");

/** What its snapshots bear. */
export const SELF_TAG = "moot-itself";

export interface SelfVault {
  /** To look, forget, prune and check; nothing of a server goes into it. */
  readonly vault: Vault;
  /**
   * Copies, saves, and reads back. Throws Refusal as `Vault.save` does, and `step-failed` where the copy or what was read back is
   * not whole.
   */
  save(signal: AbortSignal): Promise<SelfSaved>;
}

export interface SelfSaved {
  readonly snapshot: string;
  readonly files: number;
  readonly bytes: number;
  readonly added: number;
  readonly seconds: number;
}

/** One that was tried. */
export interface SelfBackup extends Partial<SelfSaved> {
  readonly at: number;
  /** Why it does not count; absent: it does. */
  readonly problem?: string;
}

export interface SelfBackups {
  record(backup: SelfBackup): void;
  latest(): SelfBackup | undefined;
  lastGood(): SelfBackup | undefined;
}

function nameOfSelf(name: string): ServerName {
  if (!isServerName(name)) throw new Error(`${name} is no name`);
  return name;
}
