// Looks at recipes for people: what there is of one, and how it is by the lint.
import { Refusal } from "../core/errors.ts";
import { exportsOf } from "../core/abrash.ts";
import { parseEnv, values } from "../core/envfile.ts";
import type { RecipeName } from "../core/ids.ts";
import { interpolate } from "../core/interpolation.ts";
import { lint } from "../core/lint.ts";
import type { LintInput } from "../core/lint-facts.ts";
import { nearest } from "../core/nearest.ts";
import { mergeOutlines } from "../core/outline.ts";
import type { CatalogueEntry, Checkout, Images, OpenRecipe, RecipeVersion } from "../core/ports.ts";
import { fillFeatures, NO_FEATURES, readReadme, type Readme } from "../core/readme.ts";
import { type RecipeAddress } from "../core/recipe-address.ts";
import { driftOf } from "../core/recipe-drift.ts";
import type { LintSight, RecipeSight, VersionSight } from "../core/recipe-sight.ts";
import { newestVersion } from "../core/version.ts";
import type { World } from "./world.ts";

/** Older versions are counted only: for each without images in the catalogue its files are taken out. */
const MOST_VERSIONS = 20;

export async function recipeSight(
  world: World,
  recipe: RecipeName,
  signal: AbortSignal,
): Promise<RecipeSight> {
  const entry = await requireKnown(world, recipe, signal);
  const added = world.ledger.recipes.find(recipe);
  const opened = await world.recipes.open(recipe, signal);
  const versions = opened.versions().toReversed();
  // What the catalogue tells under that name is of another recipe.
  const told = added === undefined ? entry : undefined;
  const readme = await readmeOf(opened, versions, signal);
  const shown = await withImages(world, { opened, told }, versions.slice(0, MOST_VERSIONS), signal);
  return {
    recipe,
    ...tellingOf(told, readme),
    versions: shown,
    left: versions.length - shown.length,
    address: opened.address,
    drift: driftOf(entry, opened, opened.versions()),
    ...(added !== undefined && { added }),
  };
}

/** The catalogue's word, and the README's where the catalogue has none. */
function tellingOf(
  told: CatalogueEntry | undefined,
  readme: Readme | undefined,
): Pick<RecipeSight, "description" | "features"> {
  const { description = "", features = NO_FEATURES } = told ?? {};
  return {
    description: description === "" ? (readme?.description ?? "") : description,
    features: fillFeatures(features, readme?.features ?? NO_FEATURES),
  };
}

/** One after the other: each that the catalogue does not know takes its files out. */
async function withImages(
  world: World,
  { opened, told }: { readonly opened: OpenRecipe; readonly told: CatalogueEntry | undefined },
  versions: readonly RecipeVersion[],
  signal: AbortSignal,
): Promise<readonly VersionSight[]> {
  const shown: VersionSight[] = [];
  for (const one of versions) {
    const images = told?.images[one.version] ?? (await imagesAt(world, opened, one, signal));
    shown.push({ ...one, ...(images !== undefined && { images }) });
  }
  return shown;
}

/** `version` absent: the newest one, or the newest commit of a recipe that has none. */
export async function lintSight(
  world: World,
  recipe: RecipeName,
  version: string | undefined,
  signal: AbortSignal,
): Promise<LintSight> {
  const entry = await requireKnown(world, recipe, signal);
  const opened = await world.recipes.open(recipe, signal);
  return lintAt(world, { recipe, opened, entry, version }, signal);
}

/** Throws Refusal `recipe-listed` or `recipe-added` where the name is taken. */
export async function lookAt(
  world: World,
  { name, address }: RecipeAddress,
  signal: AbortSignal,
): Promise<LintSight> {
  const listed = (await world.recipes.catalogue(signal)).find((one) => one.recipe === name);
  requireFree(world, name);
  if (listed !== undefined) {
    const { repository } = listed;
    const where = repository === undefined ? {} : { address: repository };
    throw new Refusal({ kind: "recipe-listed", recipe: name, ...where });
  }
  const opened = await world.recipes.openAt(name, address, signal);
  const parts = { recipe: name, opened, entry: undefined, version: undefined };
  return lintAt(world, parts, signal);
}

/** Throws Refusal `recipe-added`. */
export function requireFree({ ledger }: Pick<World, "ledger">, name: RecipeName): void {
  const added = ledger.recipes.find(name);
  if (added === undefined) return;
  throw new Refusal({ kind: "recipe-added", recipe: name, address: added.address });
}

/** Its entry in the catalogue, or undefined for one that was added. Throws Refusal `unknown-recipe`. */
async function requireKnown(
  world: World,
  recipe: RecipeName,
  signal: AbortSignal,
): Promise<CatalogueEntry | undefined> {
  const catalogue = await world.recipes.catalogue(signal);
  const entry = catalogue.find((one) => one.recipe === recipe);
  const added = world.ledger.recipes.standing();
  if (entry !== undefined || added.some(({ name }) => name === recipe)) return entry;
  const near = nearest(recipe, [
    ...catalogue.map((one) => one.recipe),
    ...added.map(({ name }) => name),
  ]);
  const hint = near === undefined ? {} : { nearest: near };
  throw new Refusal({ kind: "unknown-recipe", recipe, ...hint });
}

interface Linted {
  readonly recipe: RecipeName;
  readonly opened: OpenRecipe;
  readonly entry: CatalogueEntry | undefined;
  readonly version: string | undefined;
}

async function lintAt(
  world: World,
  { recipe, opened, entry, version: asked }: Linted,
  signal: AbortSignal,
): Promise<LintSight> {
  const versions = opened.versions();
  await using checkout = await opened.checkout(asked ?? newestOf(versions), signal);
  const input = await lintInput(world, { recipe, opened, entry }, checkout);
  const { version, isChaos } = checkout;
  return { recipe, version, isChaos, versions: versions.length, rows: lint(input) };
}

/** All that the rules look at, read from a checkout that stands. */
export async function lintInput(
  world: Pick<World, "composer">,
  { recipe, opened, entry }: Omit<Linted, "version">,
  checkout: Checkout,
): Promise<LintInput> {
  const [sample, abraSh, readme] = await Promise.all(
    [".env.sample", "abra.sh", "README.md"].map((path) => checkout.read(path)),
  );
  return {
    recipe,
    ...(!checkout.isChaos && { version: checkout.version }),
    files: await outlinesOf(world, checkout),
    ...(sample !== undefined && { sample }),
    ...(abraSh !== undefined && { abraSh }),
    ...(readme !== undefined && { readme }),
    versions: opened.versions(),
    source: opened,
    ...(entry !== undefined && { entry }),
  };
}

export function newestOf(versions: readonly RecipeVersion[]): string | undefined {
  const annotated = versions.filter(({ isAnnotated }) => isAnnotated);
  return newestVersion(annotated.map(({ version }) => version));
}

/** The base first, then its overlays. */
async function outlinesOf(
  { composer }: Pick<World, "composer">,
  checkout: Checkout,
): Promise<LintInput["files"]> {
  const isBase = (path: string): boolean => /^compose\.ya?ml$/.test(path);
  const { composeFiles } = checkout;
  const paths = [...composeFiles.filter(isBase), ...composeFiles.filter((one) => !isBase(one))];
  return Promise.all(
    paths.map(async (path) => {
      const text = (await checkout.read(path)) ?? "";
      return { path, text, look: composer.outline(text) };
    }),
  );
}

async function readmeOf(
  opened: OpenRecipe,
  newestFirst: readonly RecipeVersion[],
  signal: AbortSignal,
): Promise<Readme | undefined> {
  await using checkout = await opened.checkout(newestOf(newestFirst), signal);
  const text = await checkout.read("README.md");
  return text === undefined ? undefined : readReadme(text);
}

/** From the compose files of the tag; undefined for a tag that cannot be taken out, or files that cannot be read. */
async function imagesAt(
  world: World,
  opened: OpenRecipe,
  { version, isAnnotated }: RecipeVersion,
  signal: AbortSignal,
): Promise<Images | undefined> {
  if (!isAnnotated) return undefined;
  await using checkout = await opened.checkout(version, signal);
  const files = await outlinesOf(world, checkout);
  const outlines = files.flatMap(({ look }) => (look.kind === "outline" ? [look.outline] : []));
  const sample = parseEnv((await checkout.read(".env.sample")) ?? "");
  const exports = exportsOf((await checkout.read("abra.sh")) ?? "");
  const env = { ...(sample.kind === "env" && values(sample)), ...exports };
  const images = mergeOutlines(outlines).services.flatMap(({ name, image }) =>
    image === undefined ? [] : [[name, interpolate(image, env)] as const],
  );
  return images.length === 0 ? undefined : Object.fromEntries(images);
}
