// Takes one step after another, each written to the journal before and after it acts.
import { Refusal } from "../core/errors.ts";
import type { Ending, Findings, Job } from "../core/job.ts";
import type { JournalEntry } from "../core/ledger.ts";
import type { Step } from "../core/plan.ts";
import { leftWords, stepWords } from "../words/jobs.ts";
import { CancelledBy } from "./cancelling.ts";
import { problemOf } from "./fleet.ts";
import type { Reporter } from "./reporter.ts";
import { StepFailed } from "./step.ts";
import { recordStep } from "./step-audit.ts";
import { takeStep } from "./steps.ts";
import type { World } from "./world.ts";

/** A job under way. */
export interface Course {
  readonly world: World;
  readonly job: Job;
  readonly reporter: Reporter;
  /** As it was when this life of moot took up the job. */
  readonly journal: readonly JournalEntry[];
}

export interface Leg {
  readonly steps: readonly Step[];
  /** The number of the first in the journal. */
  readonly from: number;
  readonly isBack: boolean;
}

export type Walked =
  | { readonly kind: "done"; readonly findings: Findings }
  | {
      readonly kind: "stopped";
      readonly step: Step;
      readonly error: unknown;
      /** Undefined when moot itself is being stopped: the job stays open, and is taken up at the next start. */
      readonly ending: Ending | undefined;
    };

export async function walk(course: Course, leg: Leg, signal: AbortSignal): Promise<Walked> {
  const { world, job, reporter, journal } = course;
  const { jobs } = world.ledger;
  let findings = foundBefore(journal, leg);
  for (const [index, step] of leg.steps.entries()) {
    const seq = leg.from + index;
    const entry = journal.find((one) => one.seq === seq);
    if (entry?.doneAt !== undefined) continue;
    const stop = (error: unknown): Walked => {
      const ending = stopped(signal, error, findings, { step, before: leg.steps.slice(0, index) });
      return { kind: "stopped", step, error, ending };
    };
    if (signal.aborted) return stop(signal.reason);
    jobs.stepStarted(job.id, seq, step, world.clock.now());
    reporter.step(leg, index);
    const begun = entry === undefined ? {} : { begunAt: entry.startedAt };
    const context = { world, job, reporter, isBack: leg.isBack, ...begun };
    const taken = await attempt(() => takeStep(context, step, signal));
    if ("error" in taken) return stop(taken.error);
    findings = { ...findings, ...taken.found };
    world.ledger.together(() => {
      jobs.stepDone(job.id, seq, world.clock.now(), taken.found);
      recordStep(world, job, seq, step);
    });
  }
  return { kind: "done", findings };
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

/** What a former life of moot learnt in the steps that it finished. */
function foundBefore(journal: readonly JournalEntry[], { from, steps }: Leg): Findings {
  return journal
    .filter(({ seq }) => seq >= from && seq < from + steps.length)
    .reduce<Findings>((found, { result }) => ({ ...found, ...result }), { services: [] });
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
  if (error instanceof Refusal) {
    return { state: "failed", ...findings, problem: { step, text: problemOf(error) } };
  }
  throw error;
}
