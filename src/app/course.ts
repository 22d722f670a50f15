// Takes one step after another, each written to the journal before and after it acts.
import { Refusal } from "../core/errors.ts";
import { addFindings, type Ending, type Findings, type Job } from "../core/job.ts";
import type { JournalEntry } from "../core/ledger.ts";
import type { Step } from "../core/step.ts";
import { counted, listed } from "../words/phrases.ts";
import { leftWords, stepWords } from "../words/steps.ts";
import { CancelledBy } from "./cancelling.ts";
import { problemOf } from "./fleet.ts";
import { bugEnding } from "./job-bug.ts";
import { recordBackup } from "./recording-backups.ts";
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
      /** Of the leg's steps. */
      readonly at: number;
      readonly error: unknown;
      /** Undefined when moot itself is being stopped: the job stays open, and is taken up at the next start. */
      readonly ending: Ending | undefined;
      /** Where the log has the bug that stopped it. */
      readonly bug?: string;
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
      const before = leg.steps.slice(0, index);
      const how = stopped(course, { signal, error, findings }, { step, before });
      return { kind: "stopped", at: index, error, ...how };
    };
    if (signal.aborted) return stop(signal.reason);
    jobs.stepStarted(job.id, seq, step, world.clock.now());
    reporter.step(leg, index);
    const begun = entry === undefined ? {} : { begunAt: entry.startedAt };
    const context = { world, job, reporter, isBack: leg.isBack, ...begun };
    const taken = await attempt(() => takeStep(context, step, signal));
    if ("error" in taken) return stop(taken.error);
    findings = addFindings(findings, taken.found);
    world.ledger.together(() => {
      jobs.stepDone(job.id, seq, world.clock.now(), taken.found);
      recordStep(world, job, seq, step);
      if (taken.found.verdict !== undefined) recordBackup(world, job);
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
    .reduce<Findings>((found, { result = {} }) => addFindings(found, result), { services: [] });
}

/** Where a walk stopped. */
interface At {
  readonly step: Step;
  readonly before: readonly Step[];
}

interface Why {
  readonly signal: AbortSignal;
  readonly error: unknown;
  readonly findings: Findings;
}

type How = Pick<Extract<Walked, { readonly kind: "stopped" }>, "ending" | "bug">;

function stopped({ world, job }: Course, { signal, error, findings }: Why, at: At): How {
  const step = stepWords(at.step);
  if (signal.aborted) {
    const reason: unknown = signal.reason;
    if (!(reason instanceof CancelledBy)) return { ending: undefined };
    const problem = { step, text: cancelledWords(at) };
    return { ending: { state: "cancelled", ...findings, problem, by: reason.user } };
  }
  if (error instanceof StepFailed) {
    const ending = {
      state: error.state,
      ...addFindings(findings, error.found),
      services: error.services ?? findings.services,
      problem: { step, text: error.message },
    };
    return { ending };
  }
  if (error instanceof Refusal) {
    const text = [problemOf(error), ...lossesBefore(at)].join(" ");
    return { ending: { state: "failed", ...findings, problem: { step, text } } };
  }
  return bugEnding(world, job, error);
}

function cancelledWords({ step, before }: At): string {
  const left = leftWords(before);
  return step.kind === "run-function"
    ? `it was killed where it was, and what it did until then stays; before it, ${left}`
    : left;
}

/** What was destroyed before it stopped nobody must look for. */
function lossesBefore({ before }: At): readonly string[] {
  const gone = before.flatMap((step) =>
    step.kind === "destroy" ? [counted(step.names.length, step.what)] : [],
  );
  return gone.length === 0 ? [] : [`Gone already, for good: ${listed(gone)}.`];
}
