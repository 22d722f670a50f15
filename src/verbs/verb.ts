// What a verb of the command line is.

export interface VerbOptions {
  /** Path of the config file. */
  readonly config: string;
  /** The member to speak as. */
  readonly as?: string;
}

/** Resolves with the exit code. */
export type Verb = (options: VerbOptions) => Promise<number>;
