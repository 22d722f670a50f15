// Plans the acts on an app that write no stack: taking it down, removing what is left of it, restarting it.
import { planAct } from "../core/act-plan.ts";
import { timeoutOf } from "../core/environment.ts";
import { Refusal } from "../core/errors.ts";
import { ownNames, stackAbove } from "../core/foreign.ts";
import type { Loss, Obstacle, Plan, Warning } from "../core/plan.ts";
import type { Step } from "../core/step.ts";
import type { ServiceChange } from "../core/service-change.ts";
import type { RemoveRequest, RestartRequest, UndeployRequest } from "../core/request.ts";
import { isStartFirst } from "../core/warnings.ts";
import type { ServiceState } from "../core/state.ts";
import { impossible } from "./draft.ts";
import type { Gate } from "./gate.ts";
import { groundOf, type Ground } from "./ground.ts";
import { requireSettled } from "./left-behind.ts";
import type { World } from "./world.ts";

/** Throws Refusal `not-deployed` where nothing runs. */
export async function planUndeploy(
  world: World,
  gate: Gate,
  request: UndeployRequest,
  signal: AbortSignal,
): Promise<Plan> {
  const { services, ...ground } = await groundOf(world, gate, request.app, signal);
  const { app, stack, version } = ground;
  if (services.length === 0) throw new Refusal({ kind: "not-deployed", app, act: "undeploy" });
  const names = services.map(({ name }) => name);
  const steps: readonly Step[] = [
    { kind: "remove-stack", stack },
    ...(version === "" ? [] : [{ kind: "record-version", version } as const]),
  ];
  const input = {
    ...ground,
    act: request.kind,
    services: names.map((service): ServiceChange => ({ service, fate: "removed", changes: [] })),
    dangers: [{ kind: "takes-down", services: names }],
    tier: "change",
    revision: ground.actual.revision,
    steps,
  } as const;
  return planAct(input, world);
}

/** Throws Refusal `still-deployed` where something runs, and `node-down` or `node-unknown` where a node cannot be asked what it holds. */
export async function planRemove(
  world: World,
  gate: Gate,
  request: RemoveRequest,
  signal: AbortSignal,
): Promise<Plan> {
  const { services, ...ground } = await groundOf(world, gate, request.app, signal);
  const { app, file, stack } = ground;
  const running = services.map(({ name }) => name);
  if (running.length > 0) throw new Refusal({ kind: "still-deployed", app, services: running });
  await requireSettled(world, file, signal);
  const losses = await lossesOf(world, ground, signal);
  const namesOf = (what: Loss["what"]): readonly string[] => [
    ...new Set(losses.flatMap((loss) => (loss.what === what ? [loss.name] : []))),
  ];
  requireOwn(ground, losses);
  // Volumes first: they are what something else may still hold, and then nothing has been lost yet.
  const destroyed = (["volume", "secret", "config"] as const).flatMap((what): readonly Step[] => {
    const names = namesOf(what);
    return names.length === 0 ? [] : [{ kind: "destroy", what, names }];
  });
  const [volumes, secrets] = [namesOf("volume"), namesOf("secret")];
  const input = {
    ...ground,
    act: request.kind,
    losses,
    dangers: [{ kind: "destroys", volumes: volumes.length, secrets: secrets.length }],
    tier: "change",
    steps: [...destroyed, { kind: "remove-env", path: file.path, before: file.text }],
    volumes,
    secrets,
    stack,
  } as const;
  return planAct(input, world);
}

async function lossesOf(
  world: World,
  ground: Omit<Ground, "services">,
  signal: AbortSignal,
): Promise<readonly Loss[]> {
  const { server, stack, actual, file } = ground;
  const host = world.hosts.get(server);
  const { nodes } = await host.survey(signal);
  const down = nodes.find(({ isUp }) => !isUp);
  if (down !== undefined) throw new Refusal({ kind: "node-down", server, node: down.name });
  const [volumes, secrets] = await Promise.all([
    // Once it is down no task tells any more where it has been.
    host.volumes(stack, signal, "everywhere"),
    host.secretsOf(stack, signal),
  ]);
  const own = (names: readonly string[]): readonly string[] => ownNames(ground, names);
  const ownVolumes = own(volumes.map(({ name }) => name));
  return [
    ...volumes
      .filter(({ name }) => ownVolumes.includes(name))
      .map((volume): Loss => ({ what: "volume", ...volume })),
    ...own(secrets.map(({ name }) => name)).map((name): Loss => ({ what: "secret", name })),
    ...own(actual.swarm.configs.map(({ name }) => name)).map((name): Loss => ({
      what: "config",
      name,
    })),
    { what: "env-file", name: file.path, bytes: new TextEncoder().encode(file.text).length },
  ];
}

/** Under a stack name set by hand, another app's things may look like this one's. */
function requireOwn(ground: Omit<Ground, "services">, losses: readonly Loss[]): void {
  const owner = stackAbove(ground);
  if (owner === undefined) return;
  const { actual, stack } = ground;
  const doubtful = losses.flatMap(({ what, name }): readonly Obstacle[] => {
    const isLabelled = actual.swarm.owners[name] === stack;
    return what === "env-file" || isLabelled ? [] : [{ kind: "foreign", what, name, owner }];
  });
  if (doubtful.length > 0) throw impossible(ground, doubtful);
}

/** Throws Refusal `not-deployed` or `unknown-service`. */
export async function planRestart(
  world: World,
  gate: Gate,
  request: RestartRequest,
  signal: AbortSignal,
): Promise<Plan> {
  const { services, ...ground } = await groundOf(world, gate, request.app, signal);
  const { app, server, stack, actual } = ground;
  const restarted = requireServices(app, services, request.service);
  const counters = await world.hosts.get(server).counters(stack, signal);
  const names = restarted.map(({ name }) => name);
  const labels = services.find(({ name }) => name === "app")?.labels ?? {};
  const seconds = timeoutOf(labels, stack) ?? world.policy.patience;
  const input = {
    ...ground,
    act: request.kind,
    services: services.map(({ name: service }): ServiceChange => ({
      service,
      fate: names.includes(service) ? "restarts" : "unchanged",
      changes: [],
    })),
    warnings: awayWarnings(restarted),
    tier: "change",
    revision: actual.revision,
    steps: [
      {
        kind: "restart",
        stack,
        counters: Object.fromEntries(names.map((name) => [name, (counters[name] ?? 0) + 1])),
      },
      { kind: "watch", stack, services: names, seconds },
    ],
  } as const;
  return planAct(input, world);
}

/** All, or the one that is named. Throws Refusal `not-deployed` or `unknown-service`. */
export function requireServices(
  app: Ground["app"],
  services: readonly ServiceState[],
  service: string | undefined,
): readonly ServiceState[] {
  if (services.length === 0) throw new Refusal({ kind: "not-deployed", app });
  if (service === undefined) return services;
  const found = services.filter(({ name }) => name === service);
  if (found.length > 0) return found;
  const known = services.map(({ name }) => name);
  throw new Refusal({ kind: "unknown-service", app, service, known });
}

function awayWarnings(services: readonly ServiceState[]): readonly Warning[] {
  const away = services
    .filter((service) => service.replicas === 1 && !isStartFirst(service))
    .map(({ name }) => name);
  return away.length === 0 ? [] : [{ kind: "away-briefly", services: away }];
}
