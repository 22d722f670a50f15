// Who said that they are away: they are not asked, and not waited for.
import type { UserId } from "./ids.ts";

export interface Absence {
  readonly user: UserId;
  /** Milliseconds UTC. */
  readonly since: number;
  readonly until?: number;
}
