// Refusals that have to do with recipes: where they come from, what they hold, who agreed to them.
import { text, type Line } from "../core/doc.ts";
import type { RecipeReason } from "../core/recipe-errors.ts";
import { firstOf } from "./phrases.ts";
import type { Words } from "./people-refusals.ts";

export const RECIPE_REFUSALS: Words<RecipeReason["kind"]> = {
  "unknown-recipe": (r) => [
    text(["There is no recipe ", { code: r.recipe }, " in the catalogue.", ...meant(r.nearest)]),
    text(["Type ", { code: "!recipes WORD" }, " to search."]),
  ],
  "unknown-version": (r) => [
    text(["The recipe ", { code: r.recipe }, " has no version ", { code: r.version }, "."]),
    text(
      r.known.length === 0
        ? "It has no published version."
        : `Its newest versions: ${firstOf(r.known, 5)}.`,
    ),
  ],
  "bad-recipe": (r) => [
    text(["The recipe ", { code: r.recipe }, ` cannot be used: ${r.problem}`]),
    text([
      "Its maintainers must mend it; another version may work: ",
      // An added one may be told by its address.
      { code: `!recipes ${r.recipe.split("/").at(-1) ?? r.recipe}` },
      " lists them.",
    ]),
  ],
  "recipe-unreachable": (r) => [
    text(["The repository of the recipe ", { code: r.recipe }, ` could not be read: ${r.problem}`]),
    text(
      "Nothing was changed. Look whether its address still exists, then type the command again.",
    ),
  ],
  "catalogue-unreachable": (r) => [
    text(["The catalogue of recipes ", { code: r.index }, ` could not be read: ${r.problem}`]),
    text(
      "Nothing was changed. See that moot's machine reaches it, or name another under catalogue: index in moot's config; then type the command again.",
    ),
  ],
  "recipe-not-added": (r) => [
    text([
      ...(r.app === undefined
        ? ["The recipe"]
        : ["The app ", { code: r.app }, " is made from the recipe"]),
      " at ",
      { code: r.address },
      ", which is not in the catalogue and was not added here. Nothing was changed.",
    ]),
    text([
      "Type ",
      { code: `!recipes add https://${r.address}` },
      " to ask the room for it, then type the command again.",
    ]),
  ],
  "recipe-added": (r) => [
    text([
      "The recipe ",
      { code: r.recipe },
      " was added already, from ",
      { code: r.address },
      ".",
    ]),
    text([
      "Type ",
      { code: `!deploy ${r.recipe} DOMAIN` },
      " to deploy it, or first ",
      { code: `!recipes forget ${r.recipe}` },
      " to take another address for that name.",
    ]),
  ],
  "recipe-listed": (r) => [
    text([
      "The catalogue has a recipe ",
      { code: r.recipe },
      ...(r.address === undefined ? [] : [" of its own, at ", { code: r.address }]),
      ", and two of one name could be taken for each other. Nothing was added.",
    ]),
    text([
      "Type ",
      { code: `!recipes ${r.recipe}` },
      " to see that one; another needs a repository of another name.",
    ]),
  ],
  "recipe-unadded": (r) => [
    text(["No recipe ", { code: r.recipe }, " was added by its address."]),
    text(
      r.added.length === 0
        ? ["None was; ", { code: "!recipes" }, " lists the catalogue."]
        : [
            `Those that were: ${firstOf(r.added, 10)}. Type `,
            { code: "!recipes forget NAME" },
            ".",
          ],
    ),
  ],
};

function meant(nearest: string | undefined): Exclude<Line, string> {
  return nearest === undefined ? [] : [" Did you mean ", { code: nearest }, "?"];
}
