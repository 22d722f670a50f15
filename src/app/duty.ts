// What moot does by the clock, unasked.
import type { World } from "./world.ts";

export interface Duty {
  /** For the log. */
  readonly name: string;
  /** Called at each look, at least once a minute: does what is due by `now`, and nothing where nothing is. */
  /** What wakes it between looks. */
  readonly bell?: keyof World["bells"];
  run(world: World, now: number, signal: AbortSignal): void | Promise<void>;
}
