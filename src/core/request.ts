// What a person asks for that needs a plan: from it a plan can be made, and made again.
import type { AppName, RecipeName, ServerName } from "./ids.ts";

export type PlanRequest = DeployRequest | UpgradeRequest | RollbackRequest;

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
