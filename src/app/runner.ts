// Runs jobs to their ending; the other of the two places that catch.
import { mayFollow, type Ending, type Job, type JobState } from "../core/job.ts";
import { tellDoneAlone } from "./breaking.ts";
import { whileCancellable } from "./cancelling.ts";
import { walk } from "./course.ts";
import { isBeingPruned } from "./errands.ts";
import { commitUnfinished } from "./committing.ts";
import { bugEnding } from "./job-bug.ts";
import { recordBackup } from "./recording-backups.ts";
import { recordDrill } from "./recording-drills.ts";
import { closeProgress, openProgress, Reporter, tellEnding, tellResumed } from "./reporter.ts";
import { goBack, turnIn, wayOutFrom, type Followed, type WayOut } from "./returning.ts";
import { isDiskFull, waitForSpace } from "./space.ts";
import { endUpdateOf } from "./update-turns.ts";
import { tellJobEnd } from "./troubles.ts";
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
  const { ending: end, bug } = await followToEnd(world, job, signal);
  const ending = end && (await commitUnfinished(world, job, end, signal));
  if (ending === undefined) return;
  conclude(world, job, ending, bug);
  log.info("job ended", {
    state: ending.state,
    services: ending.services.map(({ service, ending: how }) => `${service}: ${how}`),
  });
}

async function followToEnd(world: World, job: Job, signal: AbortSignal): Promise<Followed> {
  try {
    return await whileCancellable(world, job, signal, (...own) => follow(world, job, ...own));
  } catch (error) {
    if (signal.aborted) return { ending: undefined };
    if (isDiskFull(error)) throw error;
    return bugEnding(world, job, error);
  }
}

/** `again`: a signal for what is to be done although the job was cancelled. */
async function follow(
  world: World,
  job: Job,
  signal: AbortSignal,
  again: () => AbortSignal,
): Promise<Followed> {
  const { steps } = job.plan;
  const journal = world.ledger.jobs.journal(job.id);
  const course = { world, job, reporter: new Reporter(world, job), journal };
  const turned = turnIn(job.plan, journal);
  const goneBack = (way: WayOut, failure: Ending): Promise<Followed> =>
    goBack(course, way, failure, failure.by === undefined ? signal : again());
  if (turned !== undefined) return goneBack(turned.way, turned.ending);
  const walked = await walk(course, { steps, from: 0, isBack: false }, signal);
  if (walked.kind === "done") return { ending: { state: "succeeded", ...walked.findings } };
  const { ending, bug } = walked;
  const way = wayOutFrom(course, walked);
  const followed = way && ending ? await goneBack(way, ending) : { ending };
  return bug === undefined ? followed : { ...followed, bug };
}

function conclude(world: World, job: Job, ending: Ending, bug: string | undefined): void {
  const { ledger, clock } = world;
  ledger.together(() => {
    if (!advance(world, job, ending.state, ending)) return;
    const ended = ledger.jobs.get(job.id) ?? job;
    recordDeployment(world, ended, ending);
    recordBackup(world, ended, ending);
    recordDrill(world, ended, ending);
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
    endUpdateOf(world, ended, ending);
    tellDoneAlone(world, ended);
    closeProgress(world, ended);
    tellEnding(world, ended, ending);
    tellJobEnd(world, ended, ending);
  });
  world.bells.jobs.ring();
  // What waited for this app or its server to be free.
  world.bells.approvals.ring();
  world.bells.errands.ring();
  world.bells.updates.ring();
  world.bells.backups.ring();
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
