// A container that is made for one program, and gone when that has ended.
import type { ExecFile } from "./exec.ts";

export interface Oneshots {
  /**
   * Pulls the image, runs the program and waits for its end. One of the same name that a killed moot left on that node is stopped and
   * removed first. When the signal comes, the program gets SIGTERM and time to tidy up. Throws Refusal `step-failed` with the engine's
   * words, also for a volume that is not there; and as Host does for a node.
   */
  run(oneshot: Oneshot, told: OneshotTold, signal: AbortSignal): Promise<OneshotEnd>;
  /** Stops and removes what a killed moot left under these names, on every node there is a way to. */
  sweep(names: readonly string[], signal: AbortSignal): Promise<void>;
}

export interface Oneshot {
  /** Of the container: no two of this name are on a node at once. */
  readonly name: string;
  /** As swarm names it; absent: the manager that moot speaks to. */
  readonly node?: string;
  /** With its digest. */
  readonly image: string;
  /** In the place of the image's entrypoint, word by word; anybody on the node can see it. */
  readonly argv: readonly [string, ...string[]];
  /** As `argv`, can be seen. */
  readonly env?: Readonly<Record<string, string>>;
  /** There before it starts, and gone with it. What is secret belongs here. */
  readonly files: readonly ExecFile[];
  readonly mounts: readonly OneshotMount[];
  /** Without it the program can reach nobody. */
  readonly hasNetwork: boolean;
  /** Capabilities it has; all others are taken from it. */
  readonly capabilities: readonly string[];
}

export interface OneshotMount {
  readonly kind: "volume" | "folder";
  /** The volume's name, or a path of the node. It has to be there. */
  readonly source: string;
  readonly target: string;
  readonly isWritable: boolean;
}

/** What it says, as it comes. */
export interface OneshotTold {
  readonly out: (chunk: Uint8Array) => void;
  readonly err: (chunk: Uint8Array) => void;
}

export interface OneshotEnd {
  readonly exitCode: number;
  readonly isOutOfMemory: boolean;
}
