// Holds what runs against what exists upstream: one look at each recipe, each image and each server, whatever the number of apps.
import type { AppName, RecipeName, ServerName } from "../core/ids.ts";
import type { AppFile } from "../core/ports.ts";
import type { ServiceState, StackState } from "../core/state.ts";
import type { Blindness, Looked } from "../core/update-ledger.ts";
import { comparisonOf, type Comparison, type Running } from "../core/update.ts";
import { newestVersion, versionsAfter } from "../core/version.ts";
import { abreast } from "./abreast.ts";
import { reviseAlertOf } from "./alerts.ts";
import { chaosCommit, deployedVersion, stackIfAny } from "./app-facts.ts";
import { recipeFor } from "./app-recipe.ts";
import { tellBlind } from "./blind.ts";
import { problemOf, problemOrBug } from "./fleet.ts";
import { dropRequest } from "./update-turns.ts";
import { autoUpdateIn } from "./why-not-now.ts";
import type { World } from "./world.ts";

/** Upstream is asked for so many things at once. */
const AT_ONCE = 8;

export type Problem = Omit<Blindness, "since">;

/** What upstream and the servers said, or why they did not. */
interface Sights {
  readonly stacks: ReadonlyMap<ServerName, readonly StackState[]>;
  /** Versions that may be deployed. */
  readonly versions: ReadonlyMap<RecipeName, readonly string[]>;
  readonly tags: Readonly<Record<string, string>>;
  readonly problems: readonly Problem[];
}

/** An app that names its recipe. */
interface Known {
  readonly file: AppFile;
  readonly recipe: RecipeName;
}

/**
 * `only`: one app, of which alone something is remembered. Gives what could not be looked at; rooms are told of what was not known
 * before.
 */
export async function lookForUpdates(
  world: World,
  only: AppName | undefined,
  signal: AbortSignal,
): Promise<readonly Problem[]> {
  const all = await world.apps.list(signal);
  const files = only === undefined ? all : all.filter(({ app }) => app === only);
  const { known, problems } = recipesOf(world, files);
  const sights = await look(world, known, signal);
  const blind = byTarget([...problems, ...sights.problems]);
  world.ledger.together(() => {
    for (const one of known) judge(world, one, sights);
    if (only !== undefined) return;
    forgetGone(world, all);
    tellBlind(world, world.ledger.looks.blind(blind, world.clock.now()));
  });
  return blind;
}

function recipesOf(
  world: World,
  files: readonly AppFile[],
): { readonly known: readonly Known[]; readonly problems: readonly Problem[] } {
  const known: Known[] = [];
  const problems: Problem[] = [];
  for (const file of files) {
    try {
      known.push({ file, recipe: recipeFor(world, file) });
    } catch (error) {
      problems.push({ target: file.app, why: problemOf(error) });
    }
  }
  return { known, problems };
}

async function look(world: World, known: readonly Known[], signal: AbortSignal): Promise<Sights> {
  const servers = [...new Set(known.map(({ file }) => file.server))];
  const recipes = [...new Set(known.map(({ recipe }) => recipe))];
  const [stacks, versions] = await Promise.all([
    gather(world, servers, signal, (server) => world.hosts.get(server).states(signal)),
    gather(world, recipes, signal, async (recipe) => {
      const { versions: published } = await world.recipes.published(recipe, signal);
      return published.flatMap(({ version, isAnnotated }) => (isAnnotated ? [version] : []));
    }),
  ]);
  const services = known.flatMap(({ file }) => servicesOf(file, stacks.found) ?? []);
  const images = [...new Set(services.filter(isPinned).map(({ image }) => image))];
  const looks = await abreast(images, AT_ONCE, async (image) => {
    return [image, await world.tags.look(image, signal)] as const;
  });
  const tags = looks.flatMap(([image, seen]) =>
    seen.kind === "found" ? [[image, seen.digest] as const] : [],
  );
  const unseen = looks.flatMap(([image, seen]) =>
    seen.kind === "cannot-check" ? [{ target: image, why: seen.problem }] : [],
  );
  return {
    stacks: stacks.found,
    versions: versions.found,
    tags: Object.fromEntries(tags),
    problems: [...stacks.problems, ...versions.problems, ...unseen],
  };
}

/** Of each what was found, or why it could not be. */
async function gather<Name extends string, Result>(
  world: World,
  names: readonly Name[],
  signal: AbortSignal,
  ask: (name: Name) => Promise<Result>,
): Promise<{
  readonly found: ReadonlyMap<Name, Result>;
  readonly problems: readonly Problem[];
}> {
  const found = new Map<Name, Result>();
  const problems: Problem[] = [];
  await abreast(names, AT_ONCE, async (name) => {
    try {
      found.set(name, await ask(name));
    } catch (error) {
      if (signal.aborted) throw error;
      problems.push({ target: name, why: problemOrBug(world, { target: name }, error) });
    }
  });
  return { found, problems };
}

/** A tag without a digest says nothing of what runs; one is never pinned without a tag. */
function isPinned({ digest }: ServiceState): boolean {
  return digest !== undefined;
}

/** Undefined where the server did not answer. */
function servicesOf(file: AppFile, stacks: Sights["stacks"]): readonly ServiceState[] | undefined {
  const name = stackIfAny(file);
  const all = stacks.get(file.server);
  return all && (all.find(({ stack }) => stack === name)?.services ?? []);
}

/** In the caller's transaction. */
function judge(world: World, { file, recipe }: Known, sights: Sights): void {
  const { app, server } = file;
  // What runs in the middle of a job is neither the old nor the new; it is looked at again when that has ended.
  if (world.ledger.jobs.activeOf(app) !== undefined) return;
  const services = servicesOf(file, sights.stacks);
  const versions = sights.versions.get(recipe);
  const autoUpdate = autoUpdateIn(file);
  const common = {
    app,
    server,
    recipe,
    at: world.clock.now(),
    ...(autoUpdate !== undefined && { autoUpdate }),
  };
  if (services === undefined || versions === undefined) {
    remember(world, { ...common, problem: whyUnseen(file, recipe, sights) });
    return;
  }
  if (services.length === 0) {
    giveUp(world, app);
    remember(world, { ...common, problem: "it does not run" });
    return;
  }
  const running = runningOf(file, services);
  const comparison = comparisonOf(running, versions, sights.tags);
  noteVersions(world, recipe, running, versions);
  if (comparison.kind === "new") {
    const before = world.ledger.updates.found(
      { app, server, recipe, ...comparison.novelty },
      common.at,
    );
    if (before !== undefined) dropRequest(world, before.id, { reason: "something newer came" });
  } else giveUp(world, app);
  const looked = lookedFrom(running, versions, comparison);
  const unseen = comparison.kind === "current" ? unseenIn(running, sights) : undefined;
  remember(world, { ...common, ...looked, ...(unseen !== undefined && { problem: unseen }) });
}

/** The version may be the newest, and its images not. */
function unseenIn({ digests }: Running, { tags }: Sights): string | undefined {
  const image = Object.keys(digests).find((one) => !Object.hasOwn(tags, one));
  return image === undefined ? undefined : `its image ${image} cannot be checked`;
}

/** The same words for all apps that one server or one recipe keeps from being known. */
function whyUnseen({ server }: AppFile, recipe: RecipeName, { problems }: Sights): string {
  const found = problems.find(({ target }) => target === server || target === recipe);
  return found === undefined ? "it could not be looked at" : `${found.target}: ${found.why}`;
}

function runningOf(file: AppFile, services: readonly ServiceState[]): Running {
  const stack = stackIfAny(file) ?? "";
  const version = deployedVersion(stack, services);
  const chaos = chaosCommit(stack, services);
  const digests = services.flatMap(({ image, digest }) =>
    digest === undefined ? [] : [[image, digest] as const],
  );
  return {
    ...(version !== undefined && { version }),
    ...(chaos !== undefined && { chaos }),
    digests: Object.fromEntries(digests),
  };
}

function lookedFrom(
  { version }: Running,
  versions: readonly string[],
  comparison: Comparison,
): Pick<Looked, "version" | "newest" | "behind" | "next" | "problem"> {
  const newest = newestVersion(versions);
  const above = version === undefined ? [] : versionsAfter(version, versions);
  const [next] = above;
  const facts = {
    ...(version !== undefined && { version }),
    ...(newest !== undefined && { newest }),
  };
  if (comparison.kind === "chaos") {
    return { ...facts, problem: `it runs the commit ${comparison.commit}, which is no version` };
  }
  if (comparison.kind === "unknown") {
    return { ...facts, problem: "what runs carries no version that can be compared" };
  }
  return { ...facts, behind: above.length, ...(next !== undefined && { next }) };
}

/** Since when each is known, so that a version can be let ripen. */
function noteVersions(
  world: World,
  recipe: RecipeName,
  { version }: Running,
  versions: readonly string[],
): void {
  if (version === undefined) return;
  const now = world.clock.now();
  for (const above of versionsAfter(version, versions))
    world.ledger.looks.versionSeen(recipe, above, now);
}

/** Nothing is offered of it any longer. */
function giveUp(world: World, app: AppName): void {
  const gone = world.ledger.updates.nothingFor(app, world.clock.now());
  if (gone === undefined) return;
  dropRequest(world, gone.id, { reason: "nothing newer is there any more" });
  reviseAlertOf(world, gone.id);
}

function remember(world: World, look: Looked): void {
  world.ledger.looks.looked(look);
}

/** Apps whose env file is gone. */
function forgetGone(world: World, files: readonly AppFile[]): void {
  const here = new Set(files.map(({ app }) => app));
  const gone = world.ledger.looks.looks().flatMap(({ app }) => (here.has(app) ? [] : [app]));
  for (const app of gone) giveUp(world, app);
  world.ledger.looks.forget(gone);
}

/** One reason for each is enough. */
function byTarget(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((one) => [one.target, one])).values()];
}
