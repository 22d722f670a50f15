// Finds what a deploy is about: which app, made from which recipe, on which server, at which version.
import type { DeployRequest } from "../core/request.ts";
import { fromSample, isEnvKey, recipeOf, setValue, type EnvFile } from "../core/envfile.ts";
import { Refusal } from "../core/errors.ts";
import { isRecipeName, type AppName, type RecipeName, type ServerName } from "../core/ids.ts";
import { nearest } from "../core/nearest.ts";
import type { AppFile, Checkout } from "../core/ports.ts";
import { envOf } from "./app-facts.ts";
import type { Gate } from "./gate.ts";
import type { World } from "./world.ts";

export interface Target {
  readonly app: AppName;
  readonly server: ServerName;
  readonly recipe: RecipeName;
  /** Absent when the app is new. */
  readonly file?: AppFile;
  /** What runs now, from abra's label; else what the env file says ran last. */
  readonly deployed?: string;
  /** The tag to deploy; absent = the newest commit. */
  readonly version?: string;
}

/** The app that a request is about, before its recipe and its server were asked. */
export type Found = Pick<Target, "app" | "server" | "recipe" | "file">;

/** Where to look for the app, or to make it. */
type Whereabouts = Pick<DeployRequest, "app" | "recipe" | "server">;

/** Throws Refusal when the request names what does not exist, contradicts what does, or leaves a choice open. */
export async function findApp(
  world: World,
  gate: Gate,
  request: Whereabouts,
  signal: AbortSignal,
): Promise<Found> {
  const file = await world.apps.find(request.app, signal);
  const found =
    file === undefined ? await newApp(gate, request, signal) : existingApp(gate, request, file);
  await requireKnown(world, found.recipe, file, signal);
  return found;
}

async function newApp(gate: Gate, request: Whereabouts, signal: AbortSignal): Promise<Found> {
  const { app, recipe } = request;
  if (recipe === undefined) {
    await gate.app(app, signal);
    throw new Error(`the app ${app} came up while it was looked for`);
  }
  const servers = gate.servers().filter((server) => gate.allows({ server, app }));
  const [only, ...more] = request.server === undefined ? servers : [request.server];
  if (only !== undefined && more.length > 0) throw new Refusal({ kind: "which-server", servers });
  if (only === undefined) throw new Refusal({ kind: "unknown-server", server: "any", known: [] });
  gate.require({ server: only, app }, `${app} on ${only}`);
  return { app, server: only, recipe };
}

function existingApp(gate: Gate, request: Whereabouts, file: AppFile): Found {
  const { app, server } = file;
  gate.require({ server, app }, `${app} on ${server}`);
  const named = recipeOf(envOf(file))?.recipe ?? "";
  if (!isRecipeName(named)) {
    throw new Refusal({
      kind: "bad-env",
      file: file.path,
      line: 1,
      problem: "no TYPE line names a recipe moot can use",
    });
  }
  if (request.recipe !== undefined && request.recipe !== named) {
    throw new Refusal({ kind: "other-recipe", app, has: named, asked: request.recipe });
  }
  if (request.server !== undefined && request.server !== server) {
    const problem = `${app} is on ${server}, not on ${request.server}; leave --server out.`;
    throw new Refusal({
      kind: "bad-argument",
      command: "deploy",
      problem,
      usage: [`!deploy ${app}`],
    });
  }
  return { app, server, recipe: named, file };
}

/** A recipe outside the catalogue may stand in an env file that somebody wrote; a new app comes from the catalogue. */
async function requireKnown(
  world: World,
  recipe: RecipeName,
  file: AppFile | undefined,
  signal: AbortSignal,
): Promise<void> {
  if (file !== undefined || (await world.recipes.isInCatalogue(recipe, signal))) return;
  const names = (await world.recipes.catalogue(signal)).map((entry) => entry.recipe);
  const near = nearest(recipe, names);
  throw new Refusal({
    kind: "unknown-recipe",
    recipe,
    ...(near === undefined ? {} : { nearest: near }),
  });
}

/** The app's env file as it would be written: made from the sample when new, with the settings that were typed. */
export async function wantedEnv(
  target: Target,
  settings: DeployRequest["settings"],
  checkout: Checkout,
): Promise<EnvFile> {
  for (const [key] of settings) {
    if (!isEnvKey(key)) {
      const problem = `${key} cannot be the name of a setting; names are letters, digits and _.`;
      throw new Refusal({
        kind: "bad-argument",
        command: "deploy",
        problem,
        usage: ["!deploy DOMAIN [KEY=VALUE …]"],
      });
    }
  }
  if (target.file !== undefined) {
    return settings.reduce((env, [key, value]) => setValue(env, key, value), envOf(target.file));
  }
  const sample = await checkout.read(".env.sample");
  if (sample === undefined) {
    throw new Refusal({
      kind: "bad-recipe",
      recipe: target.recipe,
      problem: "it has no .env.sample, so no new app can be made from it (lint rule R008)",
    });
  }
  const env = fromSample(sample, target.recipe, target.app, settings);
  if (env.kind === "problem") {
    throw new Refusal({
      kind: "bad-recipe",
      recipe: target.recipe,
      problem: `its .env.sample, line ${env.line}: ${env.problem}`,
    });
  }
  return env;
}
