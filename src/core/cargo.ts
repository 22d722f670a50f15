// What is carried from one server to another when an app moves: the values of its secrets, and what its volumes hold.
import type { StackName } from "./ids.ts";

/** Containers are made of `image`, which the server has: nothing is installed and nothing else is pulled. */
export interface Cargo {
  /**
   * Each read in a task that lives for this alone, and never written to a disk or a log. Throws Refusal `step-failed` where one is
   * not there, or the image has no `cat`.
   */
  readSecrets(
    names: readonly string[],
    image: string,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, Uint8Array>>;
  /** A tar archive of what the volume holds, owners and modes as numbers; from the node that holds it. */
  readVolume(volume: CargoVolume, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** Makes the volume as swarm would, empty, and fills it from such an archive; what it held before is gone. */
  writeVolume(
    volume: CargoVolume,
    content: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
  ): Promise<void>;
  /** Alike for volumes that hold the same names, kinds, modes, owners, links and contents; times do not count. */
  fingerprint(volume: CargoVolume, signal: AbortSignal): Promise<string>;
}

export interface CargoVolume {
  /** Swarm name. */
  readonly name: string;
  readonly stack: StackName;
  readonly image: string;
}
