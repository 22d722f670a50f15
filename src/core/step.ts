// One act of a plan, and what the journal holds beside: data that a restart can read and take again.
import type { BackupStep } from "./backup-steps.ts";
import type { DrillStep } from "./drill-steps.ts";
import type { ServerName, StackName, UserId } from "./ids.ts";
import type { RestoreStep } from "./restore-steps.ts";
import type { StackState } from "./state.ts";

/** One act, serialisable; a step can be done twice with the same result, so that a restart may repeat it. `server`: where not the job's. */
export type Step =
  | {
      readonly kind: "pull";
      readonly service: string;
      readonly image: string;
    }
  | {
      readonly kind: "write-env";
      readonly path: string;
      readonly text: string;
      readonly before?: string;
    }
  | {
      readonly kind: "create-secret";
      readonly name: string;
      readonly make: SecretRecipe;
    }
  /** Awaits a file with its value on moot's own machine. */
  | { readonly kind: "insert-secret"; readonly name: string; readonly trim: boolean }
  | { readonly kind: "remove-secrets"; readonly names: readonly string[] }
  | {
      readonly kind: "deploy-stack";
      readonly stack: StackName;
      readonly compose: string;
      /** What the compose text means, so that a restart can tell what was written already. */
      readonly desired: StackState;
      /** The env file that it was made from, for the return point. */
      readonly env: string;
      readonly server?: ServerName;
    }
  | {
      readonly kind: "watch";
      readonly stack: StackName;
      readonly server?: ServerName;
      readonly services: readonly string[];
      readonly seconds: number;
    }
  | {
      readonly kind: "remove-services";
      readonly stack: StackName;
      readonly services: readonly string[];
    }
  | {
      readonly kind: "remove-stack";
      readonly stack: StackName;
      readonly server?: ServerName;
    }
  | {
      readonly kind: "destroy";
      readonly what: "volume" | "secret" | "config";
      readonly names: readonly string[];
      readonly server?: ServerName;
      /** Only what this very job carried over, and nothing else of these names. */
      readonly isCarried?: true;
    }
  | { readonly kind: "remove-env"; readonly path: string; readonly before: string }
  | {
      readonly kind: "restart";
      readonly stack: StackName;
      /** What each service's force-update counter is to be. */
      readonly counters: Readonly<Record<string, number>>;
    }
  | RunFunction
  | { readonly kind: "record-version"; readonly version: string }
  | { readonly kind: "probe"; readonly domain: string }
  | {
      readonly kind: "carry-secrets";
      readonly from: ServerName;
      readonly names: readonly string[];
      readonly image: string;
    }
  /** Copied, then read again on both sides and compared. */
  | {
      readonly kind: "carry-volume";
      readonly from: ServerName;
      readonly volume: string;
      readonly stack: StackName;
      readonly image: string;
    }
  /** The env file goes from one server's folder to another's. */
  | {
      readonly kind: "move-env";
      readonly from: string;
      readonly to: string;
      readonly text: string;
      /** What the old file has, where the new one is another. */
      readonly before?: string;
    }
  /** Only where the env files are in the team's git repository. */
  | {
      readonly kind: "commit";
      readonly path: string;
      /** Where the file was before. */
      readonly from?: string;
      /** The command as typed, masked; another spelling of the same is the same plan. */
      readonly message: string;
    }
  | BackupStep
  | RestoreStep
  | DrillStep;

/** The one step that is never taken twice: nobody knows what a function does the second time. */
export interface RunFunction {
  readonly kind: "run-function";
  readonly stack: StackName;
  readonly service: string;
  readonly function: string;
  readonly args: readonly string[];
  /** The recipe's abra.sh, so that what was agreed to is what runs. */
  readonly script: string;
  readonly seconds: number;
}

/** Stands in the journal where the way on was left for the way back. */
export interface TurnBack {
  readonly kind: "turn-back";
  readonly version: string;
  /** Who stopped the job, where that is why. */
  readonly by?: UserId;
  /** To let go of what a backup held, and not to what ran before. */
  readonly isRelease?: true;
}

/** How a secret's value is made (coopcloud.md §5.2); the value itself is never part of a plan. */
export type SecretRecipe =
  | { readonly kind: "passphrase"; readonly words: number }
  | {
      readonly kind: "random";
      readonly length: number;
      readonly alphabet: string;
    };
