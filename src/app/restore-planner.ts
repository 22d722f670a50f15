// Plans a restore over an app as it is: from which snapshot, into which volumes, what stops meanwhile, and what will not fit.
import { planAct } from "../core/act-plan.ts";
import type { Paused } from "../core/backup-steps.ts";
import { isDatabase } from "../core/databases.ts";
import { unloadedVolumes } from "../core/dumps.ts";
import { Refusal } from "../core/errors.ts";
import type { Danger, Plan, Warning } from "../core/plan.ts";
import {
  mattersOf,
  renamed,
  shortOf,
  type RestoreMatter,
  type RestorePoint,
} from "../core/restore.ts";
import { sourcesOf, type Placing } from "../core/restore-sources.ts";
import { releaseOfRestore, stepsOfRestore, type RestorePlan } from "../core/restore-steps.ts";
import type { RestoreRequest } from "../core/request.ts";
import type { ServiceState } from "../core/state.ts";
import { planAnew } from "./anew-planner.ts";
import { oddityWarnings, prepareBackup, type Prepared } from "./backup-planner.ts";
import type { Gate } from "./gate.ts";
import { groundOf, type Ground } from "./ground.ts";
import { choosePoint } from "./restore-choice.ts";
import type { World } from "./world.ts";

/** Whole volumes, however small: whatever is there now is what must be able to return. */
const SAFETY = { stop: [], isAll: true, isSmallRight: true };

/** Throws Refusal `no-repository`, `app-unsettled`, `cannot-restore`, and as `choosePoint` does. */
export async function planRestore(
  world: World,
  gate: Gate,
  request: RestoreRequest,
  signal: AbortSignal,
): Promise<Plan> {
  const ground = await groundOf(world, gate, request.app, signal);
  const { server } = ground;
  const point = await choosePoint(world, request, { server, to: server }, signal);
  if (await isAllGone(world, ground, point, signal))
    return planAnew(world, gate, { found: ground, point }, signal);
  // The backup may be in another's.
  if (request.noBackup === undefined) world.vaults.get(server);
  const restoring = await prepareRestore(world, ground, { point, ...noBackup(request) }, signal);
  const { plan: restore, matters } = restoring;
  const steps = stepsOfRestore(restore);
  const stopped = restore.paused.map(({ service }) => service);
  const volumes = restore.sources.flatMap((source) => source.volumes.map(({ to }) => to));
  return planAct(
    {
      ...ground,
      act: request.kind,
      services: ground.services.map(({ name: service }) => ({
        service,
        fate: stopped.includes(service) ? "restarts" : "unchanged",
        changes: [],
      })),
      warnings: [...matters.map(warningOf), ...restoring.warnings],
      dangers: [overwriting(point), ...(restore.safety ? [] : [WITHOUT])],
      tier: "change",
      steps,
      release: releaseOfRestore(restore, steps),
      secrets: restore.safety?.secrets.flatMap(({ names }) => names) ?? [],
      volumes,
      revision: ground.actual.revision,
    },
    world,
  );
}

const WITHOUT: Danger = { kind: "without-backup" };

function noBackup({ noBackup: is }: RestoreRequest): { readonly noBackup?: true } {
  return is === undefined ? {} : { noBackup: is };
}

/** Where neither the stack is there nor any volume that the backup has data of, nothing can be overwritten, and all of it is made again. */
async function isAllGone(
  { hosts }: World,
  { server, stack, services }: Ground,
  { manifest, parts }: RestorePoint,
  signal: AbortSignal,
): Promise<boolean> {
  const held = parts.flatMap(({ volumes }) => volumes.map(({ name }) => name));
  if (services.length > 0 || held.length === 0) return false;
  const names = held.map((name) => renamed(name, manifest.stack, stack));
  return (await hosts.get(server).cargo.look(names, signal)).length === 0;
}

export function warningOf(matter: RestoreMatter): Warning {
  return { kind: "restore", matter };
}

export function overwriting({ parts, at }: RestorePoint): Danger {
  return {
    kind: "overwrites",
    volumes: parts.flatMap(({ volumes }) => volumes),
    snapshots: parts.map(({ snapshot }) => snapshot),
    at,
  };
}

interface Restoring {
  readonly plan: RestorePlan;
  readonly matters: readonly RestoreMatter[];
  readonly warnings: readonly Warning[];
}

interface Wish {
  readonly point: RestorePoint;
  readonly noBackup?: true;
}

/** Throws Refusal `app-unsettled`, or `cannot-restore` with all that bars it. */
export async function prepareRestore(
  world: World,
  ground: Ground,
  { point, noBackup: isBare }: Wish,
  signal: AbortSignal,
): Promise<Restoring> {
  const { app, stack, server, services } = ground;
  const host = world.hosts.get(server);
  const [prepared, sight, secrets] = await Promise.all([
    prepareBackup(world, ground, SAFETY, signal),
    host.sight(stack, signal),
    host.secretsOf(stack, signal),
  ]);
  // Of all volumes there is always something to take.
  if (typeof prepared === "string") throw new Error(`nothing of ${app} could be saved`);
  const hooks = point.manifest.hooks;
  const placing: Placing = { ...prepared.backup, services: services.map(({ name }) => name) };
  const found = sourcesOf(point, placing);
  if (found.kind === "barred") {
    const snapshot = shortOf(point);
    throw new Refusal({ kind: "cannot-restore", app, snapshot, bars: found.bars });
  }
  const up = sight.services.filter((one) => one.tasks.some(({ state }) => state === "running"));
  const runnable = hooks.filter(
    ({ service, when }) => when === "restore-post" || up.some(({ name }) => name === service),
  );
  const first = services.filter(
    (one) => isDatabase(one) || hooks.some(({ service }) => service === one.name),
  );
  // A hook may write to more than its own dump.
  const reached = hooks.length === 0 ? [] : first.flatMap((one) => one.volumes);
  const safety = isBare === true ? undefined : safetyOf(prepared, [...found.touched, ...reached]);
  const used = services.flatMap((one) => one.secrets);
  const plan: RestorePlan = {
    stack,
    services: services.map(({ name }) => name),
    paused: stoppedFor(services, found.touched),
    first: first.map(({ name }) => name),
    hooks: runnable,
    ...(safety !== undefined && { safety }),
    sources: found.sources,
    seconds: prepared.backup.seconds,
  };
  const now = {
    version: ground.version,
    env: ground.file.text,
    secrets: secrets.filter(({ name }) => used.includes(name)),
    volumes: prepared.backup.loads.flatMap(({ volumes }) => volumes.map(({ name }) => name)),
  };
  const matters = [...mattersOf(point, now), ...mattersHere({ plan, services, hooks })];
  return { plan, matters, warnings: safety ? oddityWarnings(unread(prepared)) : [] };
}

/** Of what the safety snapshot leaves out; at rest and as it runs it never is, since its services are stopped. */
function unread({ oddities }: Prepared): Prepared["oddities"] {
  return oddities.filter(({ kind }) => kind === "secrets-unread");
}

function safetyOf(
  { backup: { loads, secrets, recipe, version } }: Prepared,
  touched: readonly string[],
): RestorePlan["safety"] {
  const kept = loads.map(({ node, volumes }) => ({
    node,
    volumes: volumes.filter(({ name }) => touched.includes(name)),
  }));
  return { loads: kept.filter(({ volumes }) => volumes.length > 0), secrets, recipe, version };
}

/** All of them: one that only reads would not know what to make of data that change under it. Those with data stop last. */
function stoppedFor(
  services: readonly ServiceState[],
  touched: readonly string[],
): readonly Paused[] {
  const running = services.flatMap(({ name: service, replicas, volumes }) =>
    replicas === "global" || replicas === 0
      ? []
      : [{ service, replicas, hasData: volumes.some((name) => touched.includes(name)) }],
  );
  return running
    .toSorted((one, other) => Number(one.hasData) - Number(other.hasData))
    .map(({ service, replicas }) => ({ service, replicas }));
}

function mattersHere({
  plan,
  services,
  hooks,
}: Pick<Restoring, "plan"> & {
  readonly services: readonly ServiceState[];
  readonly hooks: RestorePlan["hooks"];
}): readonly RestoreMatter[] {
  const everywhere = services
    .filter(({ replicas }) => replicas === "global")
    .map(({ name }) => name);
  const skipped = hooks.filter((hook) => !plan.hooks.includes(hook)).map(({ service }) => service);
  const saved = plan.safety?.loads.flatMap(({ volumes }) => volumes.map(({ name }) => name));
  const written = plan.sources.flatMap(({ volumes }) =>
    volumes.map(({ to: name, paths }) => ({ name, ...(paths !== undefined && { paths }) })),
  );
  const unloaded = unloadedVolumes(services, hooks, written);
  return [
    ...(unloaded.length > 0 ? [{ kind: "nothing-loads", volumes: unloaded } as const] : []),
    ...(saved === undefined ? [] : [{ kind: "safety", volumes: saved } as const]),
    ...(everywhere.length > 0 ? [{ kind: "runs-on", services: everywhere } as const] : []),
    ...(skipped.length > 0 ? [{ kind: "hook-skipped", services: skipped } as const] : []),
    ...(services.length === 0 ? [{ kind: "stays-down" } as const] : []),
  ];
}
