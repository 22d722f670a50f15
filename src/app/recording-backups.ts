// Writes down what became of a backup, once a job: when it is judged, or when its job ends without that.
import { SAFETY, sum, type BackupFindings, type NewBackup } from "../core/backup.ts";
import { addFindings, type Ending, type Findings, type Job, type Verdict } from "../core/job.ts";
import type { World } from "./world.ts";

/** What the plan's steps have found so far, in whichever life of moot. */
function foundIn(world: World, { id, plan }: Job): Findings {
  return world.ledger.jobs
    .journal(id)
    .filter(({ seq }) => seq < plan.steps.length)
    .reduce<Findings>((found, { result = {} }) => addFindings(found, result), { services: [] });
}

export function backupIn(world: World, job: Job): Pick<BackupFindings, "parts" | "hooks"> {
  const { parts = [], hooks = [] } = foundIn(world, job);
  return { parts, hooks };
}

/** In the caller's transaction. `ending`: where the job is over, whatever became of it. */
export function recordBackup(world: World, job: Job, ending?: Ending): void {
  const { backups, audit } = world.ledger;
  const judge = job.plan.steps.find((step) => step.kind === "judge-backup");
  if (judge === undefined || backups.ofJob(job.id) !== undefined) return;
  const made = backupOf(world, job, judge.isSmallRight, ending);
  backups.record(made);
  const { parts, faults, server } = made;
  const detail = {
    job: job.id,
    server,
    good: faults.length === 0,
    faults: faults.map(({ kind }) => kind),
    snapshots: parts.map(({ snapshot }) => snapshot),
    bytes: sum(parts, "bytes"),
    ...(judge.isSmallRight && { smallIsRight: true }),
  };
  const entry = { who: job.by, what: "backup", on: job.app, event: job.command, detail };
  audit.append(entry, world.clock.now());
}

function backupOf(
  world: World,
  job: Job,
  isSmallRight: boolean,
  ending: Ending | undefined,
): NewBackup {
  const { id, app, server, by, verb, plan } = job;
  const found = foundIn(world, job);
  const { parts = [] } = found;
  const verdict = ending?.verdict ?? found.verdict ?? stoppedBy(ending);
  const save = plan.steps.find((step) => step.kind === "save");
  if (save === undefined) throw new Error("a backup without anything to save was judged");
  const seconds = parts.reduce((total, part) => total + part.seconds, 0);
  const secrets = save.secrets.flatMap(({ names }) => names).length;
  const { version } = save;
  const place = plan.scope.from ?? server;
  const cause = isOverwriting(plan) ? SAFETY : verb;
  const at = begunAt(world, job);
  const made = { job: id, app, server: place, version, by, cause, at, seconds, secrets };
  return { ...made, parts, isSmallRight, ...verdict };
}

/** What it saves is what it then writes over. */
export function isOverwriting({ steps }: Pick<Job["plan"], "steps">): boolean {
  return steps.some(({ kind }) => kind === "restore-volumes");
}

function begunAt(world: World, { id, startedAt, queuedAt }: Job): number {
  const begun = world.ledger.jobs.journal(id).find(({ step }) => step.kind === "save");
  return begun?.startedAt ?? startedAt ?? queuedAt;
}

function stoppedBy(ending: Ending | undefined): Verdict {
  const { problem } = ending ?? {};
  const why =
    problem === undefined
      ? "its job ended before"
      : `it stopped at "${problem.step}": ${problem.text}`;
  return { volumes: [], faults: [{ kind: "stopped", problem: why }] };
}
