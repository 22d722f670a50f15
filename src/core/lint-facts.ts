// What a recipe is judged on, and how a rule of the lint can end.
import { LINT_LEVELS } from "./abra.ts";
import type { RecipeName } from "./ids.ts";
import type { ComposeOutline, OutlineLook } from "./outline.ts";
import type { CatalogueEntry, OpenRecipe, RecipeVersion } from "./ports.ts";

/** What stands in for the stack's name where a rule needs one. */
export const SAMPLE_STACK = "app_example_com";

export const LEVELS = {
  ...LINT_LEVELS,
  /** The version label is the tag. */
  M001: "warning",
  /** All compose files have the same `version:`; docker refuses the others together. */
  M002: "error",
  /** No default inside a default: docker ends the outer one at the first brace. */
  M003: "warning",
} as const;

/** abra's rules, and moot's own, whose names begin with M. */
export type LintRule = keyof typeof LEVELS;

/** `unclear`: what moot can see does not tell. `skipped`: the rule does not apply to this recipe. */
export type LintVerdict = "satisfied" | "broken" | "unclear" | "skipped";

export interface LintRow {
  readonly rule: LintRule;
  readonly level: "error" | "warning";
  readonly verdict: LintVerdict;
  /** What it is about: files, services, tags, with what is the matter where that is not plain. */
  readonly detail: readonly string[];
}

export interface LintInput {
  readonly recipe: RecipeName;
  /** The tag looked at; absent for the newest commit. */
  readonly version?: string;
  /** Every compose file of the recipe, the base first. */
  readonly files: readonly {
    readonly path: string;
    readonly text: string;
    readonly look: OutlineLook;
  }[];
  readonly sample?: string;
  readonly abraSh?: string;
  readonly readme?: string;
  readonly versions: readonly RecipeVersion[];
  readonly source: Pick<OpenRecipe, "address" | "isAtHome" | "oddTags">;
  readonly entry?: CatalogueEntry;
}

/** The input as the rules read it. */
export interface LintFacts extends LintInput {
  readonly outlines: readonly { readonly path: string; readonly outline: ComposeOutline }[];
  readonly whole: ComposeOutline;
  /** What the sample and abra.sh say, for variables in images and labels. */
  readonly env: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string>>;
}

export type Finding = Pick<LintRow, "verdict" | "detail">;
export type Rules = Readonly<Partial<Record<LintRule, (facts: LintFacts) => Finding>>>;

export const SATISFIED: Finding = { verdict: "satisfied", detail: [] };
export const SKIPPED: Finding = { verdict: "skipped", detail: [] };

/** Broken by what is listed first, else in doubt by what is listed second, else satisfied. */
export function unless(broken: readonly string[], unclear: readonly string[] = []): Finding {
  if (broken.length > 0) return { verdict: "broken", detail: broken };
  return unclear.length > 0 ? { verdict: "unclear", detail: unclear } : SATISFIED;
}
