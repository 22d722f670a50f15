// Plans a backup: what of the app its labels name, where that is, and what has to be stopped or run for it.
import { planAct } from "../core/act-plan.ts";
import { readBackupLabels, type BackupLabels } from "../core/backup-labels.ts";
import { scopeOfBackup, type BackupOddity } from "../core/backup-scope.ts";
import { releaseOf, stepsOfBackup, type BackupPlan, type Paused } from "../core/backup-steps.ts";
import { imageText } from "../core/compare.ts";
import { timeoutOf } from "../core/environment.ts";
import { Refusal } from "../core/errors.ts";
import { ownNames } from "../core/foreign.ts";
import type { NoLabels, Plan, Warning } from "../core/plan.ts";
import type { BackupRequest } from "../core/request.ts";
import type { NodeSight } from "../core/servers.ts";
import type { ServiceState } from "../core/state.ts";
import { requireServices } from "./act-planner.ts";
import { updatingIn } from "./backing-up.ts";
import type { Gate } from "./gate.ts";
import { groundOf, type Ground } from "./ground.ts";
import type { World } from "./world.ts";

/** Throws Refusal `no-repository`, `nothing-to-back-up`, `app-unsettled` or `unknown-service`. */
export async function planBackup(
  world: World,
  gate: Gate,
  request: BackupRequest,
  signal: AbortSignal,
): Promise<Plan> {
  const ground = await groundOf(world, gate, request.app, signal);
  const { app, stack, services, actual } = ground;
  world.vaults.get(ground.server);
  const prepared = await prepareBackup(world, ground, request, signal);
  if (typeof prepared === "string") {
    throw new Refusal({ kind: "nothing-to-back-up", app, why: prepared });
  }
  const { backup, oddities } = prepared;
  const steps = stepsOfBackup(backup);
  const stopped = backup.paused.map(({ service }) => service);
  return planAct(
    {
      ...ground,
      act: request.kind,
      stack,
      services: services.map(({ name: service }) => ({
        service,
        fate: stopped.includes(service) ? "restarts" : "unchanged",
        changes: [],
      })),
      warnings: [...oddityWarnings(oddities), ...awayWarnings(stopped)],
      // What runs on is left as it is.
      tier: stopped.length > 0 ? "change" : "routine",
      steps,
      release: releaseOf(backup, steps),
      secrets: backup.secrets.flatMap(({ names }) => names),
      volumes: backup.loads.flatMap(({ volumes }) => volumes.map(({ name }) => name)),
      revision: actual.revision,
    },
    world,
  );
}

export function oddityWarnings(oddities: readonly BackupOddity[]): readonly Warning[] {
  return oddities.map((oddity) => ({ kind: "backup", oddity }));
}

function awayWarnings(services: readonly string[]): readonly Warning[] {
  return services.length === 0 ? [] : [{ kind: "away-while-saved", services }];
}

export interface Prepared {
  readonly backup: BackupPlan;
  readonly oddities: readonly BackupOddity[];
}

type Wish = Pick<BackupRequest, "stop" | "isAll" | "isSmallRight">;

/** Says why where the labels name nothing. Throws Refusal `app-unsettled` or `unknown-service`. */
export async function prepareBackup(
  world: World,
  ground: Ground,
  wish: Wish,
  signal: AbortSignal,
): Promise<Prepared | NoLabels> {
  const { app, server, stack, services, recipe, version } = ground;
  const paused = wish.stop.flatMap((service) => pausedOf(app, services, service));
  const labels = readBackupLabels(stack, services);
  const isUp = services.length > 0;
  const lacking = lackingIn(labels);
  if (lacking !== undefined && isUp && !wish.isAll) return lacking;
  const host = world.hosts.get(server);
  const [sight, tasks, found, { nodes }] = await Promise.all([
    host.sight(stack, signal),
    host.tasks(stack, signal),
    isUp ? host.volumes(stack, signal) : host.volumes(stack, signal, "everywhere"),
    host.survey(signal),
  ]);
  const updating = updatingIn(sight);
  if (updating.length > 0) throw new Refusal({ kind: "app-unsettled", app, services: updating });
  const own = ownNames(
    ground,
    found.map(({ name }) => name),
  );
  const volumes = found.filter(({ name }) => own.includes(name));
  const { isAll, stop: stopped } = wish;
  const scope = scopeOfBackup({ services, labels, volumes, tasks, isAll, stopped });
  const secrets = await secretsFor(world, ground, signal);
  const backup: BackupPlan = {
    stack,
    services: services.map(({ name }) => name),
    hooks: isUp ? labels.hooks : [],
    paused,
    loads: scope.loads.length > 0 ? scope.loads : [{ node: managerOf(nodes), volumes: [] }],
    secrets: secrets.read,
    recipe,
    version,
    isSmallRight: wish.isSmallRight,
    seconds: secondsFor(world, ground),
  };
  return { backup, oddities: [...scope.oddities, ...secrets.oddities] };
}

/** Where nothing has data, what else is saved may go from anywhere. */
function managerOf(nodes: readonly NodeSight[]): string {
  const manager = nodes.find((node) => node.role === "manager" && node.isUp);
  if (manager === undefined) throw new Error("a swarm answered, and none of its managers is up");
  return manager.name;
}

function lackingIn({ wish, oddities }: BackupLabels): NoLabels | undefined {
  if (wish === "backup") return undefined;
  if (wish === "no-backup") return "no";
  return oddities.some(({ kind }) => kind === "container-label") ? "misplaced" : "none";
}

function pausedOf(
  app: Ground["app"],
  services: readonly ServiceState[],
  service: string,
): readonly Paused[] {
  return requireServices(app, services, service).flatMap(({ replicas }) => {
    if (replicas === "global") throw everywhere(service);
    return replicas === 0 ? [] : [{ service, replicas }];
  });
}

function everywhere(service: string): Refusal {
  const problem = `${service} runs on every node of the swarm and cannot be stopped for a while.`;
  return new Refusal({
    kind: "bad-argument",
    command: "backup",
    problem,
    usage: ["!backup APP [--stop SERVICE]"],
  });
}

function secondsFor({ policy }: World, { stack, services }: Ground): number {
  const labels = services.find(({ name }) => name === "app")?.labels ?? {};
  return timeoutOf(labels, stack) ?? policy.patience;
}

/** Every secret that is the app's, each with an image that the server has. */
async function secretsFor(
  world: World,
  ground: Ground,
  signal: AbortSignal,
): Promise<{
  readonly read: BackupPlan["secrets"];
  readonly oddities: readonly BackupOddity[];
}> {
  const { server, stack, services } = ground;
  const there = await world.hosts.get(server).secretsOf(stack, signal);
  const used = services.flatMap(({ secrets }) => secrets);
  const names = ownNames(ground, [...used, ...there.map(({ name }) => name)]);
  const known = services.length > 0 ? services : servicesBefore(world, ground);
  const [any] = known;
  if (names.length === 0) return { read: [], oddities: [] };
  if (any === undefined)
    return { read: [], oddities: [{ kind: "secrets-unread", secrets: names }] };
  const byImage = Map.groupBy(names, (name) =>
    imageText(known.find(({ secrets }) => secrets.includes(name)) ?? any),
  );
  return { read: [...byImage].map(([image, own]) => ({ image, names: own })), oddities: [] };
}

/** What ran last, of an app that is down. */
function servicesBefore(
  { ledger, composer }: World,
  { app, server }: Ground,
): readonly ServiceState[] {
  const kept = ledger.deployments.latest(app);
  return kept?.server === server ? composer.meaning(kept.compose).state.services : [];
}
