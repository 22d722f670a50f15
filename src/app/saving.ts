// Saves what one node has of an app, with all that the app needs to live again elsewhere, and judges what was saved.
import { COMPARED, judgeBackup, measuredPaths, volumeMeasures } from "../core/backup-verdict.ts";
import type { BackupStep, SaveStep } from "../core/backup-steps.ts";
import { Refusal, type RefusalReason } from "../core/errors.ts";
import type { ExecFile } from "../core/exec.ts";
import type { Findings, Job } from "../core/job.ts";
import {
  COMPOSE_FILE,
  ENV_FILE,
  MANIFEST_FILE,
  manifestText,
  secretFile,
} from "../core/manifest.ts";
import { tagsOf } from "../core/snapshot-tags.ts";
import type { Load, Measure, VaultTold } from "../core/vault.ts";
import { faultWords } from "../words/backups.ts";
import { plain } from "../words/draw.ts";
import { savingWords } from "../words/vault-progress.ts";
import { refusalDoc } from "../words/refusals.ts";
import type { OnHost } from "./backing-up.ts";
import { backupIn, isOverwriting } from "./recording-backups.ts";
import { StepFailed } from "./step.ts";
import type { World } from "./world.ts";

/** Taken again it makes another snapshot; the one that nobody heard of counts for nothing and goes with time. */
export async function save(
  context: OnHost,
  step: SaveStep,
  signal: AbortSignal,
): Promise<Partial<Findings>> {
  const { world, job, host, reporter } = context;
  const { stack, node, volumes } = step;
  await requirePlaces(context, step, signal);
  const load: Load = {
    stack,
    node,
    host: snapshotHost(job.app, node),
    tags: tagsOf(job.app, job.id, isOverwriting(job.plan)),
    volumes,
    files: await filesOf(context, step, signal),
  };
  const told: VaultTold = (progress) => reporter.remark(savingWords(node, progress));
  const vault = world.vaults.get(host.server);
  const saved = await withRemedy(() => vault.save(load, told, signal));
  const { snapshot, files, bytes, added, seconds, kind } = saved;
  const unread = saved.unread.map(({ path, problem }) => ({ path, problem: world.mask(problem) }));
  const unknown = { path: "?", problem: "restic did not say what it could not read" };
  const missed = kind === "incomplete" && unread.length === 0 ? [unknown] : unread;
  return {
    parts: [{ node, snapshot, volumes, files, bytes, added, seconds, unread: missed }],
  };
}

/** What keeps a repository from being used has a remedy of its own, which a job's ending must not leave out. */
export async function withRemedy<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof Refusal) || !isOfRepository(error.reason)) throw error;
    throw new StepFailed(plain(refusalDoc(error.reason)).replaceAll("\n", " "));
  }
}

function isOfRepository({ kind }: RefusalReason): boolean {
  return kind.startsWith("repository-") || kind === "restic-unfit";
}

/** Retention counts each host by itself, so that no part of a backup pushes another out. */
function snapshotHost(app: string, node: string): string {
  return `${app}@${node}`;
}

/** Swarm may have started a task, and with it an empty volume, elsewhere since the plan was made. */
async function requirePlaces(
  { host }: OnHost,
  { node, volumes }: SaveStep,
  signal: AbortSignal,
): Promise<void> {
  if (volumes.length === 0) return;
  const names = volumes.map(({ name }) => name);
  const found = await host.cargo.look(names, signal);
  const gone = names.find((name) => !found.some((one) => one.name === name && one.node === node));
  if (gone === undefined) return;
  throw new StepFailed(
    `the volume ${gone} is no longer on node ${node}, so nothing of it was saved`,
  );
}

/** The values of secrets pass through moot's memory into the snapshot, and nowhere else. */
async function filesOf(
  { world, job, host }: OnHost,
  step: SaveStep,
  signal: AbortSignal,
): Promise<readonly ExecFile[]> {
  const { app } = job;
  const file = await world.apps.find(app, signal);
  // Not what a deployment wrote that failed: the app would not come back from that.
  const [kept] = world.ledger.deployments.good(app, 1);
  const compose = kept?.server === host.server ? kept.compose : undefined;
  const secrets: ExecFile[] = [];
  for (const { names, image } of step.secrets) {
    const values = await host.cargo.readSecrets(names, image, signal);
    for (const [name, content] of values) {
      secrets.push({ path: secretFile(name), content, mode: 0o600 });
    }
  }
  return [
    { path: MANIFEST_FILE, content: manifestOf(job, step, host.server) },
    ...(file === undefined ? [] : [{ path: ENV_FILE, content: file.text, mode: 0o600 }]),
    ...(compose === undefined ? [] : [{ path: COMPOSE_FILE, content: compose, mode: 0o600 }]),
    ...secrets,
  ];
}

function manifestOf({ id: job, app }: Job, step: SaveStep, server: string): string {
  const { stack, node, recipe, version, volumes, hooks } = step;
  const secrets = step.secrets.flatMap(({ names }) => names);
  const facts = { app, server, stack, node, recipe, version, job };
  return manifestText({ ...facts, volumes, secrets, hooks });
}

/** Far enough back for the newest word that smaller is right. */
const LOOKED_AT = 2 * COMPARED;

export async function judge(
  context: OnHost,
  { isSmallRight }: Extract<BackupStep, { readonly kind: "judge-backup" }>,
  signal: AbortSignal,
): Promise<Partial<Findings>> {
  const { world, job, host } = context;
  const { parts, hooks } = backupIn(world, job);
  const saves = job.plan.steps.filter(({ kind }) => kind === "save");
  if (parts.length !== saves.length) throw new Error("a part of the backup is not in the journal");
  const measures = await measure(world, host.server, parts, signal);
  const volumes = volumeMeasures(parts, measures);
  const before = world.ledger.backups.good(job.app, host.server, LOOKED_AT);
  const faults = judgeBackup({ parts, hooks, volumes, measures, before, isSmallRight });
  const verdict = { volumes, faults };
  if (faults.length === 0) return { verdict };
  const why = faults.map(faultWords).join("; ");
  throw new StepFailed(`it does not count as a backup: ${why}`, undefined, "failed", { verdict });
}

async function measure(
  world: World,
  server: OnHost["host"]["server"],
  parts: ReturnType<typeof backupIn>["parts"],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly Measure[]>> {
  const vault = world.vaults.get(server);
  const measures = new Map<string, readonly Measure[]>();
  for (const { snapshot, volumes } of parts) {
    const paths = measuredPaths(volumes);
    if (paths.length === 0) continue;
    measures.set(snapshot, await withRemedy(() => vault.measure(snapshot, paths, signal)));
  }
  return measures;
}
