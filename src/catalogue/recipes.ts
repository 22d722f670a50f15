// Implements Recipes: the catalogue's index says where a recipe lives, git brings its versions.
import { Refusal } from "../core/errors.ts";
import type { RecipeName } from "../core/ids.ts";
import { nearest } from "../core/nearest.ts";
import type {
  Checkout,
  GitTag,
  Log,
  OpenRecipe,
  Recipes,
  Repositories,
  Repository,
} from "../core/ports.ts";
import { sortVersions } from "../core/version.ts";
import { openFiles } from "./checkout.ts";
import type { Catalogue } from "./listing.ts";

export interface RecipesOptions {
  readonly catalogue: Catalogue;
  /** Where recipes live that the index does not list: an https or ssh address, or a folder. */
  readonly base: string;
  readonly repositories: Repositories;
  readonly log: Log;
}

type Picked = Pick<Checkout, "commit" | "version" | "isChaos" | "movedFrom">;

const SHORT_COMMIT = 8;
// What git says of an address with nothing there; forges answer so too for what one may not see.
const NOTHING_THERE =
  /not found|does not exist|not appear to be a git repository|could not read Username/i;

export function openRecipes(options: RecipesOptions): Recipes {
  const { catalogue } = options;
  return {
    async catalogue(signal) {
      const listed = await catalogue.listings(signal);
      return [...listed.values()].map(({ entry }) => entry);
    },
    async isInCatalogue(recipe, signal) {
      const listed = await catalogue.listings(signal);
      return listed.has(recipe);
    },
    async open(recipe, signal) {
      return openRecipe(recipe, await openRepository(options, recipe, signal), options.log);
    },
  };
}

function openRecipe(recipe: RecipeName, repository: Repository, log: Log): OpenRecipe {
  return {
    versions() {
      const { stale, tags } = repository;
      if (stale !== undefined) throw unreachable(recipe, stale);
      return offered(tags).map(({ name, isAnnotated, movedFrom }) => {
        return { version: name, isAnnotated, ...(movedFrom === undefined ? {} : { movedFrom }) };
      });
    },
    async checkout(version, signal) {
      const picked =
        version === undefined ? newest(repository, recipe) : pick(repository, recipe, version);
      log.debug("recipe checked out", { recipe, version: picked.version, commit: picked.commit });
      return takeOut(repository, recipe, picked, signal);
    },
  };
}

async function openRepository(
  { catalogue, base, repositories }: RecipesOptions,
  recipe: RecipeName,
  signal: AbortSignal,
): Promise<Repository> {
  const listed = await catalogue.listings(signal);
  const address = listed.get(recipe)?.repository ?? `${base.replace(/\/+$/, "")}/${recipe}`;
  try {
    return await repositories.open(recipe, address, signal);
  } catch (error) {
    if (listed.has(recipe) || !isNothingThere(error)) throw error;
    const meant = nearest(recipe, [...listed.keys()]);
    const hint = meant === undefined ? {} : { nearest: meant };
    throw new Refusal({ kind: "unknown-recipe", recipe, ...hint }, error);
  }
}

function isNothingThere(error: unknown): boolean {
  return (
    error instanceof Refusal &&
    error.reason.kind === "recipe-unreachable" &&
    NOTHING_THERE.test(error.reason.problem)
  );
}

/** The tags that upstream has now and that are versions, oldest first. */
function offered(tags: readonly GitTag[]): readonly GitTag[] {
  const here = new Map(tags.filter(({ isGone }) => !isGone).map((tag) => [tag.name, tag]));
  return sortVersions([...here.keys()]).flatMap((name) => here.get(name) ?? []);
}

function pick({ tags, stale }: Repository, recipe: RecipeName, version: string): Picked {
  const tag = tags.find(({ name }) => name === version);
  if (tag === undefined) {
    if (stale !== undefined) throw unreachable(recipe, stale);
    const known = offered(tags).map(({ name }) => name);
    throw new Refusal({ kind: "unknown-version", recipe, version, known: known.toReversed() });
  }
  if (!tag.isAnnotated) {
    throw new Refusal({
      kind: "bad-recipe",
      recipe,
      problem: `its tag ${version} is not annotated, as the tags of versions must be (abra's rule R014)`,
    });
  }
  const { commit, movedFrom } = tag;
  return { commit, version, isChaos: false, ...(movedFrom === undefined ? {} : { movedFrom }) };
}

function newest({ head, stale }: Repository, recipe: RecipeName): Picked {
  if (stale !== undefined) throw unreachable(recipe, stale);
  return { commit: head, version: head.slice(0, SHORT_COMMIT), isChaos: true };
}

async function takeOut(
  repository: Repository,
  recipe: RecipeName,
  picked: Picked,
  signal: AbortSignal,
): Promise<Checkout> {
  const taken = await repository.checkout(picked.commit, signal);
  try {
    const files = await openFiles(recipe, taken.folder);
    const stale = repository.stale === undefined ? {} : { stale: repository.stale };
    const dispose = () => taken[Symbol.asyncDispose]();
    return { ...files, ...picked, ...stale, folder: taken.folder, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await taken[Symbol.asyncDispose]();
    throw error;
  }
}

function unreachable(recipe: RecipeName, problem: string): Refusal {
  return new Refusal({ kind: "recipe-unreachable", recipe, problem });
}
