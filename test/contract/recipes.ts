// What every implementation of Recipes keeps to.
import { describe, expect, it } from "vitest";
import { isRecipeName, type RecipeName } from "../../src/core/ids.ts";
import type { Checkout, Recipes, RecipeVersion } from "../../src/core/ports.ts";
import { named } from "../named.ts";
import { refused } from "../refused.ts";

const { signal } = new AbortController();
const hello = named(isRecipeName, "hello");
const hallo = named(isRecipeName, "hallo");

/** When the tags of `hello` were made. */
export const MADE: Readonly<Record<string, number>> = {
  "1.0.0+1.0": Date.UTC(2026, 0, 5, 12),
  "1.10.0+1.1": Date.UTC(2026, 1, 2, 12),
};

/**
 * `make` gives a catalogue with the one recipe `hello`, "Says hello", versions 1.0.0+1.0 and 1.10.0+1.1, made in that order at
 * `MADE` and each with `compose.yml` holding its own name, and `compose.smtp.yml`; then a lightweight tag 2.0.0+2.0 and a tag `old`.
 */
export function describeRecipes(name: string, make: () => Promise<Recipes>): void {
  describe(`${name} knows recipes`, () => {
    it("the catalogue lists them", async () => {
      const recipes = await make();
      expect(await recipes.catalogue(signal)).toMatchObject([
        { recipe: "hello", description: "Says hello", versions: ["1.0.0+1.0", "1.10.0+1.1"] },
      ]);
      expect(await recipes.isInCatalogue(hello, signal)).toBe(true);
      expect(await recipes.isInCatalogue(hallo, signal)).toBe(false);
    });

    it("versions come oldest first, without tags that are none", async () => {
      const recipes = await make();
      expect(await versionsOf(recipes, hello)).toEqual([
        { version: "1.0.0+1.0", isAnnotated: true, at: MADE["1.0.0+1.0"] },
        { version: "1.10.0+1.1", isAnnotated: true, at: MADE["1.10.0+1.1"] },
        { version: "2.0.0+2.0", isAnnotated: false },
      ]);
    });

    it("what is published are annotated versions, oldest first, and what is odd is told apart", async () => {
      const { versions, odd } = await (await make()).published(hello, signal);
      expect(versions).toEqual([
        { version: "1.0.0+1.0", isAnnotated: true },
        { version: "1.10.0+1.1", isAnnotated: true },
      ]);
      expect(odd.map(({ name }) => name).toSorted()).toEqual(["2.0.0+2.0", "old"]);
      expect(odd).toContainEqual({ name: "2.0.0+2.0", isAnnotated: false });
    });

    it("a checkout has the files of its version", async () => {
      const recipes = await make();
      await using checkout = await checkoutOf(recipes, hello, "1.0.0+1.0");
      expect(checkout).toMatchObject({ version: "1.0.0+1.0", isChaos: false });
      expect(checkout.commit).toMatch(/^[0-9a-f]{40}$/);
      expect(checkout.composeFiles).toEqual(["compose.smtp.yml", "compose.yml"]);
      expect(await checkout.read("compose.yml")).toBe("1.0.0+1.0");
      expect(await checkout.holds("compose.yml")).toBe(true);
      expect(await checkout.read("nothing.yml")).toBeUndefined();
      expect(await checkout.holds("nothing.yml")).toBe(false);
    });

    it("a path out of the checkout is refused", async () => {
      const recipes = await make();
      await using checkout = await checkoutOf(recipes, hello, "1.0.0+1.0");
      for (const path of ["../x", "/etc/shadow", "a/../../x"]) {
        expect(await checkout.holds(path)).toBe(false);
        expect(await refused(checkout.read(path))).toMatchObject({ kind: "bad-recipe" });
      }
    });

    it("chaos is the newest commit, by its short name", async () => {
      const recipes = await make();
      await using checkout = await checkoutOf(recipes, hello, undefined);
      expect(checkout.isChaos).toBe(true);
      expect(checkout.version).toBe(checkout.commit.slice(0, 8));
      expect(await checkout.read("compose.yml")).toBe("1.10.0+1.1");
    });

    it("an unknown recipe is refused, and the nearest one named", async () => {
      const recipes = await make();
      const reason = { kind: "unknown-recipe", recipe: "hallo", nearest: "hello" };
      expect(await refused(recipes.open(hallo, signal))).toEqual(reason);
      expect(await refused(recipes.published(hallo, signal))).toEqual(reason);
    });

    it("an unknown version is refused, with the known ones, newest first", async () => {
      const recipes = await make();
      expect(await refused(checkoutOf(recipes, hello, "9.0.0+1"))).toEqual({
        kind: "unknown-version",
        recipe: "hello",
        version: "9.0.0+1",
        known: ["2.0.0+2.0", "1.10.0+1.1", "1.0.0+1.0"],
      });
    });

    it("a version whose tag is not annotated is refused", async () => {
      const recipes = await make();
      expect(await refused(checkoutOf(recipes, hello, "2.0.0+2.0"))).toEqual({
        kind: "bad-recipe",
        recipe: "hello",
        problem:
          "its tag 2.0.0+2.0 is not annotated, as the tags of versions must be (abra's rule R014)",
      });
    });
  });
}

/** Of a recipe as it is now. */
export async function versionsOf(
  recipes: Recipes,
  recipe: RecipeName,
): Promise<readonly RecipeVersion[]> {
  return (await recipes.open(recipe, signal)).versions();
}

/** Of a recipe as it is now. */
export async function checkoutOf(
  recipes: Recipes,
  recipe: RecipeName,
  version: string | undefined,
): Promise<Checkout> {
  return (await recipes.open(recipe, signal)).checkout(version, signal);
}
