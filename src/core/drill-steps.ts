// What only a drill does, as steps of a plan.
import type { OnStack } from "./backup-steps.ts";
import type { AppName, ServerName } from "./ids.ts";
import type { Renamed, ScratchFacts } from "./scratch.ts";

export type DrillStep =
  | SetUpScratch
  /** Writes it with the docker CLI, as any other stack. */
  | ({ readonly kind: "run-scratch"; readonly compose: string } & OnStack)
  | ({ readonly kind: "prove" } & OnStack & Pick<ScratchFacts, "checks" | "unchecked">)
  | TakeDownScratch;

/** What an earlier try left goes first; then empty volumes, and secrets with the values that the snapshot has of them. */
export interface SetUpScratch extends OnStack, Things {
  readonly kind: "set-up-scratch";
  readonly repository: ServerName;
  readonly snapshot: string;
  /** To open volumes with; the server has it by then. */
  readonly image: string;
  /** Where the volumes have to be. */
  readonly node: string;
}

/** The stack with all it has; what is not there is minded not. */
export interface TakeDownScratch extends OnStack, Things {
  readonly kind: "take-down-scratch";
  /** Stops what may still write to its volumes. */
  readonly repository: ServerName;
}

/** What stands and falls together. */
export interface Things {
  /** Whose data are tried. */
  readonly app: AppName;
  /** Swarm names. */
  readonly volumes: readonly string[];
  /** As they are called in the snapshot, and in the scratch stack. */
  readonly secrets: readonly Renamed[];
}
