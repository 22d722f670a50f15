// What a person asks for that needs a plan: from it a plan can be made, and made again.
import type { AppName, RecipeName, ServerName } from "./ids.ts";

export type PlanRequest =
  DeployRequest | UpgradeRequest | RollbackRequest | ConfigRequest | SecretRequest;

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

/** Of the env file alone: what runs follows when the app is deployed. */
export interface ConfigRequest {
  readonly kind: "config";
  readonly app: AppName;
  readonly settings: DeployRequest["settings"];
  /** Keys whose lines go. */
  readonly unset: readonly string[];
}

/** `secret` is as people type it: without the stack, with or without a version. */
export type SecretRequest =
  /** Absent: all that are missing. */
  | { readonly kind: "secret-generate"; readonly app: AppName; readonly secret?: string }
  | { readonly kind: "secret-rotate"; readonly app: AppName; readonly secret: string }
  | { readonly kind: "secret-remove"; readonly app: AppName; readonly secret: string }
  | {
      readonly kind: "secret-insert";
      readonly app: AppName;
      readonly secret: string;
      /** Whether a line break at the end of the value is cut off. */
      readonly trim: boolean;
    };
