// All that a plan is made from: facts gathered by the edges, nothing that needs asking again.
import type { Rotation } from "./rotation.ts";
import type { NeededSecret } from "./secrets.ts";
import type { AppName, RecipeName, ServerName, StackName } from "./ids.ts";
import type { Act, NewKey, Obstacle, ReleaseNote } from "./plan.ts";
import type { RunFunction } from "./step.ts";
import type { UnknownKey } from "./known-keys.ts";
import type { Rendered } from "./ports.ts";
import type { ImageLook } from "./registry.ts";
import type { Actual, StackState } from "./state.ts";

/** Another app, by its env file: what it calls its own. */
export interface Neighbour {
  readonly app: AppName;
  readonly server: ServerName;
  readonly stack: StackName;
  readonly domain?: string;
}

/** What ran before, whole: what a stack returns to. */
export interface ReturnPoint {
  readonly version: string;
  /** Sealed, ready to be written. */
  readonly compose: string;
  readonly desired: StackState;
  /** The env file it was made from. */
  readonly env: string;
}

/** What every plan is made with beside the facts of its app; the world has it. */
export interface Making {
  /** Gives the hex digest of a text. */
  readonly sha256: (text: string) => string;
  readonly policy: {
    /** Apps that moot's own rooms need in order to be heard. */
    readonly carriesRoom: ReadonlySet<AppName>;
  };
}

export interface PlanInput {
  readonly act: Act;
  readonly app: AppName;
  readonly server: ServerName;
  readonly recipe: RecipeName;
  readonly stack: StackName;
  readonly file: {
    readonly path: string;
    /** As it should be. */
    readonly text: string;
    /** As it is; absent when the app is new. */
    readonly before?: string;
  };
  /** What the compose files were rendered with. */
  readonly env: Readonly<Record<string, string>>;
  /** The values of the recipe's sample, to tell commands that people changed from the recipe's own. */
  readonly sample: Readonly<Record<string, string>>;
  readonly version: {
    /** What runs now. */
    readonly from?: string;
    /** The tag, or the commit when chaos. */
    readonly to: string;
    readonly isChaos: boolean;
    readonly commit: string;
    /** The commit the tag named when moot first saw it, when upstream has moved it since. */
    readonly movedFrom?: string;
    /** Why the recipe's repository could not be asked, when an older copy stands in. */
    readonly stale?: string;
  };
  readonly isInCatalogue: boolean;
  readonly rendered: Rendered;
  /** The rendered stack with pinned images and labels: what would be written, as text and in meaning. */
  readonly compose: string;
  readonly desired: StackState;
  readonly actual: Actual;
  readonly secrets: readonly NeededSecret[];
  /** What the registry said of each image, by image as the compose file writes it (`ServiceState.image`). */
  readonly images: Readonly<Record<string, ImageLook>>;
  /** Every other app that has an env file. */
  readonly neighbours: readonly Neighbour[];
  /** Addresses the domain resolves to; absent when nobody looked. */
  readonly resolved?: readonly string[];
  /** Variables that docker would silently make empty. */
  readonly unset: readonly string[];
  /** Keys of the recipe's sample that the app's file lacks. */
  readonly newKeys: readonly NewKey[];
  /** Secrets that this replaces. */
  readonly rotation?: Rotation;
  /** Keys that were set just now and that nothing reads. */
  readonly unknownKeys?: readonly UnknownKey[];
  readonly notes: readonly ReleaseNote[];
  /** Where to go if this fails; a sentence where that cannot be; absent when nothing runs. */
  readonly returnPoint?: ReturnPoint | string;
  /** What is run in its containers once they are up (POST_DEPLOY_CMDS, POST_UPGRADE_CMDS), with the script that it stands in. */
  readonly programs: readonly Omit<RunFunction, "kind" | "stack">[];
  /** Found before rendering: paths outside the checkout, and the like. */
  readonly obstacles: readonly Obstacle[];
  /** Seconds to wait where the recipe's label does not say. */
  readonly timeout: number;
}
