// Plans an app made again of its backup alone: on another server where its own is lost, or on its own that was emptied.
import { recipeOf, setRecipe } from "../core/envfile.ts";
import { Refusal } from "../core/errors.ts";
import type { AppName, ServerName } from "../core/ids.ts";
import type { Plan } from "../core/plan.ts";
import type { AppFile } from "../core/ports.ts";
import type { RestoreRequest } from "../core/request.ts";
import { anewPlan, obstaclesOfAnew, type Anew } from "../core/restore-anew.ts";
import { volumesMade } from "../core/restore-beside.ts";
import { mattersOf, shortOf, type RestoreMatter, type RestorePoint } from "../core/restore.ts";
import type { Actual } from "../core/state.ts";
import type { Step } from "../core/step.ts";
import { envOf, stackOf } from "./app-facts.ts";
import { impossible } from "./draft.ts";
import type { Gate } from "./gate.ts";
import { inTime } from "./in-time.ts";
import { domainOf } from "./move-planner.ts";
import { choosePoint } from "./restore-choice.ts";
import { bytesOf, SPARE } from "./restore-room.ts";
import { planWriting } from "./stack-planner.ts";
import { findApp, type Found } from "./target.ts";
import type { World } from "./world.ts";

/** Milliseconds that a server has to say whether the app runs there. */
const PATIENCE = 20_000;

/**
 * Neither this nor the job needs the old server. Throws Refusal `bad-argument`, `not-lost`, `repository-apart`, `plan-impossible`
 * where something of the app is on the other one already, `cannot-restore`, and as `choosePoint` does and a new app.
 */
export async function planElsewhere(
  world: World,
  gate: Gate,
  { request, to }: { readonly request: RestoreRequest; readonly to: ServerName },
  signal: AbortSignal,
): Promise<Plan> {
  const { app } = request;
  const { file, ...found } = await findApp(world, gate, { app }, signal);
  if (file === undefined) throw new Error(`the app ${app} was found without its file`);
  const { server } = file;
  gate.require({ server: to, app }, `${app} on ${to}`);
  if (server === to) throw alreadyThere(app, to);
  const isSilent = await isLost(world, file, to, signal);
  const point = await choosePoint(world, request, { server, to }, signal);
  const from = { server, isSilent };
  return planAnew(world, gate, { found: { ...found, server: to, file }, point, from }, signal);
}

function alreadyThere(app: AppName, server: ServerName): Refusal {
  const problem = `${app} is on ${server} already; leave --server out.`;
  const usage = [`!restore ${app} [SNAPSHOT]`];
  return new Refusal({ kind: "bad-argument", command: "restore", problem, usage });
}

/** Whether the server says nothing; where it does, nothing of the app may run there. Throws Refusal `not-lost`. */
async function isLost(
  world: World,
  file: AppFile,
  to: ServerName,
  signal: AbortSignal,
): Promise<boolean> {
  const { app, server } = file;
  if (!world.hosts.servers.includes(server)) return true;
  const look = (inner: AbortSignal): Promise<Actual> =>
    world.hosts.get(server).inspect(stackOf(file), inner);
  const patience = { clock: world.clock, milliseconds: PATIENCE };
  const found = await orSilent(() => inTime(patience, look, signal));
  if (found === "late") return true;
  if (found.live !== undefined) throw new Refusal({ kind: "not-lost", app, server, to });
  return false;
}

async function orSilent<T>(look: () => Promise<T>): Promise<T | "late"> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof Refusal) return "late";
    throw error;
  }
}

export interface Anewing {
  /** `server`: where it is to be; `file`: as it is, wherever that is. */
  readonly found: Found & { readonly file: AppFile };
  readonly point: RestorePoint;
  readonly from?: Anew["from"];
}

/** As `planElsewhere`, of a backup that is found already. */
export async function planAnew(
  world: World,
  gate: Gate,
  { found, point, from }: Anewing,
  signal: AbortSignal,
): Promise<Plan> {
  const { app, server } = found;
  const then = fileOfThen(world, found, point);
  const { secrets, version } = point.manifest;
  const plan = await planWriting(
    world,
    gate,
    {
      kind: "deploy",
      app,
      ...(version !== "" && { version }),
      isChaos: false,
      settings: [],
      anew: { found: { ...found, file: then }, secrets },
    },
    signal,
  );
  const host = world.hosts.get(server);
  const { stack } = plan.scope;
  const [there, actual, sights] = await Promise.all([
    host.cargo.look(volumesMade(plan), signal),
    host.inspect(stack, signal),
    host.secretsOf(stack, signal),
  ]);
  const obstacles = from === undefined ? [] : obstaclesOfAnew(plan, point, actual, there);
  if (obstacles.length > 0) throw impossible({ app }, obstacles);
  await requireRoom(world, { app, server, point }, signal);
  const used = sights.filter(({ name }) => plan.scope.secrets.includes(name));
  const now = { version, env: then.text, secrets: used, volumes: [] };
  const writeEnv = envStep(found.file, then);
  return anewPlan(plan, point, {
    there,
    sha256: world.sha256,
    ...(from && { from }),
    ...(writeEnv && { writeEnv }),
    matters: [...mattersOf(point, now), ...homeOf(world, { then, from, actual })],
  });
}

/** The recipe is the one that moot knows of the app, whatever a server that is lost has written. */
function fileOfThen(
  world: World,
  { app, server, type, file }: Found & { readonly file: AppFile },
  { env }: RestorePoint,
): AppFile {
  const path = world.apps.pathOf(app, server);
  const then = { app, server, path, text: env ?? file.text };
  const read = envOf(then);
  return recipeOf(read)?.recipe === type ? then : { ...then, text: setRecipe(read, type).text };
}

function envStep(now: AppFile, { path, text }: AppFile): Step | undefined {
  if (now.path !== path) {
    const before = now.text === text ? {} : { before: now.text };
    return { kind: "move-env", from: now.path, to: path, text, ...before };
  }
  return now.text === text ? undefined : { kind: "write-env", path, text, before: now.text };
}

interface Room {
  readonly app: AppName;
  readonly server: ServerName;
  readonly point: RestorePoint;
}

async function requireRoom(
  world: World,
  { app, server, point }: Room,
  signal: AbortSignal,
): Promise<void> {
  const { disk } = await world.hosts.get(server).survey(signal);
  const needs = (await bytesOf(world, point, signal)) + SPARE;
  if (disk === undefined || disk.free >= needs) return;
  const bars = [{ kind: "no-room", server, needs, has: disk.free } as const];
  throw new Refusal({ kind: "cannot-restore", app, snapshot: shortOf(point), bars });
}

interface Home extends Pick<Anewing, "from"> {
  readonly then: AppFile;
  readonly actual: Actual;
}

function homeOf({ vaults }: World, { then, from, actual }: Home): readonly RestoreMatter[] {
  if (from === undefined) return [];
  return [
    {
      kind: "new-home",
      ...domainOf(then),
      from: from.server,
      server: then.server,
      addresses: actual.addresses.toSorted(),
      hasRepository: vaults.servers.includes(then.server),
    },
  ];
}
