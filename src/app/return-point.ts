// Finds what a stack could return to: the kept deployment that runs, or what its version and its env file make again.
import { sameStacks } from "../core/compare.ts";
import { Refusal } from "../core/errors.ts";
import type { StackName } from "../core/ids.ts";
import { digestsFor } from "../core/pinning.ts";
import type { ReturnPoint } from "../core/planning-input.ts";
import type { OpenRecipe } from "../core/ports.ts";
import type { Actual, StackState } from "../core/state.ts";
import { plain } from "../words/draw.ts";
import { refusalDoc } from "../words/refusals.ts";
import { chaosCommit, deployedVersion, envOf } from "./app-facts.ts";
import { draftOf } from "./draft.ts";
import { seal } from "./sealing.ts";
import type { Target } from "./target.ts";
import type { World } from "./world.ts";

/** Newer good deployments than these have no bearing on what runs. */
const LOOKED_AT = 5;

export interface Standing {
  readonly found: Target;
  readonly recipe: OpenRecipe;
  readonly stack: StackName;
  readonly actual: Actual;
}

/** Undefined when nothing runs; a sentence where what runs cannot be made again. */
export async function findReturnPoint(
  world: World,
  standing: Standing,
  signal: AbortSignal,
): Promise<ReturnPoint | string | undefined> {
  const { live } = standing.actual;
  if (live === undefined) return undefined;
  return keptPoint(world, standing, live) ?? (await remade(world, standing, live, signal));
}

function keptPoint(
  { ledger, composer }: World,
  { found: { app, server }, stack }: Standing,
  live: StackState,
): ReturnPoint | undefined {
  for (const { version, compose, env, ...kept } of ledger.deployments.good(app, LOOKED_AT)) {
    if (kept.server !== server || kept.stack !== stack) continue;
    const { state: desired } = composer.meaning(compose);
    if (sameStacks(desired, live)) return { version, compose, desired, env };
  }
  return undefined;
}

/** Of what abra or a person deployed: the recipe at that version with the env file as it stands, and the images that run. */
async function remade(
  world: World,
  standing: Standing,
  live: StackState,
  signal: AbortSignal,
): Promise<ReturnPoint | string> {
  const { found, recipe, stack, actual } = standing;
  const commit = chaosCommit(stack, live.services);
  if (commit !== undefined)
    return `commit ${commit} runs, which is no published version, and moot did not deploy it`;
  const version = deployedVersion(stack, live.services);
  if (version === undefined || found.file === undefined)
    return "what runs carries no version, so it cannot be made again";
  try {
    await using checkout = await recipe.checkout(version, signal);
    const draft = await draftOf(world, found, envOf(found.file), checkout);
    const { composeFiles: files, env } = draft;
    const { folder } = checkout;
    const rendered = await world.composer.render({ folder, files, env, stack }, signal);
    const digests = digestsFor(rendered.state, {}, live);
    const { compose, state: desired } = seal(world, draft, rendered, digests);
    const changed = changedConfig(desired, actual);
    if (changed !== undefined)
      return `its config ${changed} holds something else than version ${version} says`;
    return { version, compose, desired, env: found.file.text };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return `version ${version} cannot be made again (${plain(refusalDoc(error.reason)).split("\n")[0] ?? ""})`;
  }
}

function changedConfig({ configs }: StackState, { swarm }: Actual): string | undefined {
  const contents = new Map(swarm.configs.map(({ name, sha256 }) => [name, sha256]));
  return configs.find(({ name, sha256 }) => (contents.get(name) ?? sha256) !== sha256)?.name;
}
