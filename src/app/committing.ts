// Writes what a job did into the team's git repository: at its end, and also where it did not come to its end.
import { Refusal } from "../core/errors.ts";
import type { Ending, Findings, Job } from "../core/job.ts";
import type { Step } from "../core/step.ts";
import { isPassive } from "../words/steps.ts";
import { unfinishedWords } from "../words/sync.ts";
import { syncProblem } from "../words/sync-problem.ts";
import { isDiskFull } from "./space.ts";
import { recordStep } from "./step-audit.ts";
import { Turns } from "./turns.ts";
import type { World } from "./world.ts";

type Commit = Extract<Step, { readonly kind: "commit" }>;

/** Whoever writes env files, or lets git write them, does it in turn. */
export const envFiles = new Turns();

/** What keeps the commit from being made or shared is told with the ending; the servers are as the job left them, whatever git says. */
export async function commitStep(
  world: World,
  job: Job,
  { path, from, message }: Commit,
  signal: AbortSignal,
): Promise<Partial<Findings>> {
  // Unlike the job's number, the command is no other moot's.
  const id = `${job.id} ${job.command}`;
  const act = { id, path, message, author: job.by, ...(from !== undefined && { from }) };
  try {
    const { problem } = await envFiles.take(() => world.sync.record(act, signal));
    return problem === undefined ? {} : { sync: { isCommitted: true, problem } };
  } catch (error) {
    if (!(error instanceof Refusal) || isDiskFull(error)) throw error;
    return { sync: { isCommitted: false, problem: syncProblem(error.reason) } };
  }
}

/**
 * A job that failed or was stopped has changed files, too: left uncommitted they would bar every command after it. Undefined when
 * moot is being stopped.
 */
export async function commitUnfinished(
  world: World,
  job: Job,
  ending: Ending,
  signal: AbortSignal,
): Promise<Ending | undefined> {
  const open = openCommit(world, job, ending);
  if (open === undefined) return ending;
  const { seq, step } = open;
  const { ledger, clock } = world;
  try {
    ledger.jobs.stepStarted(job.id, seq, step, clock.now());
    const message = `${step.message}\n\n${unfinishedWords(ending.state)}`;
    const found = await commitStep(world, job, { ...step, message }, signal);
    ledger.together(() => {
      ledger.jobs.stepDone(job.id, seq, clock.now(), found);
      recordStep(world, job, seq, step);
    });
    return { ...ending, ...found };
  } catch (error) {
    if (signal.aborted) return undefined;
    if (isDiskFull(error)) throw error;
    const reference = world.reference();
    world.log.error("a commit met a bug", { reference, job: job.id, error });
    const problem = `something in moot broke; its log has it under ${reference}`;
    return { ...ending, sync: { isCommitted: false, problem } };
  }
}

/** The commit that the job did not come to, if it did anything at all. */
function openCommit(
  world: World,
  { id, plan }: Job,
  { state }: Ending,
): { readonly seq: number; readonly step: Commit } | undefined {
  const seq = plan.steps.findIndex(({ kind }) => kind === "commit");
  const step = plan.steps[seq];
  if (state === "succeeded" || step?.kind !== "commit") return undefined;
  const journal = world.ledger.jobs.journal(id);
  const isMade = journal.some((entry) => entry.seq === seq && entry.doneAt !== undefined);
  return isMade || journal.every((entry) => isPassive(entry.step)) ? undefined : { seq, step };
}
