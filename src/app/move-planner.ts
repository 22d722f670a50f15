// Plans the move of an app to another server: what runs is stopped, its data are carried over, and it is written there as it was.
import { planAct } from "../core/act-plan.ts";
import { compareStacks } from "../core/compare.ts";
import { timeoutOf } from "../core/environment.ts";
import { recipeOf, values } from "../core/envfile.ts";
import { Refusal } from "../core/errors.ts";
import { hostsOf, neighboursOf } from "../core/foreign.ts";
import { isAppName, type AppName, type ServerName } from "../core/ids.ts";
import {
  obstaclesOfMove,
  pathsThatStay,
  stepsOfMove,
  volumeNames,
  wayBackOfMove,
  type Move,
} from "../core/move.ts";
import type { Danger, Plan, Warning } from "../core/plan.ts";
import type { AppFile } from "../core/ports.ts";
import type { MoveRequest } from "../core/request.ts";
import type { StackState } from "../core/state.ts";
import { envOf, stackOf } from "./app-facts.ts";
import { impossible } from "./draft.ts";
import type { Gate } from "./gate.ts";
import { requireSettled } from "./left-behind.ts";
import { findReturnPoint } from "./return-point.ts";
import { findApp } from "./target.ts";
import type { World } from "./world.ts";

/** Throws Refusal: `bad-argument`, `not-deployed`, `no-return-point`, or `plan-impossible` with all that bars it. */
export async function planMove(
  world: World,
  gate: Gate,
  request: MoveRequest,
  signal: AbortSignal,
): Promise<Plan> {
  const { app, to } = request;
  const found = await findApp(world, gate, { app }, signal);
  const { server: from, recipe, file } = found;
  if (file === undefined) throw new Error(`${app} came up while it was looked for`);
  gate.require({ server: to, app }, `${app} on ${to}`);
  if (from === to) throw alreadyThere(app, to);
  await requireSettled(world, file, signal);
  const stack = stackOf(file);
  const actual = await world.hosts.get(from).inspect(stack, signal);
  const opened = await world.recipes.open(recipe, signal);
  const point = await findReturnPoint(world, { found, recipe: opened, stack, actual }, signal);
  if (point === undefined) throw new Refusal({ kind: "not-deployed", app });
  if (typeof point === "string") throw new Refusal({ kind: "no-return-point", app, why: point });
  const used = new Set(point.desired.services.flatMap(({ volumes }) => volumes));
  const volumes = await world.hosts.get(from).volumes(stack, signal);
  const move: Move = {
    app,
    revision: actual.revision,
    stack,
    from,
    to,
    point,
    needs: world.composer.meaning(point.compose),
    paths: { from: file.path, to: world.apps.pathOf(app, to) },
    text: file.text,
    volumes: volumes.filter(({ name }) => used.has(name)),
    kept: await world.hosts.get(from).cargo.look([...used], signal),
    seconds: secondsFor(world, point.desired),
    ...domainOf(file),
  };
  return finish(world, { move, recipe, file }, signal);
}

interface Drafted {
  readonly move: Move;
  readonly recipe: Plan["recipe"];
  readonly file: AppFile;
}

async function finish(
  world: World,
  { move, recipe, file }: Drafted,
  signal: AbortSignal,
): Promise<Plan> {
  const { app, stack, from, to, point } = move;
  const host = world.hosts.get(to);
  const [actual, { nodes }, volumes, files] = await Promise.all([
    host.inspect(stack, signal),
    host.survey(signal),
    host.cargo.look(volumeNames(move), signal),
    world.apps.list(signal),
  ]);
  const neighbours = neighboursOf(app, files);
  const obstacles = obstaclesOfMove(move, { actual, nodes, volumes, neighbours });
  if (obstacles.length > 0) throw impossible({ app }, obstacles);
  const steps = stepsOfMove(move);
  const version = recipeOf(envOf(file))?.version ?? point.version;
  return planAct(
    {
      act: "move",
      app,
      server: to,
      from,
      recipe,
      stack,
      version,
      services: compareStacks(point.desired, undefined),
      dangers: [dangerOf(move), ...pathsThatStay(move)],
      warnings: await strayDomain(world, move, actual.addresses, signal),
      tier: "change",
      steps,
      back: wayBackOfMove(move, steps),
      secrets: move.needs.externalSecrets,
      volumes: volumeNames(move),
      hosts: hostsOf(point),
      revision: move.revision,
    },
    world,
  );
}

function alreadyThere(app: AppName, server: ServerName): Refusal {
  const problem = `${app} is on ${server} already.`;
  return new Refusal({
    kind: "bad-argument",
    command: "move",
    problem,
    usage: ["!move APP SERVER"],
  });
}

function secondsFor({ policy }: World, { stack, services }: StackState): number {
  const labels = services.find(({ name }) => name === "app")?.labels ?? {};
  return timeoutOf(labels, stack) ?? policy.patience;
}

export function domainOf(file: AppFile): { readonly domain?: string } {
  const domain = values(envOf(file))["DOMAIN"]?.toLowerCase() ?? "";
  return isAppName(domain) ? { domain } : {};
}

function dangerOf({ from, to, volumes }: Move): Danger {
  const bytes = volumes.every((one) => one.bytes !== undefined)
    ? volumes.reduce((sum, one) => sum + (one.bytes ?? 0), 0)
    : undefined;
  const known = bytes === undefined ? {} : { bytes };
  return { kind: "move", from, to, volumes: volumes.length, ...known };
}

/** People will look for it where its name leads. */
async function strayDomain(
  world: World,
  { domain }: Move,
  addresses: readonly string[],
  signal: AbortSignal,
): Promise<readonly Warning[]> {
  if (domain === undefined || domain.endsWith(".localhost") || addresses.length === 0) return [];
  const found = await world.names.addresses(domain, signal);
  if (found.some((address) => addresses.includes(address))) return [];
  return [{ kind: "dns", domain, found: found.toSorted(), server: addresses.toSorted() }];
}
