// Why an act on an app as it is cannot be done, as a person can mend it: whether it runs, and what can be called in it.
import type { AppName } from "./ids.ts";

export type LifeReason =
  /** `act`: what was to be done to what runs. */
  | { readonly kind: "not-deployed"; readonly app: AppName; readonly act?: "undeploy" }
  | {
      readonly kind: "still-deployed";
      readonly app: AppName;
      readonly services: readonly string[];
    }
  | {
      readonly kind: "unknown-function";
      readonly app: AppName;
      readonly function: string;
      readonly nearest?: string;
      readonly known: readonly string[];
      /** The version of the recipe that was looked through. */
      readonly version: string;
    };
