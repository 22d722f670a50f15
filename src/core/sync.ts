// The team's git repository around the env files, as the rest of moot sees it.
import type { UserId } from "./ids.ts";

/** The team's git repository around the env files; does nothing where the config leaves sync off. */
export interface Sync {
  readonly isOn: boolean;
  /**
   * Pulls with rebase before an operation. `own`: files that moot's own jobs are working on, which may differ from what is committed.
   * Throws Refusal `sync-…`, and then nothing was touched. Where there is no remote, or it is down, it goes on with what is here.
   */
  pull(own: readonly string[], signal: AbortSignal): Promise<void>;
  /**
   * Makes one commit with only this file, as it is now or gone, and pushes it. Taken twice for the same `id`, it makes one commit.
   * Throws Refusal `sync-…` when it cannot be made. `problem`: it stands, but could not be pushed; it goes out with the next.
   */
  record(act: SyncAct, signal: AbortSignal): Promise<{ readonly problem?: string }>;
}

export interface SyncAct {
  /** Told apart from every other act, also of another moot. */
  readonly id: string;
  readonly path: string;
  /** Where the file was before, of an app that moved; both go into one commit, or into one in each tree. */
  readonly from?: string;
  readonly message: string;
  readonly author: UserId;
}
