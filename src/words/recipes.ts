// The catalogue of recipes, and what people added to it.
import { table, text, type Doc } from "../core/doc.ts";
import type { AddedRecipe, CatalogueEntry } from "../core/ports.ts";
import { counted, moment } from "./phrases.ts";

const MOST_SHOWN = 40;

export function recipesDoc(
  entries: readonly CatalogueEntry[],
  added: readonly AddedRecipe[],
  word: string | undefined,
): Doc {
  return [...listedDoc(entries, word), ...addedDoc(added), ...nextDoc()];
}

function listedDoc(entries: readonly CatalogueEntry[], word: string | undefined): Doc {
  const shown = entries.slice(0, MOST_SHOWN);
  const rows = shown.map(({ recipe, versions, features, category, description }) => [
    recipe,
    versions.at(-1) ?? "none published",
    features.status,
    category,
    description,
  ]);
  const left = entries.length - shown.length;
  return [
    text(
      `${counted(entries.length, "recipe")} in the catalogue${word === undefined ? "" : ` with "${word}"`}:`,
    ),
    ...(rows.length === 0
      ? []
      : [table(["recipe", "newest version", "status", "category", "what it is"], rows)]),
    ...(left > 0
      ? [text(["and ", `${left} more; type `, { code: "!recipes WORD" }, " to search."])]
      : []),
  ];
}

function addedDoc(added: readonly AddedRecipe[]): Doc {
  if (added.length === 0) return [];
  const rows = added.map(({ name, address, by, at }) => [name, address, by, moment(at)]);
  return [
    text("Added here by their addresses:"),
    table(["recipe", "address", "asked for by", "since"], rows),
  ];
}

function nextDoc(): Doc {
  return [
    text([
      "Status 5 is the best: all that a recipe can have; 1 is a first try. Type ",
      { code: "!recipes RECIPE" },
      " for the versions of one, ",
      { code: "!recipes lint RECIPE" },
      " for how well it is made.",
    ]),
  ];
}
