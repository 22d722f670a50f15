// What a recipe, at the version an app is pinned to, knows of that app's env file.
import { recipeOf } from "../core/envfile.ts";
import { knownKeys, type EnvKnowledge } from "../core/known-keys.ts";
import type { Checkout } from "../core/ports.ts";
import { newestVersion } from "../core/version.ts";
import { sampleFor } from "../core/sample.ts";
import { envOf } from "./app-facts.ts";
import type { Found } from "./target.ts";
import type { World } from "./world.ts";

/** Throws Refusal where the recipe cannot be read. */
export async function knowledgeOf(
  world: World,
  { app, recipe, file }: Found,
  signal: AbortSignal,
): Promise<EnvKnowledge> {
  const opened = await world.recipes.open(recipe, signal);
  const pinned = file === undefined ? undefined : recipeOf(envOf(file))?.version;
  const version = pinned ?? newestVersion(opened.versions().map((one) => one.version));
  await using checkout = await opened.checkout(version, signal);
  const sample = await checkout.read(".env.sample");
  return {
    version: checkout.version,
    ...(sample === undefined ? {} : { sample: sampleFor(sample, recipe, app) }),
    keys: await keysOf(checkout, sample),
  };
}

/** Of all compose files, also those that are switched off. */
export async function keysOf(
  checkout: Checkout,
  sample: string | undefined,
): Promise<readonly string[]> {
  const texts = await Promise.all(checkout.composeFiles.map((name) => checkout.read(name)));
  return knownKeys(
    sample,
    texts.map((text) => text ?? ""),
  );
}
