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
  /** Ends the task that reads exactly these, as a killed moot may have left it, with its service; none is minded not. */
  endReading(names: readonly string[], signal: AbortSignal): Promise<void>;
  /** A tar archive of what the volume holds, owners and modes as numbers; from the node that holds it. */
  readVolume(volume: CargoVolume, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** False where one of that name is there that does not carry the mark; one that does was made before, and is left. */
  writeSecret(secret: CargoSecret, value: Uint8Array, signal: AbortSignal): Promise<boolean>;
  /**
   * Makes the volume as swarm would, with the mark, and fills it from such an archive. One that carries the mark is made anew; throws
   * Refusal `step-failed` where one of that name is there that does not.
   */
  writeVolume(
    volume: CargoVolume & Marked,
    content: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
  ): Promise<void>;
  /** Removes those of these that carry the mark; throws as Host's `removeSecrets` and `removeVolumes` do. */
  discard(carried: Carried, signal: AbortSignal): Promise<void>;
  /** What of it is on the manager and in the swarm, by whatever mark. */
  marks(signal: AbortSignal): Promise<readonly Mark[]>;
  /** Volumes of exactly these names, whoever's they are, on every node there is a way to. */
  look(names: readonly string[], signal: AbortSignal): Promise<readonly FoundVolume[]>;
  /** Alike for volumes that hold the same names, kinds, modes, owners, links and contents; times do not count. */
  fingerprint(volume: CargoVolume, signal: AbortSignal): Promise<string>;
}

/** What is made in the course of one move carries its mark, and so can be told from all else of its name. */
export interface Marked {
  readonly mark: string;
}

export interface CargoSecret extends Marked {
  /** Swarm name. */
  readonly name: string;
}

export interface Carried extends Marked {
  readonly what: "volume" | "secret";
  readonly names: readonly string[];
}

export interface Mark extends Marked {
  readonly what: "volume" | "secret";
  readonly name: string;
}

export interface FoundVolume {
  readonly name: string;
  readonly node: string;
  /** False with another driver than `local`, or with options: only its content can be carried, not how it is kept. */
  readonly isPlain: boolean;
}

export interface CargoVolume {
  /** Swarm name. */
  readonly name: string;
  readonly stack: StackName;
  readonly image: string;
}
