// The catalogue of recipes.
import { list, table, text, type Doc } from "../core/doc.ts";
import type { CatalogueEntry, RecipeVersion } from "../core/ports.ts";
import { counted } from "./phrases.ts";

const MOST_SHOWN = 40;

export function recipesDoc(entries: readonly CatalogueEntry[], word: string | undefined): Doc {
  const shown = entries.slice(0, MOST_SHOWN);
  const rows = shown.map((entry) => [
    entry.recipe,
    entry.versions.at(-1) ?? "none published",
    entry.category,
    entry.description,
  ]);
  const left = entries.length - shown.length;
  return [
    text(
      `${counted(entries.length, "recipe")}${word === undefined ? " in the catalogue" : ` with "${word}"`}:`,
    ),
    table(["recipe", "newest version", "category", "what it is"], rows),
    ...(left > 0
      ? [text(["and ", `${left} more; type `, { code: "!recipes WORD" }, " to search."])]
      : []),
    text(["Type ", { code: "!recipes RECIPE" }, " for the versions of one."]),
  ];
}

export function recipeDoc(entry: CatalogueEntry, versions: readonly RecipeVersion[]): Doc {
  const newestFirst = [...versions].reverse();
  return [
    text([{ strong: entry.recipe }, entry.description === "" ? "" : `: ${entry.description}`]),
    newestFirst.length === 0
      ? text("It has no published version; only --chaos can deploy it.")
      : list(
          newestFirst.map(({ version, isAnnotated }) =>
            isAnnotated ? version : `${version} (a lightweight tag: abra refuses those)`,
          ),
        ),
    text(["Type ", { code: `!deploy ${entry.recipe} DOMAIN` }, " to deploy the newest."]),
  ];
}
