// Files by which people hand secret values over, as the rest of moot sees them.

/** Files by which people hand secret values over, on moot's own machine. */
export interface Inserts {
  /** Where the value of a secret of this swarm name is to be put. */
  pathOf(secret: string): string;
  /**
   * Waits until the file is there and nobody writes to it any more, and reads it; the file stays. Throws Refusal `bad-insert` for
   * what is no plain file of moot's user or root that a secret can be made of, and the signal's reason.
   */
  take(secret: string, signal: AbortSignal): Promise<string>;
  /** Overwrites and removes what is there, but for a folder; nothing is minded not. */
  discard(secret: string): Promise<void>;
}
