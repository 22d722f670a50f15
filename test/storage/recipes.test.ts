// Recipes that were added: one a name, kept as they were agreed on, and not there any more once forgotten.
import { expect, test } from "vitest";
import { isRecipeName } from "../../src/core/ids.ts";
import { openLedger } from "../../storage/ledger.ts";
import { named } from "../named.ts";
import { freshPath, opened } from "./opened.ts";
import { ana, bea } from "./samples.ts";

const pad = named(isRecipeName, "pad");
const one = { name: pad, address: "https://git.example.org/group/pad", by: ana, at: 1 };

test("a recipe comes back as it was added, also after a restart", () => {
  const path = freshPath();
  const before = openLedger(path);
  expect(before.recipes.add(one)).toBe(true);
  before.close();
  const { recipes } = opened(path);
  expect(recipes.find(pad)).toEqual(one);
  expect(recipes.standing()).toEqual([one]);
});

test("of one name there is one, until it is forgotten, once", () => {
  const { recipes } = opened();
  recipes.add(one);
  const other = { ...one, address: "https://git.example.org/other/pad", by: bea, at: 2 };
  expect(recipes.add(other)).toBe(false);
  expect(recipes.forget(pad, bea, 3)).toBe(true);
  expect(recipes.forget(pad, bea, 4)).toBe(false);
  expect(recipes.find(pad)).toBeUndefined();
  expect(recipes.add(other)).toBe(true);
  expect(recipes.standing()).toEqual([other]);
});
