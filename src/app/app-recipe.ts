// Which recipe an app's env file means: one of the catalogue by its name, or one that people added by its address.
import { entryOf, recipeOf } from "../core/envfile.ts";
import { RECIPE_KEYS } from "../core/abra.ts";
import { Refusal } from "../core/errors.ts";
import { isRecipeName, type RecipeName } from "../core/ids.ts";
import type { AppFile } from "../core/ports.ts";
import { bareAddress, isBareAddress, isSameAddress } from "../core/recipe-address.ts";
import { envOf } from "./app-facts.ts";
import type { World } from "./world.ts";

/** Throws Refusal `bad-env`, or `recipe-not-added` for an address that nobody agreed to. */
export function recipeFor({ ledger }: Pick<World, "ledger">, file: AppFile): RecipeName {
  const env = envOf(file);
  const named = recipeOf(env)?.recipe ?? "";
  if (isRecipeName(named)) return named;
  if (isBareAddress(named)) {
    const added = ledger.recipes.standing().find(({ address }) => isSameAddress(named, address));
    if (added !== undefined) return added.name;
    throw new Refusal({ kind: "recipe-not-added", address: named, app: file.app });
  }
  const line = RECIPE_KEYS.map((key) => entryOf(env, key)?.line).find((at) => at !== undefined);
  throw new Refusal({
    kind: "bad-env",
    file: file.path,
    line: line ?? 1,
    problem: "no TYPE line names a recipe moot can use",
  });
}

/** What an env file calls the recipe: as abra does, an added one by its address. */
export function typeOf({ ledger }: Pick<World, "ledger">, recipe: RecipeName): string {
  const added = ledger.recipes.find(recipe);
  return added === undefined ? recipe : bareAddress(added.address);
}
