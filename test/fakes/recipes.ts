// Recipes in memory.
import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { Refusal } from "../../src/core/errors.ts";
import { isRecipeName, type RecipeName } from "../../src/core/ids.ts";
import type { AddedRecipes } from "../../src/core/ledger.ts";
import { nearest } from "../../src/core/nearest.ts";
import type {
  CatalogueEntry,
  Checkout,
  OpenRecipe,
  Published,
  Recipes,
  RecipeVersion,
} from "../../src/core/ports.ts";
import { NO_FEATURES } from "../../src/core/readme.ts";
import { parseVersion, sortVersions } from "../../src/core/version.ts";
import { named } from "../named.ts";

const BASE = "https://git.example.coop/recipes";

type Files = Readonly<Record<string, string>>;

export interface FakeRecipe {
  readonly description?: string;
  /** Files by version, the newest commit last. */
  readonly versions: Readonly<Record<string, Files>>;
  /** Tags that are not annotated. */
  readonly lightweight?: readonly string[];
  /** When tags were made, by version. */
  readonly dates?: Readonly<Record<string, number>>;
  readonly isUnlisted?: boolean;
  /** Where its repository is; only there can it be opened when it is unlisted. */
  readonly address?: string;
  /** What the catalogue tells of it besides. */
  readonly told?: Partial<Pick<CatalogueEntry, "images" | "features" | "versions" | "repository">>;
}

export class FakeRecipes implements Recipes {
  readonly #recipes: Map<string, FakeRecipe>;
  /** Each time a repository was asked for its versions, in order. */
  readonly asked: RecipeName[] = [];
  readonly #added: Pick<AddedRecipes, "find">;

  constructor(
    recipes: Readonly<Record<string, FakeRecipe>>,
    added: Pick<AddedRecipes, "find"> = { find: () => undefined },
  ) {
    this.#recipes = new Map(Object.entries(recipes));
    this.#added = added;
  }

  /** Upstream changes: what is in the recipe's place from now on. */
  publish(name: string, recipe: FakeRecipe): void {
    this.#recipes.set(name, recipe);
  }

  async catalogue(): Promise<readonly CatalogueEntry[]> {
    return [...this.#recipes]
      .filter(([, { isUnlisted }]) => isUnlisted !== true)
      .map(([name, { description = "", versions, told }]) => ({
        recipe: named(isRecipeName, name),
        description,
        category: "Apps",
        versions: Object.keys(versions),
        images: {},
        features: NO_FEATURES,
        ...told,
      }));
  }

  async isInCatalogue(recipe: RecipeName): Promise<boolean> {
    if (this.#added.find(recipe) !== undefined) return false;
    return (await this.catalogue()).some((entry) => entry.recipe === recipe);
  }

  async open(recipe: RecipeName): Promise<OpenRecipe> {
    const added = this.#added.find(recipe);
    if (added !== undefined) return this.openAt(recipe, added.address);
    return this.#opened(recipe, this.#get(recipe), `${BASE}/${recipe}`);
  }

  async openAt(recipe: RecipeName, address: string): Promise<OpenRecipe> {
    return this.#opened(recipe, this.#at(recipe, address), address);
  }

  async published(recipe: RecipeName): Promise<Published> {
    this.asked.push(recipe);
    const added = this.#added.find(recipe);
    const found = added === undefined ? this.#get(recipe) : this.#at(recipe, added.address);
    return {
      versions: versionsOf({ versions: found.versions }),
      odd: (found.lightweight ?? []).map((name) => ({ name, isAnnotated: false })),
    };
  }

  #at(recipe: RecipeName, address: string): FakeRecipe {
    const found = [...this.#recipes.values()].find((one) => one.address === address);
    if (found !== undefined) return found;
    const problem = `repository '${address}' not found`;
    throw new Refusal({ kind: "recipe-unreachable", recipe, problem });
  }

  #opened(recipe: RecipeName, found: FakeRecipe, address: string): OpenRecipe {
    const light = (found.lightweight ?? []).filter((tag) => parseVersion(tag) === undefined);
    return {
      address,
      isAtHome: address.startsWith(`${BASE}/`),
      oddTags: light.map((name) => ({ name, isAnnotated: false })),
      versions: () => versionsOf(found),
      checkout: async (version) => checkoutOf(recipe, found, version),
    };
  }

  #get(recipe: RecipeName): FakeRecipe {
    const found = this.#recipes.get(recipe);
    if (found !== undefined) return found;
    const meant = nearest(recipe, [...this.#recipes.keys()]);
    const hint = meant === undefined ? {} : { nearest: meant };
    throw new Refusal({ kind: "unknown-recipe", recipe, ...hint });
  }
}

function versionsOf(recipe: FakeRecipe): readonly RecipeVersion[] {
  const { versions, lightweight = [], dates = {} } = recipe;
  return sortVersions([...Object.keys(versions), ...lightweight]).map((version) => {
    const at = dates[version];
    return { version, isAnnotated: version in versions, ...(at === undefined ? {} : { at }) };
  });
}

function checkoutOf(recipe: RecipeName, found: FakeRecipe, version: string | undefined): Checkout {
  const { versions, lightweight = [] } = found;
  if (version === undefined) return checkout(recipe, Object.values(versions).at(-1) ?? {});
  if (lightweight.includes(version)) {
    const problem = `its tag ${version} is not annotated, as the tags of versions must be (abra's rule R014)`;
    throw new Refusal({ kind: "bad-recipe", recipe, problem });
  }
  const files = versions[version];
  if (files !== undefined) return checkout(recipe, files, version);
  const known = versionsOf(found)
    .map((one) => one.version)
    .toReversed();
  throw new Refusal({ kind: "unknown-version", recipe, version, known });
}

function checkout(recipe: RecipeName, files: Files, version?: string): Checkout {
  const folder = `/checkouts/${recipe}`;
  const commit = createHash("sha1").update(JSON.stringify(files)).digest("hex");
  const leaves = (path: string): boolean => !resolve(folder, path).startsWith(`${folder}/`);
  return {
    folder,
    commit,
    version: version ?? commit.slice(0, 8),
    isChaos: version === undefined,
    composeFiles: Object.keys(files)
      .filter((name) => /^compose.*\.ya?ml$/.test(name))
      .sort(),
    async holds(path) {
      return !leaves(path) && path in files;
    },
    async read(path) {
      if (!leaves(path)) return files[path];
      const problem = `${path} leads out of the recipe's own files`;
      throw new Refusal({ kind: "bad-recipe", recipe, problem });
    },
    async [Symbol.asyncDispose]() {
      // Nothing was made.
    },
  };
}
