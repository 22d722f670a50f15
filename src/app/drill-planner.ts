// Plans a drill: the newest backup that counts, made into a scratch stack on a server that has room for it.
import { planAct } from "../core/act-plan.ts";
import type { DrillBar } from "../core/drill-errors.ts";
import { releaseOfDrill, stepsOfDrill, type DrillPlan } from "../core/drill-plan.ts";
import { Refusal } from "../core/errors.ts";
import { isRecipeName, isStackName, type ServerName, type StackName } from "../core/ids.ts";
import { COMPOSE_FILE } from "../core/manifest.ts";
import type { Plan } from "../core/plan.ts";
import type { AppFile, Survey } from "../core/ports.ts";
import type { DrillRequest } from "../core/request.ts";
import { shortOf, type RestorePoint } from "../core/restore.ts";
import {
  renamedFor,
  scratchStack,
  type Cut,
  type Scratch,
  type ScratchFacts,
} from "../core/scratch.ts";
import { NAME_LIMITS } from "../core/stack.ts";
import type { UnknownBackups } from "../core/unknown-backups.ts";
import type { Gate } from "./gate.ts";
import { findPoint, textOf } from "./restore-points.ts";
import { bytesOf, SPARE } from "./restore-room.ts";
import { newerUnknown } from "./unknown-backups.ts";
import type { World } from "./world.ts";

/** Of a server's memory, what a drill may take beside all that runs there. */
const SHARE = 0.5;

/** Throws Refusal `cannot-drill` with all that bars it, and as `findPoint` does. */
export async function planDrill(
  world: World,
  gate: Gate,
  request: DrillRequest,
  signal: AbortSignal,
): Promise<Plan> {
  const file = await gate.app(request.app, signal);
  const server = request.server ?? file.server;
  gate.require({ server, app: file.app }, `${file.app} on ${server}`);
  const point = await findPoint(world, { app: file.app, repository: file.server }, signal);
  const unknown = await newerUnknown(world, file, point, signal);
  const ground = { file, server, point, ...(unknown && { unknown }) };
  const { plan, facts } = await prepareDrill(world, ground, signal);
  const { recipe, version } = point.manifest;
  if (!isRecipeName(recipe)) throw new Error(`a snapshot of the recipe ${recipe}`);
  const steps = stepsOfDrill(plan);
  return planAct(
    {
      act: request.kind,
      app: file.app,
      server,
      recipe,
      stack: plan.stack,
      version,
      warnings: warningsFor(ground, facts),
      tier: point.repository === server ? "routine" : "change",
      steps,
      release: releaseOfDrill(plan, steps),
      secrets: plan.secrets.map(({ to }) => to),
      volumes: plan.volumes,
    },
    world,
  );
}

function warningsFor(
  { file: { app }, server, point: { parts, at, repository }, unknown }: Ground,
  { leftOut, lacks, unchecked }: ScratchFacts,
): Plan["warnings"] {
  const snapshots = parts.map(({ snapshot }) => snapshot);
  return [
    { kind: "drill", matter: { kind: "tries", snapshots, at } },
    ...(unknown === undefined
      ? []
      : [{ kind: "drill", matter: { kind: "passes-over", app, unknown } } as const]),
    ...(leftOut.length === 0
      ? []
      : [{ kind: "drill", matter: { kind: "left-out", paths: leftOut } } as const]),
    ...(lacks.length === 0
      ? []
      : [{ kind: "drill", matter: { kind: "powerless", lacks } } as const]),
    ...(unchecked.length === 0
      ? []
      : [{ kind: "drill", matter: { kind: "unchecked", services: unchecked } } as const]),
    ...(repository === server
      ? []
      : [{ kind: "drill", matter: { kind: "elsewhere", server, repository } } as const]),
  ];
}

interface Ground {
  readonly file: AppFile;
  readonly server: ServerName;
  readonly point: RestorePoint;
  /** Newer than that. */
  readonly unknown?: UnknownBackups;
}

async function prepareDrill(
  world: World,
  ground: Ground,
  signal: AbortSignal,
): Promise<{ readonly plan: DrillPlan; readonly facts: ScratchFacts }> {
  const { file, server, point } = ground;
  const { manifest, repository, parts } = point;
  const [first] = parts;
  const from = manifest.stack;
  if (first === undefined || !isStackName(from)) throw barred(ground, [{ kind: "no-stack-text" }]);
  const kept = { repository, snapshot: first.snapshot };
  const [text, survey] = await Promise.all([
    textOf(world, kept, COMPOSE_FILE, signal),
    world.hosts.get(server).survey(signal),
  ]);
  if (text === undefined) throw barred(ground, [{ kind: "no-stack-text" }]);
  const cut = cutFor(world, { app: file.app, from, survey });
  const { compose: whole, facts } = scratchOf(world, ground, text, cut);
  const bytes = await bytesOf(world, point, signal);
  const bars = [
    ...barsOf(point, facts, cut.to),
    ...roomBars(survey, bytes, facts.memory),
    ...(repository === server || world.vaults.isShared(repository)
      ? []
      : [{ kind: "out-of-reach", repository } as const]),
  ];
  if (bars.length > 0) throw barred(ground, bars);
  const hooks = manifest.hooks.filter(({ when }) => when.startsWith("restore"));
  const only = hooks.map(({ service }) => service);
  const plan: DrillPlan = {
    stack: cut.to,
    app: file.app,
    repository,
    node: cut.node,
    images: facts.images,
    volumes: facts.volumes.map(({ to }) => to),
    secrets: facts.secrets,
    sources: sourcesOf(point, facts, cut),
    hooks,
    mounts: renamedMounts(facts.mounts, cut),
    services: facts.services,
    checks: facts.checks,
    unchecked: facts.unchecked,
    compose: { whole, first: scratchOf(world, ground, text, { ...cut, only }).compose },
    seconds: world.policy.patience,
  };
  return { plan, facts };
}

/** The text was on the server when it was saved, and this goes to the docker CLI of moot's own machine. */
function scratchOf({ composer, ledger }: World, ground: Ground, text: string, cut: Cut): Scratch {
  const isOwn = !ground.point.isKnown || ledger.deployments.hasWritten(ground.file.app, text);
  const made = isOwn ? composer.scratch(text, cut) : undefined;
  if (made === undefined) throw barred(ground, [{ kind: "stack-text-changed" }]);
  return made;
}

function cutFor(
  { sha256 }: World,
  { app, from, survey }: Pick<AppFile, "app"> & { from: StackName; survey: Survey },
): Cut {
  const node = survey.nodes.find(({ role, isUp }) => role === "manager" && isUp);
  if (node === undefined) throw new Error("a swarm answered, and none of its managers is up");
  const memory = Math.floor(survey.memory * SHARE);
  return { app, from, to: scratchStack(app, sha256), node: node.name, memory };
}

function renamedMounts(mounts: ScratchFacts["mounts"], cut: Cut): DrillPlan["mounts"] {
  const named = Object.entries(mounts).map(
    ([service, names]) => [service, names.map((name) => renamedFor(cut, name))] as const,
  );
  return Object.fromEntries(named);
}

/** What no service uses any more is not tried. */
function sourcesOf(
  { parts }: RestorePoint,
  { volumes: used }: ScratchFacts,
  cut: Cut,
): DrillPlan["sources"] {
  return parts.map(({ snapshot, volumes }) => ({
    snapshot,
    volumes: volumes
      .filter(({ name }) => used.some(({ from }) => from === name))
      .map(({ name, paths }) => ({
        from: name,
        to: renamedFor(cut, name),
        // It is new, and nothing else is in it but what its own service has made.
        isEmptied: paths === undefined,
        ...(paths !== undefined && { paths }),
      })),
  }));
}

function barsOf(
  { manifest, parts }: RestorePoint,
  facts: ScratchFacts,
  to: StackName,
): readonly DrillBar[] {
  const names = parts.flatMap(({ volumes }) => volumes.map(({ name }) => name));
  const twice = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  const homeless = manifest.hooks.filter(
    ({ when, service }) => when.startsWith("restore") && !facts.services.includes(service),
  );
  const long = facts.secrets.filter(({ to: name }) => name.length > NAME_LIMITS.secret);
  return [
    ...(facts.services.length === 0 ? [{ kind: "nothing-runs" } as const] : []),
    ...facts.secrets
      .filter(({ from }) => !manifest.secrets.includes(from))
      .map(({ from: name }) => ({ kind: "absent", what: "secret", name }) as const),
    ...facts.lacking.map((name) => ({ kind: "absent", what: "config", name }) as const),
    ...[...twice].map((volume) => ({ kind: "volume-twice", volume }) as const),
    ...homeless.map(({ service }) => ({ kind: "hook-homeless", service }) as const),
    ...long.map(({ to: name }) => ({ kind: "name-too-long", name: name.replace(to, "") }) as const),
  ];
}

function roomBars(
  { disk, memory: all }: Survey,
  bytes: number,
  memory: number,
): readonly DrillBar[] {
  const needs = bytes + SPARE;
  const has = Math.floor(all * SHARE);
  return [
    ...(disk !== undefined && disk.free < needs
      ? [{ kind: "no-room", what: "disk", needs, has: disk.free } as const]
      : []),
    ...(memory > has ? [{ kind: "no-room", what: "memory", needs: memory, has } as const] : []),
  ];
}

function barred({ file: { app }, server, point }: Ground, bars: readonly DrillBar[]): Refusal {
  return new Refusal({ kind: "cannot-drill", app, snapshot: shortOf(point), server, bars });
}
