// What a person asks for that needs a plan: from it a plan can be made, and made again.
import type { AppName, RecipeName, ServerName } from "./ids.ts";

export type PlanRequest =
  | DeployRequest
  | UpgradeRequest
  | RollbackRequest
  | UndeployRequest
  | RemoveRequest
  | RestartRequest
  | BackupRequest
  | RestoreRequest
  | DrillRequest
  | RunRequest
  | MoveRequest
  | SettleRequest
  | ConfigRequest
  | SecretRequest;

/** What is done after a backup, where the server has a repository for it. */
interface Risky {
  /** On the person's word: without one. */
  readonly noBackup?: true;
}

export interface BackupRequest {
  readonly kind: "backup";
  readonly app: AppName;
  /** Services that are stopped meanwhile. */
  readonly stop: readonly string[];
  /** Every volume, whatever the recipe's labels say. */
  readonly isAll: boolean;
  /** It may be smaller than the last ones. */
  readonly isSmallRight: boolean;
}

export interface RestoreRequest extends Risky {
  readonly kind: "restore";
  readonly app: AppName;
  /** As typed, the beginning of an id; absent: the newest that counts. */
  readonly snapshot?: string;
  /** As a new app of this name, beside the old. */
  readonly as?: AppName;
  /** Where it is made again, since the server that it was on is lost; with `as`: where the new app is. Absent: where the app is. */
  readonly server?: ServerName;
  /** Also from one that did not count. */
  readonly isAnyway: boolean;
}

/** Try whether the app comes back from its newest backup that counts. */
export interface DrillRequest {
  readonly kind: "drill";
  readonly app: AppName;
  /** Absent: the app's own. */
  readonly server?: ServerName;
}

export interface DeployRequest extends Risky {
  readonly kind: "deploy";
  readonly app: AppName;
  /** Absent: the app must exist. */
  readonly recipe?: RecipeName;
  readonly server?: ServerName;
  readonly version?: string;
  readonly isChaos: boolean;
  readonly settings: readonly (readonly [key: string, value: string])[];
}

export interface UpgradeRequest extends Risky {
  readonly kind: "upgrade";
  readonly app: AppName;
  /** Absent: the newest. */
  readonly version?: string;
}

export interface RollbackRequest extends Risky {
  readonly kind: "rollback";
  readonly app: AppName;
  /** Absent: what the last good deployment before this one was made from, else the next lower version. */
  readonly version?: string;
  /** Also the data, from the backup that was taken before the step away from it. */
  readonly withData?: true;
}

/** To another server, with its secrets and what its volumes hold. */
export interface MoveRequest extends Risky {
  readonly kind: "move";
  readonly app: AppName;
  readonly to: ServerName;
}

/** What a move left behind is no longer wanted. */
export interface SettleRequest {
  readonly kind: "settle";
  readonly app: AppName;
}

/** Take down what runs; what it keeps stays. */
export interface UndeployRequest extends Risky {
  readonly kind: "undeploy";
  readonly app: AppName;
}

/** Destroy what an app that is taken down has left. */
export interface RemoveRequest extends Risky {
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
