// Runs jobs: each step written to the journal before and after it acts; the other of the two places that catch.
import { Refusal } from "../core/errors.ts";
import { mayFollow, type Ending, type Findings, type Job, type JobState } from "../core/job.ts";
import type { JournalEntry } from "../core/ledger.ts";
import type { Step } from "../core/plan.ts";
import type { Log } from "../core/ports.ts";
import { leftWords, stepWords } from "../words/jobs.ts";
import { tellDoneAlone } from "./breaking.ts";
import { CancelledBy, whileCancellable } from "./cancelling.ts";
import { isBeingPruned } from "./errands.ts";
import { problemOf } from "./fleet.ts";
import { closeProgress, openProgress, Reporter, tellEnding, tellResumed } from "./reporter.ts";
import { isDiskFull, waitForSpace } from "./space.ts";
import { StepFailed } from "./step.ts";
import { recordStep } from "./step-audit.ts";
import { takeStep } from "./steps.ts";
import type { World } from "./world.ts";

/** Runs until the signal: queued jobs, and those a former life of moot left running. */
export async function runJobs(world: World, signal: AbortSignal): Promise<void> {
  const running = new Map<number, Promise<void>>();
  while (!signal.aborted) {
    for (const job of world.ledger.jobs.active()) {
      if (running.has(job.id) || isBeingPruned(world, job.server)) continue;
      const run = runJob(world, job, signal).finally(() => running.delete(job.id));
      running.set(job.id, run);
    }
    await world.bells.jobs.wait(world.clock, undefined, signal);
  }
  await Promise.all(running.values());
}

/** While moot's disk is full nothing can be written down, and so nothing is done; the job goes on when there is space. */
async function runJob(world: World, job: Job, signal: AbortSignal): Promise<void> {
  let isLeftOver = job.state === "running";
  while (!signal.aborted) {
    try {
      if (isLeftOver) tellResumed(world, job, world.ledger.jobs.journal(job.id));
      isLeftOver = false;
      await takeUp(world, job.id, signal);
      return;
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      await waitForSpace(world, `job ${job.id}`, error, signal);
    }
  }
}

async function takeUp(world: World, id: number, signal: AbortSignal): Promise<void> {
  const { jobs } = world.ledger;
  jobs.advance(id, "queued", "running", world.clock.now());
  const job = jobs.get(id);
  if (job?.state !== "running") return;
  const log = world.log.child({ job: id, app: job.app, server: job.server });
  openProgress(world, job);
  const { ending, bug } = await followToEnd(world, job, log, signal);
  if (ending === undefined) return;
  conclude(world, job, ending, bug);
  log.info("job ended", {
    state: ending.state,
    services: ending.services.map(({ service, ending: how }) => `${service}: ${how}`),
  });
}

interface Followed {
  /** Undefined when moot itself is being stopped. */
  readonly ending: Ending | undefined;
  /** Where the log has the bug that ended it. */
  readonly bug?: string;
}

async function followToEnd(
  world: World,
  job: Job,
  log: Log,
  signal: AbortSignal,
): Promise<Followed> {
  try {
    return { ending: await whileCancellable(world, job, signal, (own) => follow(world, job, own)) };
  } catch (error) {
    if (signal.aborted) return { ending: undefined };
    if (isDiskFull(error)) throw error;
    const bug = world.reference();
    log.error("a job met a bug", { reference: bug, error });
    const text = `something in moot broke; its log has it under ${bug}`;
    return { ending: failed(NOTHING, "moot itself", text), bug };
  }
}

const NOTHING: Findings = { services: [] };

/** Undefined when moot itself is being stopped: the job stays open, and is taken up at the next start. */
async function follow(world: World, job: Job, signal: AbortSignal): Promise<Ending | undefined> {
  const { ledger, clock } = world;
  const reporter = new Reporter(world, job);
  const journal = ledger.jobs.journal(job.id);
  let findings = foundBefore(journal);
  for (const [seq, step] of job.plan.steps.entries()) {
    if (isDone(journal, seq)) continue;
    const at = { step, before: job.plan.steps.slice(0, seq) };
    if (signal.aborted) return stopped(signal, signal.reason, findings, at);
    ledger.jobs.stepStarted(job.id, seq, step, clock.now());
    reporter.step(seq);
    const taken = await attempt(() => takeStep({ world, job, journal, reporter }, step, signal));
    if ("error" in taken) return stopped(signal, taken.error, findings, at);
    findings = { ...findings, ...taken.found };
    ledger.together(() => {
      ledger.jobs.stepDone(job.id, seq, clock.now(), taken.found);
      recordStep(world, job, seq, step);
    });
  }
  return { state: "succeeded", ...findings };
}

type Taken = { readonly found: Partial<Findings> } | { readonly error: unknown };

/** What goes wrong in a step is the step's ending; what goes wrong in writing it down is not. */
async function attempt(act: () => Promise<Partial<Findings>>): Promise<Taken> {
  try {
    return { found: await act() };
  } catch (error) {
    return { error };
  }
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
  at: { readonly step: Step; readonly before: readonly Step[] },
): Ending | undefined {
  const step = stepWords(at.step);
  if (signal.aborted) {
    const reason: unknown = signal.reason;
    if (!(reason instanceof CancelledBy)) return undefined;
    const problem = { step, text: leftWords(at.before) };
    return { state: "cancelled", ...findings, problem, by: reason.user };
  }
  if (error instanceof StepFailed) {
    return {
      state: error.state,
      ...findings,
      services: error.services ?? findings.services,
      problem: { step, text: error.message },
    };
  }
  if (error instanceof Refusal) return failed(findings, step, problemOf(error));
  throw error;
}

function failed(findings: Findings, step: string, text: string): Ending {
  return { state: "failed", ...findings, problem: { step, text } };
}

function conclude(world: World, job: Job, ending: Ending, bug: string | undefined): void {
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
        detail: {
          job: job.id,
          server: job.server,
          state: ending.state,
          plan: job.plan.hash,
          ...(bug !== undefined && { bug }),
        },
      },
      clock.now(),
    );
    tellDoneAlone(world, ended);
    closeProgress(world, ended);
    tellEnding(world, ended, ending);
  });
  world.bells.jobs.ring();
  // What waited for this app or its server to be free.
  world.bells.approvals.ring();
  world.bells.errands.ring();
}

function advance(world: World, job: Job, to: JobState, ending: Ending): boolean {
  if (!mayFollow("running", to)) throw new Error(`a running job cannot become ${to}`);
  return world.ledger.jobs.advance(job.id, "running", to, world.clock.now(), ending);
}

function recordDeployment(world: World, job: Job, ending: Ending): void {
  const write = job.plan.steps.find((step) => step.kind === "deploy-stack");
  if (write === undefined) return;
  const { app, server, plan } = job;
  world.ledger.deployments.record({
    job: job.id,
    app,
    server,
    stack: write.stack,
    version: plan.version.to,
    compose: write.compose,
    env: write.env,
    at: world.clock.now(),
    good: ending.state === "succeeded",
  });
}
