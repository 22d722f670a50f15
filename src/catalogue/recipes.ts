// Implements Recipes: the catalogue's index says where a recipe lives, git brings its versions.
import { SHORT_COMMIT } from "../core/abra.ts";
import { Refusal } from "../core/errors.ts";
import type { RecipeName } from "../core/ids.ts";
import type { AddedRecipes } from "../core/ledger.ts";
import { nearest } from "../core/nearest.ts";
import type {
  Checkout,
  GitTag,
  ListedTag,
  Log,
  OpenRecipe,
  Published,
  Recipes,
  Repositories,
  Repository,
} from "../core/ports.ts";
import { parseVersion, sortVersions } from "../core/version.ts";
import { openFiles } from "./checkout.ts";
import type { Catalogue } from "./listing.ts";

export interface RecipesOptions {
  readonly catalogue: Catalogue;
  /** Where recipes live that the index does not list: an https or ssh address, or a folder. */
  readonly base: string;
  readonly repositories: Repositories;
  /** Recipes that people added by their address: asked there, whatever the index says. */
  readonly added: Pick<AddedRecipes, "find">;
  readonly log: Log;
}

type Picked = Pick<Checkout, "commit" | "version" | "isChaos" | "movedFrom">;

// What git says of an address with nothing there; forges answer so too for what one may not see.
const NOTHING_THERE =
  /not found|does not exist|not appear to be a git repository|could not read Username/i;

export function openRecipes(options: RecipesOptions): Recipes {
  const { catalogue, added, repositories } = options;
  const openAt = async (recipe: RecipeName, address: string, signal: AbortSignal) => {
    const repository = await repositories.open(recipe, address, signal);
    return openRecipe({ recipe, address, repository }, options);
  };
  return {
    openAt,
    async catalogue(signal) {
      const listed = await catalogue.listings(signal);
      return [...listed.values()];
    },
    async isInCatalogue(recipe, signal) {
      const listed = await catalogue.listings(signal);
      return listed.has(recipe) && added.find(recipe) === undefined;
    },
    async open(recipe, signal) {
      const open = async (address: string): Promise<Opened> => {
        return { recipe, address, repository: await repositories.open(recipe, address, signal) };
      };
      return openRecipe(await atHome(options, recipe, open, signal), options);
    },
    async published(recipe, signal) {
      const list = (address: string) => repositories.tags(recipe, address, signal);
      return publishedIn(await atHome(options, recipe, list, signal));
    },
  };
}

/** A recipe with its repository, as it was when opened. */
interface Opened {
  readonly recipe: RecipeName;
  readonly address: string;
  readonly repository: Repository;
}

function openRecipe({ recipe, address, repository }: Opened, options: RecipesOptions): OpenRecipe {
  const { log, base } = options;
  return {
    address,
    isAtHome: address.startsWith(`${withoutSlash(base)}/`),
    oddTags: repository.tags
      .filter(({ name, isGone }) => !isGone && parseVersion(name) === undefined)
      .map(({ name, isAnnotated }) => ({ name, isAnnotated })),
    versions() {
      const { stale, tags } = repository;
      if (stale !== undefined) throw unreachable(recipe, stale);
      return offered(tags).map(({ name, isAnnotated, movedFrom, at }) => {
        const moved = movedFrom === undefined ? {} : { movedFrom };
        return { version: name, isAnnotated, ...moved, ...(at === undefined ? {} : { at }) };
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

/** Does the work at the address where the recipe lives: where people agreed on, where the index says, or under the base. */
async function atHome<Result>(
  { added, catalogue, base }: RecipesOptions,
  recipe: RecipeName,
  work: (address: string) => Promise<Result>,
  signal: AbortSignal,
): Promise<Result> {
  const other = added.find(recipe);
  if (other !== undefined) return work(other.address);
  const listed = await catalogue.listings(signal);
  try {
    return await work(listed.get(recipe)?.repository ?? `${withoutSlash(base)}/${recipe}`);
  } catch (error) {
    if (listed.has(recipe) || !isNothingThere(error)) throw error;
    const meant = nearest(recipe, [...listed.keys()]);
    const hint = meant === undefined ? {} : { nearest: meant };
    throw new Refusal({ kind: "unknown-recipe", recipe, ...hint }, error);
  }
}

function withoutSlash(base: string): string {
  return base.replace(/\/+$/, "");
}

function isNothingThere(error: unknown): boolean {
  return (
    error instanceof Refusal &&
    error.reason.kind === "recipe-unreachable" &&
    NOTHING_THERE.test(error.reason.problem)
  );
}

function publishedIn(tags: readonly ListedTag[]): Published {
  const annotated = tags.filter(({ isAnnotated }) => isAnnotated).map(({ name }) => name);
  return {
    versions: sortVersions(annotated).map((version) => ({ version, isAnnotated: true })),
    odd: tags.filter(({ name, isAnnotated }) => !isAnnotated || parseVersion(name) === undefined),
  };
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
