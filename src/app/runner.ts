// Runs jobs: each step written to the journal before and after it acts; the other of the two places that catch.
import { Refusal } from "../core/errors.ts";
import { mayFollow, type Ending, type Findings, type Job, type JobState } from "../core/job.ts";
import type { JournalEntry } from "../core/ledger.ts";
import { stepWords } from "../words/jobs.ts";
import { CancelledBy, whileCancellable } from "./cancelling.ts";
import { problemOf } from "./fleet.ts";
import { closeProgress, openProgress, Reporter, tellEnding, tellResumed } from "./reporter.ts";
import { StepFailed } from "./step.ts";
import { takeStep } from "./steps.ts";
import type { World } from "./world.ts";

/** Runs until the signal: queued jobs, and those a former life of moot left running. */
export async function runJobs(world: World, signal: AbortSignal): Promise<void> {
  const running = new Map<number, Promise<void>>();
  while (!signal.aborted) {
    for (const job of world.ledger.jobs.active()) {
      if (running.has(job.id)) continue;
      const run = runJob(world, job, signal).finally(() => running.delete(job.id));
      running.set(job.id, run);
    }
    await world.bells.jobs.wait(world.clock, undefined, signal);
  }
  await Promise.all(running.values());
}

async function runJob(world: World, job: Job, signal: AbortSignal): Promise<void> {
  const log = world.log.child({ job: job.id, app: job.app, server: job.server });
  const { jobs } = world.ledger;
  if (job.state === "queued") jobs.advance(job.id, "queued", "running", world.clock.now());
  else tellResumed(world, job, jobs.journal(job.id));
  const current = jobs.get(job.id) ?? job;
  openProgress(world, current);
  const ending = await whileCancellable(world, current, signal, (own) =>
    follow(world, current, own),
  ).catch((error: unknown) => {
    if (signal.aborted) return undefined;
    const reference = world.reference();
    log.error("a job met a bug", { reference, error });
    return failed("moot itself", `something in moot broke; its log has it under ${reference}`);
  });
  if (ending === undefined) return;
  conclude(world, current, ending);
  log.info("job ended", {
    state: ending.state,
    services: ending.services.map(({ service, ending: how }) => `${service}: ${how}`),
  });
}

/** Undefined when moot itself is being stopped: the job stays open, and is taken up at the next start. */
async function follow(world: World, job: Job, signal: AbortSignal): Promise<Ending | undefined> {
  const reporter = new Reporter(world, job);
  const journal = world.ledger.jobs.journal(job.id);
  let findings = foundBefore(journal);
  for (const [seq, step] of job.plan.steps.entries()) {
    if (isDone(journal, seq)) continue;
    try {
      signal.throwIfAborted();
      world.ledger.jobs.stepStarted(job.id, seq, step, world.clock.now());
      reporter.step(seq);
      const found = await takeStep({ world, job, journal, reporter }, step, signal);
      findings = { ...findings, ...found };
      world.ledger.jobs.stepDone(job.id, seq, world.clock.now(), found);
    } catch (error) {
      return stopped(signal, error, findings, stepWords(step));
    }
  }
  return { state: "succeeded", ...findings };
}

function isDone(journal: readonly JournalEntry[], seq: number): boolean {
  return journal.some((entry) => entry.seq === seq && entry.doneAt !== undefined);
}

/** What a former life of moot learnt in the steps that it finished. */
function foundBefore(journal: readonly JournalEntry[]): Findings {
  return journal.reduce<Findings>((found, { result }) => ({ ...found, ...result }), {
    services: [],
  });
}

function stopped(
  signal: AbortSignal,
  error: unknown,
  findings: Findings,
  step: string,
): Ending | undefined {
  if (signal.aborted) {
    const reason: unknown = signal.reason;
    return reason instanceof CancelledBy
      ? { state: "cancelled", ...findings, by: reason.user }
      : undefined;
  }
  if (error instanceof StepFailed) {
    return {
      state: error.state,
      ...findings,
      services: error.services,
      problem: { step, text: error.message },
    };
  }
  if (error instanceof Refusal) return failed(step, problemOf(error));
  throw error;
}

function failed(step: string, text: string): Ending {
  return { state: "failed", services: [], problem: { step, text } };
}

function conclude(world: World, job: Job, ending: Ending): void {
  const { ledger, clock } = world;
  ledger.together(() => {
    if (!advance(world, job, ending.state, ending)) return;
    const ended = ledger.jobs.get(job.id) ?? job;
    recordDeployment(world, ended, ending);
    ledger.audit.append(
      {
        who: job.by,
        what: "ending",
        on: job.app,
        event: job.command,
        detail: { job: job.id, state: ending.state, plan: job.plan.hash },
      },
      clock.now(),
    );
    closeProgress(world, ended);
    tellEnding(world, ended, ending);
  });
  world.bells.jobs.ring();
}

function advance(world: World, job: Job, to: JobState, ending: Ending): boolean {
  if (!mayFollow("running", to)) throw new Error(`a running job cannot become ${to}`);
  return world.ledger.jobs.advance(job.id, "running", to, world.clock.now(), ending);
}

function recordDeployment(world: World, job: Job, ending: Ending): void {
  const write = job.plan.steps.find((step) => step.kind === "deploy-stack");
  if (write === undefined) return;
  const env = job.plan.steps.find((step) => step.kind === "write-env")?.text ?? "";
  const { app, server, plan } = job;
  world.ledger.deployments.record({
    job: job.id,
    app,
    server,
    stack: write.stack,
    version: plan.version.to,
    compose: write.compose,
    env,
    at: world.clock.now(),
    good: ending.state === "succeeded",
  });
}
