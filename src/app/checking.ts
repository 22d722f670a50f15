// Holds an app against its recipe, at the version it is pinned to: its settings, its secrets, the recipe itself.
import type { AppFile, CatalogueEntry, Checkout } from "../core/ports.ts";
import { exportsOf } from "../core/abrash.ts";
import { checkEnv } from "../core/envcheck.ts";
import { recipeOf, values } from "../core/envfile.ts";
import { renderEnvironment } from "../core/environment.ts";
import type { RecipeName } from "../core/ids.ts";
import { lint } from "../core/lint.ts";
import { neededSecrets, type NeededSecret } from "../core/secrets.ts";
import { NAME_LIMITS } from "../core/stack.ts";
import type { CheckSight, CheckTrouble, SecretSight } from "../core/recipe-sight.ts";
import { isCommit } from "../core/version.ts";
import { envOf, stackOf } from "./app-facts.ts";
import { recipeFor } from "./app-recipe.ts";
import { problemOf } from "./fleet.ts";
import { lintInput, newestOf } from "./recipe-looks.ts";
import type { World } from "./world.ts";

/** Throws Refusal where the env file or the recipe cannot be read at all. */
export async function checkSight(
  world: World,
  file: AppFile,
  signal: AbortSignal,
): Promise<CheckSight> {
  const recipe = recipeFor(world, file);
  const opened = await world.recipes.open(recipe, signal);
  const pinned = recipeOf(envOf(file))?.version;
  // A commit was deployed by chaos: what it came from is the newest one now.
  const isChaos = pinned !== undefined && isCommit(pinned);
  const version = isChaos ? undefined : (pinned ?? newestOf(opened.versions()));
  await using checkout = await opened.checkout(version, signal);
  const entry = await entryOf(world, recipe, signal);
  const input = await lintInput(world, { recipe, opened, entry }, checkout);
  const { secrets, troubles } = await secretsOf(world, { file, recipe, checkout }, signal);
  return {
    recipe,
    version: checkout.version,
    env: input.sample === undefined ? undefined : checkEnv(input.sample, envOf(file)),
    secrets,
    troubles,
    lint: lint(input),
  };
}

async function entryOf(
  { recipes }: World,
  recipe: RecipeName,
  signal: AbortSignal,
): Promise<CatalogueEntry | undefined> {
  return (await recipes.catalogue(signal)).find((one) => one.recipe === recipe);
}

interface Subject {
  readonly file: AppFile;
  readonly recipe: RecipeName;
  readonly checkout: Checkout;
}

type Found = Pick<CheckSight, "secrets" | "troubles">;

async function secretsOf(world: World, subject: Subject, signal: AbortSignal): Promise<Found> {
  const needed = await neededBy(world, subject, signal);
  if ("troubles" in needed) return { secrets: [], troubles: needed.troubles };
  const { server } = subject.file;
  const known = await heeding(async () => (await world.hosts.get(server).names(signal)).secrets);
  const standing = typeof known === "string" ? undefined : new Set(known);
  return {
    secrets: needed.secrets.map((one) => secretSight(one, standing)),
    troubles: typeof known === "string" ? [{ kind: "server", problem: known }] : [],
  };
}

function secretSight(
  { name, key, generate }: NeededSecret,
  standing: ReadonlySet<string> | undefined,
): SecretSight {
  return {
    name,
    generate,
    isTooLong: name.length > NAME_LIMITS.secret,
    ...(key !== undefined && { key }),
    ...(standing !== undefined && { isThere: standing.has(name) }),
  };
}

type Needed =
  { readonly secrets: readonly NeededSecret[] } | { readonly troubles: readonly CheckTrouble[] };

/** As the planner has them: what the enabled compose files name, once the docker CLI has read them. */
async function neededBy(
  world: World,
  { file, recipe, checkout }: Subject,
  signal: AbortSignal,
): Promise<Needed> {
  const stack = stackOf(file);
  const env = envOf(file);
  const exports = exportsOf((await checkout.read("abra.sh")) ?? "");
  const environment = renderEnvironment(values(env), stack, exports);
  if (environment.kind === "steering") return { troubles: environment.obstacles.map(asTrouble) };
  const ready = environment.env;
  const files = (ready["COMPOSE_FILE"] ?? "compose.yml").split(":").filter((name) => name !== "");
  const strays = await world.strays(recipe, checkout, files);
  if (strays.length > 0) return { troubles: strays.map(asTrouble) };
  const { folder } = checkout;
  const rendered = await heeding(() =>
    world.composer.render({ folder, files, env: ready, stack }, signal),
  );
  if (typeof rendered === "string") return { troubles: [{ kind: "render", problem: rendered }] };
  const texts = await Promise.all(files.map(async (name) => (await checkout.read(name)) ?? ""));
  const { state, externalSecrets: external } = rendered;
  return {
    secrets: neededSecrets({ state, external, composeTexts: texts, env: ready, file: env }),
  };
}

function asTrouble(obstacle: Extract<CheckTrouble, { readonly kind: "obstacle" }>["obstacle"]) {
  return { kind: "obstacle", obstacle } as const;
}

/** A refusal in its words instead of what was asked for: the rest of the check is still worth reading. */
async function heeding<T>(look: () => Promise<T>): Promise<T | string> {
  try {
    return await look();
  } catch (error) {
    return problemOf(error);
  }
}
