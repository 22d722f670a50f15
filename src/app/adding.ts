// Adds a recipe by its address, or forgets it, once people have agreed.
import { Refusal } from "../core/errors.ts";
import type { Proposal } from "../core/proposal.ts";
import type { Agreed } from "./people.ts";
import { requireFree } from "./recipe-looks.ts";
import type { World } from "./world.ts";

type RecipeProposal = Extract<Proposal, { readonly kind: "recipe" }>;

/** Inside the transaction that ends the approval. Throws Refusal `recipe-added` or `recipe-unadded`. */
export function applyRecipe(
  world: World,
  { act, name, address }: RecipeProposal,
  { by, command, yes }: Agreed,
): void {
  const { recipes, audit } = world.ledger;
  const at = world.clock.now();
  if (act === "add") {
    requireFree(world, name);
    recipes.add({ name, address, by, at });
  } else if (!recipes.forget(name, by, at)) {
    const added = recipes.standing().map((one) => one.name);
    throw new Refusal({ kind: "recipe-unadded", recipe: name, added });
  }
  const detail = { act, name, address, agreed: yes };
  audit.append({ who: by, what: "recipe", event: command, detail }, at);
}
