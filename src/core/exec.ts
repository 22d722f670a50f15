// A program run once in a container that is there: what is asked, and how it ended.

/** A file to put into a container before a command runs there. */
export interface ExecFile {
  /** Absolute, in the container; folders that are missing are made. Not below a tmpfs: the engine does not see those. */
  readonly path: string;
  readonly content: string | Uint8Array;
  /** Absent: 0o644, root's. */
  readonly mode?: number;
}

export interface Exec {
  /** Without the stack's prefix. */
  readonly service: string;
  /** Word by word to the program; no shell reads it unless it names one. */
  readonly argv: readonly [string, ...string[]];
  readonly files?: readonly ExecFile[];
  readonly user?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Characters of output. */
  readonly limit: number;
  /** Milliseconds it may take. */
  readonly deadline: number;
}

export interface Executed {
  readonly exitCode: number;
  /** Masked; standard output and error in the order in which they came. */
  readonly output: string;
  readonly isCut: boolean;
}
