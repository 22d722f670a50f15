// What a person asks to be deployed: from it a plan can be made, and made again.
import type { AppName, RecipeName, ServerName } from "./ids.ts";

export interface DeployRequest {
  readonly app: AppName;
  /** Absent: the app must exist. */
  readonly recipe?: RecipeName;
  readonly server?: ServerName;
  readonly version?: string;
  readonly isChaos: boolean;
  readonly settings: readonly (readonly [key: string, value: string])[];
}
