// What a verb of the command line is.

export interface VerbOptions {
  /** Path of the config file. */
  readonly config: string;
  /** The member to speak as. */
  readonly as?: string;
  /** The hash of an audit entry that the room saw. */
  readonly head?: string;
  /** Whether to take over what abra has. */
  readonly fromAbra?: boolean;
  /** abra's folder. */
  readonly dir?: string;
  /** The config to write. */
  readonly out?: string;
  /** What follows the verb without dashes. */
  readonly words: readonly string[];
}

/** Resolves with the exit code. */
export type Verb = (options: VerbOptions) => Promise<number>;

/** What was typed cannot be meant; the message says why. */
export class WrongUsage extends Error {}
