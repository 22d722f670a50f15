// !recipes: search the catalogue, look at one recipe, judge it, or add one by its address.
import type { Command, Invocation, Outcome, Sight } from "../src/core/command.ts";
import { Refusal } from "../src/core/errors.ts";
import { isRecipeName, type RecipeName } from "../src/core/ids.ts";
import { nearest } from "../src/core/nearest.ts";
import { readRecipeAddress } from "../src/core/recipe-address.ts";
import { lintDoc } from "../src/words/lint.ts";
import { recipeDoc } from "../src/words/recipe.ts";
import { recipesDoc } from "../src/words/recipes.ts";

type Form = (invocation: Invocation, sight: Sight, signal: AbortSignal) => Promise<Outcome>;

const FORMS: ReadonlyMap<string, Form> = new Map([
  ["lint", judged],
  ["add", added],
  ["forget", forgotten],
]);

export const recipes: Command = {
  name: "recipes",
  forms: { add: "deploy", forget: "deploy" },
  summary: "search the catalogue of recipes, judge one, or add one by its address",
  usage: [
    "!recipes",
    "!recipes WORD",
    "!recipes RECIPE",
    "!recipes lint RECIPE [--version V]",
    "!recipes add ADDRESS",
    "!recipes forget RECIPE",
  ],
  details: [
    "Searches names, categories and descriptions. When the word is exactly a recipe's name, shows what it can do, its versions with their images, newest first, and where the catalogue and its repository differ.",
    "lint judges a recipe by abra's rules, at its newest version or the one given, and says how to mend what is not so.",
    "add asks the room for a recipe outside the catalogue, by the address of its repository: https://… or ssh://…. It is a danger, and whoever may deploy may ask. forget asks to take it away again.",
  ],
  flags: { version: "value" },
  words: { min: 0, max: 2 },
  takesSettings: false,
  run(invocation, sight, signal) {
    const [first = "", second] = invocation.words;
    const form = FORMS.get(first);
    if (form === undefined && second !== undefined)
      throw wrong(`one word at a time, or lint, add or forget before it.`);
    return (form ?? found)(invocation, sight, signal);
  },
};

async function found({ words }: Invocation, sight: Sight, signal: AbortSignal): Promise<Outcome> {
  const catalogue = await sight.catalogue(signal);
  const others = sight.addedRecipes();
  const word = words[0]?.toLowerCase();
  const names = [...catalogue.map(({ recipe }) => recipe), ...others.map(({ name }) => name)];
  const exact = names.find((name) => name === word);
  if (exact !== undefined)
    return { kind: "reply", doc: recipeDoc(await sight.recipe(exact, signal)) };
  const has = (texts: readonly string[]): boolean =>
    word === undefined || texts.some((text) => text.toLowerCase().includes(word));
  const listed = catalogue.filter((one) => has([one.recipe, one.category, one.description]));
  const added = others.filter(({ name, address }) => has([name, address]));
  if (word !== undefined && listed.length + added.length === 0) {
    const near = nearest(word, names);
    const hint = near === undefined ? {} : { nearest: near };
    throw new Refusal({ kind: "unknown-recipe", recipe: word, ...hint });
  }
  return { kind: "reply", doc: recipesDoc(listed, added, word) };
}

async function judged(
  { words, flags }: Invocation,
  sight: Sight,
  signal: AbortSignal,
): Promise<Outcome> {
  const version = flags["version"];
  const recipe = named(words[1], "lint");
  return { kind: "reply", doc: lintDoc(await sight.lint(recipe, version, signal)) };
}

async function added({ words }: Invocation, sight: Sight, signal: AbortSignal): Promise<Outcome> {
  const address = readRecipeAddress(words[1] ?? "");
  if (address === undefined)
    throw wrong(
      "add takes the address of a repository, https://… or ssh://…, whose last part is the recipe's name in small letters.",
    );
  const { version, rows } = await sight.lookAt(address, signal);
  // Known to everybody: it is not in the catalogue, and so not where that is.
  const broken = rows.filter(({ rule, verdict }) => verdict === "broken" && !OUTSIDE.has(rule));
  const look = { version, broken: broken.map(({ rule, level }) => `${rule} (${level})`) };
  const { name } = address;
  const proposal = { kind: "recipe", act: "add", name, address: address.address, look } as const;
  return { kind: "propose", proposal };
}

const OUTSIDE: ReadonlySet<string> = new Set(["R006", "R013"]);

async function forgotten({ words }: Invocation, sight: Sight): Promise<Outcome> {
  const name = named(words[1], "forget");
  const all = sight.addedRecipes();
  const one = all.find((recipe) => recipe.name === name);
  if (one === undefined) {
    const names = all.map((recipe) => recipe.name);
    throw new Refusal({ kind: "recipe-unadded", recipe: name, added: names });
  }
  return {
    kind: "propose",
    proposal: { kind: "recipe", act: "forget", name, address: one.address },
  };
}

function named(typed: string | undefined, form: string): RecipeName {
  if (typed !== undefined && isRecipeName(typed)) return typed;
  throw wrong(`${form} takes the name of a recipe, in small letters, like nextcloud.`);
}

function wrong(problem: string): Refusal {
  return new Refusal({ kind: "bad-argument", command: "recipes", problem, usage: recipes.usage });
}
