// Chooses the version that a stack is to be written at: as asked, pinned, newest, lower, or just as it was before.
import { sameStacks } from "../core/compare.ts";
import { Refusal } from "../core/errors.ts";
import { recipeOf } from "../core/envfile.ts";
import type { KeptDeployment } from "../core/ledger.ts";
import type { OpenRecipe } from "../core/ports.ts";
import type { DeployRequest, RollbackRequest, UpgradeRequest } from "../core/request.ts";
import type { StackState } from "../core/state.ts";
import { compareVersions, newestVersion, parseVersion, versionsAfter } from "../core/version.ts";
import { chaosCommit, deployedVersion, envOf, stackOf } from "./app-facts.ts";
import type { Found, Target } from "./target.ts";
import type { World } from "./world.ts";

export interface Aiming<Request = DeployRequest | UpgradeRequest | RollbackRequest> {
  readonly found: Found;
  readonly request: Request;
  readonly recipe: OpenRecipe;
  /** What runs of the app's stack now. */
  readonly live: StackState | undefined;
}

/** `kept`: what is to be written just as it was. */
export interface Aim {
  readonly target: Target;
  readonly kept?: KeptDeployment;
}

/** Good deployments that a rollback looks through. */
const LOOKED_AT = 20;

/** Throws Refusal when there is no such version, none at all, or it lies the other way. */
export function aim(world: World, aiming: Aiming): Aim {
  const { request } = aiming;
  switch (request.kind) {
    case "deploy":
      return { target: aimDeploy({ ...aiming, request }) };
    case "upgrade":
      return { target: aimUpgrade({ ...aiming, request }) };
    case "rollback":
      return aimRollback(world, { ...aiming, request });
  }
}

function aimDeploy({ found, request, recipe, live }: Aiming<DeployRequest>): Target {
  const { deployed, pinned } = versionsOf(found, live);
  const version = request.isChaos
    ? undefined
    : (request.version ?? pinned ?? deployed ?? newestOf(found, recipe));
  return {
    ...found,
    ...(deployed === undefined ? {} : { deployed }),
    ...(version === undefined ? {} : { version }),
  };
}

function versionsOf(
  { file }: Found,
  live: StackState | undefined,
): { readonly deployed?: string | undefined; readonly pinned?: string | undefined } {
  if (file === undefined) return {};
  const pinned = recipeOf(envOf(file))?.version;
  // The data of an app that does not run now are as old as its env file says.
  return { pinned, deployed: deployedVersion(stackOf(file), live?.services ?? []) ?? pinned };
}

/** abra's order: asked for, pinned in the env file, deployed, newest published (coopcloud.md §3.5). */
function newestOf({ recipe }: Found, opened: OpenRecipe): string {
  const newest = newestVersion(annotated(opened));
  if (newest !== undefined) return newest;
  const problem = "it has no published version; --chaos would take its newest commit";
  throw new Refusal({ kind: "bad-recipe", recipe, problem });
}

function annotated(recipe: OpenRecipe): readonly string[] {
  return recipe.versions().flatMap(({ version, isAnnotated }) => (isAnnotated ? [version] : []));
}

function aimUpgrade({ found, request, recipe, live }: Aiming<UpgradeRequest>): Target {
  const { app } = found;
  const deployed = comparable(found, live);
  if (request.version !== undefined) {
    requireDirection(found, deployed, request.version, "upgrade");
    return { ...found, deployed, version: request.version };
  }
  const newest = versionsAfter(deployed, annotated(recipe)).at(-1);
  if (newest === undefined) throw new Refusal({ kind: "nothing-newer", app, version: deployed });
  return { ...found, deployed, version: newest };
}

function aimRollback(world: World, { found, request, recipe, live }: Aiming<RollbackRequest>): Aim {
  const { app } = found;
  if (live === undefined) throw new Refusal({ kind: "not-deployed", app });
  if (request.version !== undefined) {
    const deployed = comparable(found, live);
    requireDirection(found, deployed, request.version, "rollback");
    return { target: { ...found, deployed, version: request.version } };
  }
  const kept = keptBefore(world, found, live);
  if (kept !== undefined) {
    const { deployed } = versionsOf(found, live);
    const now = deployed === undefined ? {} : { deployed };
    return { target: { ...found, ...now, version: kept.version }, kept };
  }
  const deployed = comparable(found, live);
  const lower = annotated(recipe).filter((version) => isBelow(version, deployed));
  const version = newestVersion(lower);
  if (version === undefined)
    throw new Refusal({ kind: "nothing-to-roll-back", app, version: deployed });
  return { target: { ...found, deployed, version } };
}

/** The newest good deployment that is not what runs now; never one of a higher version. */
function keptBefore(
  { ledger, composer }: World,
  { app, server }: Found,
  live: StackState,
): KeptDeployment | undefined {
  const deployed = deployedVersion(live.stack, live.services) ?? "";
  return ledger.deployments
    .good(app, LOOKED_AT)
    .filter((kept) => kept.server === server && kept.stack === live.stack)
    .filter(({ version }) => !isBelow(deployed, version))
    .find(({ compose }) => !sameStacks(composer.meaning(compose).state, live));
}

/** The version that runs. Throws Refusal where none does, or one that has no place among the others. */
function comparable({ app, file }: Found, live: StackState | undefined): string {
  if (live === undefined || file === undefined) throw new Refusal({ kind: "not-deployed", app });
  const commit = chaosCommit(live.stack, live.services);
  const version = commit ?? deployedVersion(live.stack, live.services);
  if (commit === undefined && version !== undefined && parseVersion(version) !== undefined)
    return version;
  throw new Refusal({
    kind: "not-comparable",
    app,
    isChaos: commit !== undefined,
    ...(version === undefined ? {} : { version }),
  });
}

function requireDirection(
  { app }: Found,
  from: string,
  to: string,
  act: "upgrade" | "rollback",
): void {
  const next = parseVersion(to);
  // What is no version at all, the recipe will say.
  if (next === undefined) return;
  const isRight = act === "upgrade" ? isBelow(from, to) : isBelow(to, from);
  if (!isRight) throw new Refusal({ kind: "wrong-direction", app, act, from, to });
}

function isBelow(version: string, other: string): boolean {
  const [one, two] = [parseVersion(version), parseVersion(other)];
  return one !== undefined && two !== undefined && compareVersions(one, two) < 0;
}
