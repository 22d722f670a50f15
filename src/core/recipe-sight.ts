// What is known of a recipe when somebody looks at it, and of an app held against its recipe.
import type { EnvFindings } from "./envcheck.ts";
import type { RecipeName } from "./ids.ts";
import type { LintRow } from "./lint-facts.ts";
import type { Obstacle } from "./plan.ts";
import type { AddedRecipe, Images, RecipeVersion } from "./ports.ts";
import type { Features } from "./readme.ts";
import type { RecipeDrift } from "./recipe-drift.ts";

export interface RecipeSight {
  readonly recipe: RecipeName;
  readonly description: string;
  readonly features: Features;
  /** Newest first. */
  readonly versions: readonly VersionSight[];
  /** How many older ones are left out. */
  readonly left: number;
  readonly address: string;
  readonly drift: RecipeDrift;
  /** Absent for a recipe of the catalogue. */
  readonly added?: AddedRecipe;
}

export interface VersionSight extends RecipeVersion {
  /** Absent where neither the catalogue nor the compose files tell. */
  readonly images?: Images;
}

export interface LintSight {
  readonly recipe: RecipeName;
  /** The tag, or the short commit. */
  readonly version: string;
  readonly isChaos: boolean;
  readonly versions: number;
  readonly rows: readonly LintRow[];
}

export interface SecretSight {
  /** Swarm name. */
  readonly name: string;
  /** The env key of its version. */
  readonly key?: string;
  /** Absent when the server could not be asked. */
  readonly isThere?: boolean;
  /** False when a person must insert it. */
  readonly generate: boolean;
  /** Longer than swarm takes. */
  readonly isTooLong: boolean;
}

/** Why the secrets could not be told, or not where they stand. */
export type CheckTrouble =
  | { readonly kind: "obstacle"; readonly obstacle: Obstacle }
  /** The compose files do not make a stack with this env. */
  | { readonly kind: "render"; readonly problem: string }
  | { readonly kind: "server"; readonly problem: string };

export interface CheckSight {
  readonly recipe: RecipeName;
  readonly version: string;
  /** Undefined: the recipe has no sample that can be read, which the lint tells. */
  readonly env: EnvFindings | undefined;
  readonly secrets: readonly SecretSight[];
  readonly troubles: readonly CheckTrouble[];
  readonly lint: readonly LintRow[];
}
