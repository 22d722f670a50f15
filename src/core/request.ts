// What a person asks for that needs a plan: from it a plan can be made, and made again.
import type { AppName, RecipeName, ServerName } from "./ids.ts";

export type PlanRequest =
  | DeployRequest
  | UpgradeRequest
  | RollbackRequest
  | UndeployRequest
  | RemoveRequest
  | RestartRequest
  | RunRequest;

export interface DeployRequest {
  readonly kind: "deploy";
  readonly app: AppName;
  /** Absent: the app must exist. */
  readonly recipe?: RecipeName;
  readonly server?: ServerName;
  readonly version?: string;
  readonly isChaos: boolean;
  readonly settings: readonly (readonly [key: string, value: string])[];
}

export interface UpgradeRequest {
  readonly kind: "upgrade";
  readonly app: AppName;
  /** Absent: the newest. */
  readonly version?: string;
}

export interface RollbackRequest {
  readonly kind: "rollback";
  readonly app: AppName;
  /** Absent: what the last good deployment before this one was made from, else the next lower version. */
  readonly version?: string;
}

/** Take down what runs; what it keeps stays. */
export interface UndeployRequest {
  readonly kind: "undeploy";
  readonly app: AppName;
}

/** Destroy what an app that is taken down has left. */
export interface RemoveRequest {
  readonly kind: "remove";
  readonly app: AppName;
}

export interface RestartRequest {
  readonly kind: "restart";
  readonly app: AppName;
  /** Absent: all. */
  readonly service?: string;
}

/** Call a function of the recipe's abra.sh in a container of the app. */
export interface RunRequest {
  readonly kind: "run";
  readonly app: AppName;
  /** As typed: [SERVICE] FUNCTION [ARGS…]; which is which, the recipe says. */
  readonly words: readonly string[];
  /** How long it may take. */
  readonly seconds: number;
}
