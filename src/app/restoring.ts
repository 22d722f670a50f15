// The steps of a restore: data of a snapshot go into volumes, and back again from the safety snapshot when anything fails.
import { Refusal } from "../core/errors.ts";
import type { Findings } from "../core/job.ts";
import { secretFile } from "../core/manifest.ts";
import type { PlaceSecret, RestoreVolumes, UndoRestore } from "../core/restore-steps.ts";
import type { Restored, RestoredVolume, VaultTold } from "../core/vault.ts";
import { restoredWords, undoneWords, unwrittenWords } from "../words/restores.ts";
import { restoringWords } from "../words/vault-progress.ts";
import { throughLosses, type OnHost } from "./backing-up.ts";
import { problemOf } from "./fleet.ts";
import { backupIn } from "./recording-backups.ts";
import { withRemedy } from "./saving.ts";
import { StepFailed } from "./step.ts";

export async function restoreVolumes(
  context: OnHost,
  step: RestoreVolumes,
  signal: AbortSignal,
): Promise<Partial<Findings>> {
  const { snapshot } = step;
  let [files, bytes] = [0, 0];
  for (const [node, volumes] of await placesOf(context, step, signal)) {
    const restored = await put(context, { ...step, node, volumes }, signal);
    files += restored.files;
    bytes += restored.bytes;
  }
  return { note: restoredWords({ snapshot, files, bytes }) };
}

/** Bytes; swarm takes no larger ones. */
const LARGEST_SECRET = 512_000;

/** The value passes through moot's memory, and nowhere else. One that is there already, of this job's earlier try, is left. */
export async function placeSecret(
  { world, host }: OnHost,
  { name, from, repository, snapshot }: PlaceSecret,
  signal: AbortSignal,
): Promise<void> {
  const vault = world.vaults.get(repository);
  const path = secretFile(from);
  const value = await withRemedy(() => vault.read(snapshot, path, LARGEST_SECRET, signal));
  await host.createSecret(name, value, signal);
}

interface Putting extends Pick<RestoreVolumes, "stack" | "repository" | "snapshot"> {
  readonly node: string;
  readonly volumes: readonly RestoredVolume[];
}

async function put(
  { world, reporter, host }: OnHost,
  { repository, ...restoring }: Putting,
  signal: AbortSignal,
): Promise<Restored> {
  const { node } = restoring;
  const told: VaultTold = (progress) => reporter.remark(restoringWords(node, progress));
  const vault = world.vaults.get(repository, host.server);
  const restored = await withRemedy(() => vault.restore(restoring, told, signal));
  if (restored.kind === "whole") return restored;
  const unwritten = restored.unwritten.map(({ path, problem }) => ({
    path,
    problem: world.mask(problem),
  }));
  throw new StepFailed(unwrittenWords(node, unwritten));
}

/** Where the plan could not know it, swarm has made the volumes meanwhile. */
async function placesOf(
  { host }: OnHost,
  { node, volumes }: RestoreVolumes,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly RestoredVolume[]>> {
  if (node !== undefined) return new Map([[node, volumes]]);
  const names = volumes.map(({ to }) => to);
  const found = await host.cargo.look(names, signal);
  return Map.groupBy(volumes, ({ to }) => {
    const nodes = found.filter(({ name }) => name === to);
    const [only, ...more] = nodes;
    if (only !== undefined && more.length === 0) return only.node;
    const where = nodes.length === 0 ? "on no node" : `on ${nodes.length} nodes`;
    throw new StepFailed(`the volume ${to} is ${where}, so nobody knows where its data belong`);
  });
}

/** On the way out nothing may keep the services from being started: what could not be put back is told, with the way to do it. */
export async function undoRestore(
  context: OnHost,
  { stack, services }: UndoRestore,
  signal: AbortSignal,
): Promise<Partial<Findings>> {
  const { world, job, host } = context;
  const { app } = job;
  if (!isOverwritten(context)) return { note: undoneWords({ kind: "untouched", app }) };
  const { parts } = backupIn(world, job);
  const snapshots = parts.map(({ snapshot }) => snapshot);
  if (parts.length === 0) return { note: undoneWords({ kind: "no-safety", app }) };
  try {
    await throughLosses(context, () => stopThose(context, { stack, services }, signal), signal);
    for (const { node, snapshot, volumes: saved } of parts) {
      const volumes = saved.map(({ name }) => ({ from: name, to: name, isEmptied: true }));
      const { server: repository } = host;
      const putting = { stack, repository, snapshot, node, volumes };
      await throughLosses(
        context,
        async () => {
          await put(context, putting, signal);
        },
        signal,
      );
    }
    return { note: undoneWords({ kind: "undone", app, snapshots }) };
  } catch (error) {
    const isKnown = error instanceof StepFailed || error instanceof Refusal;
    if (signal.aborted || !isKnown) throw error;
    const problem = error instanceof StepFailed ? error.message : problemOf(error);
    return { note: undoneWords({ kind: "stuck", app, snapshots, problem }) };
  }
}

/** In a step back some are of one version alone, and not there before or after. */
async function stopThose(
  { host }: OnHost,
  { stack, services }: Pick<UndoRestore, "stack" | "services">,
  signal: AbortSignal,
): Promise<void> {
  const { services: there } = await host.sight(stack, signal);
  const names = new Set(there.map(({ name }) => name));
  for (const { service } of services)
    if (names.has(service)) await host.pause(stack, service, signal);
}

function isOverwritten({ world, job: { id, plan } }: OnHost): boolean {
  return world.ledger.jobs
    .journal(id)
    .some(({ seq, step }) => seq < plan.steps.length && step.kind === "restore-volumes");
}
