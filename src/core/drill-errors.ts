// Why a backup cannot be tried out, as a person can mend it.
import type { AppName, ServerName } from "./ids.ts";

export interface DrillReason {
  readonly kind: "cannot-drill";
  readonly app: AppName;
  /** By its short name. */
  readonly snapshot: string;
  readonly server: ServerName;
  readonly bars: readonly DrillBar[];
}

export type DrillBar =
  /** moot did not deploy what was saved, so that the snapshot does not say what to run. */
  | { readonly kind: "no-stack-text" }
  /** What it says to run is not what moot wrote: somebody on the server changed it before it was saved. */
  | { readonly kind: "stack-text-changed" }
  /** Nothing of it would run. */
  | { readonly kind: "nothing-runs" }
  /** The stack needs it, and the snapshot does not have it. */
  | { readonly kind: "absent"; readonly what: "secret" | "config"; readonly name: string }
  /** Two nodes gave one of this name. */
  | { readonly kind: "volume-twice"; readonly volume: string }
  /** The data can only be loaded by a hook in a service that does not run. */
  | { readonly kind: "hook-homeless"; readonly service: string }
  /** A name that begins with the scratch stack's would be longer than swarm takes. */
  | { readonly kind: "name-too-long"; readonly name: string }
  /** Its repository is a folder of another server. */
  | { readonly kind: "out-of-reach"; readonly repository: ServerName }
  /** Bytes. */
  | {
      readonly kind: "no-room";
      readonly what: "disk" | "memory";
      readonly needs: number;
      readonly has: number;
    };
