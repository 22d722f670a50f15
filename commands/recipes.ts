// !recipes: search the catalogue, or list the versions of one recipe.
import type { Command } from "../src/core/command.ts";
import { Refusal } from "../src/core/errors.ts";
import { nearest } from "../src/core/nearest.ts";
import { recipeDoc, recipesDoc } from "../src/words/recipes.ts";

export const recipes: Command = {
  name: "recipes",
  summary: "search the catalogue of recipes",
  usage: ["!recipes", "!recipes WORD"],
  details: [
    "Searches names, categories and descriptions. When the word is exactly a recipe's name, lists its versions, newest first.",
  ],
  flags: {},
  words: { min: 0, max: 1 },
  takesSettings: false,
  async run(invocation, sight, signal) {
    const catalogue = await sight.catalogue(signal);
    const word = invocation.words[0]?.toLowerCase();
    const exact = catalogue.find(({ recipe }) => recipe === word);
    if (exact !== undefined) {
      return { kind: "reply", doc: recipeDoc(exact, await sight.versions(exact.recipe, signal)) };
    }
    const found = catalogue.filter(
      (entry) =>
        word === undefined ||
        [entry.recipe, entry.category, entry.description].some((text) =>
          text.toLowerCase().includes(word),
        ),
    );
    if (word !== undefined && found.length === 0) {
      const near = nearest(
        word,
        catalogue.map(({ recipe }) => recipe),
      );
      throw new Refusal({
        kind: "unknown-recipe",
        recipe: word,
        ...(near === undefined ? {} : { nearest: near }),
      });
    }
    return { kind: "reply", doc: recipesDoc(found, word) };
  },
};
