// Why a recipe cannot be had: where it comes from, what it holds, who agreed to it.
import type { AppName } from "./ids.ts";

export type RecipeReason =
  | {
      readonly kind: "unknown-recipe";
      readonly recipe: string;
      readonly nearest?: string;
    }
  | {
      readonly kind: "unknown-version";
      readonly recipe: string;
      readonly version: string;
      readonly known: readonly string[];
    }
  | {
      readonly kind: "bad-recipe";
      readonly recipe: string;
      readonly problem: string;
    }
  | {
      readonly kind: "recipe-unreachable";
      readonly recipe: string;
      readonly problem: string;
    }
  | {
      readonly kind: "catalogue-unreachable";
      /** Its address. */
      readonly index: string;
      readonly problem: string;
    }
  /** An app names its recipe by an address that nobody agreed to. */
  | { readonly kind: "recipe-not-added"; readonly address: string; readonly app?: AppName }
  | { readonly kind: "recipe-added"; readonly recipe: string; readonly address: string }
  /** `address`: where the catalogue's own recipe of that name lives, if it says so. */
  | { readonly kind: "recipe-listed"; readonly recipe: string; readonly address?: string }
  /** Asked to forget what nobody added. */
  | { readonly kind: "recipe-unadded"; readonly recipe: string; readonly added: readonly string[] };
