// Brings a stack back as a whole when one of its services did not come up: each step of the way back is journalled like any other.
import { Refusal } from "../core/errors.ts";
import type { Ending } from "../core/job.ts";
import type { JournalEntry } from "../core/ledger.ts";
import type { Step, WayBack } from "../core/plan.ts";
import { walk, type Course, type Walked } from "./course.ts";
import { recordStep } from "./step-audit.ts";

/** What fails before the stack is written has changed nothing that runs, and what fails after it stands is no reason to go back. */
const MEANT: ReadonlySet<Step["kind"]> = new Set<Step["kind"]>(["deploy-stack", "watch"]);

/** The way back, if that is where a job that stopped so must go. */
export function wayBackFrom(
  { job: { plan } }: Course,
  walked: Extract<Walked, { readonly kind: "stopped" }>,
): WayBack | undefined {
  const { step, error, ending } = walked;
  // Then nothing was written, since what is there is somebody else's.
  const isStale = error instanceof Refusal && error.reason.kind === "plan-stale";
  return ending?.state === "failed" && MEANT.has(step.kind) && !isStale ? plan.back : undefined;
}

/** What had gone wrong when a former life of moot turned back. */
export function turnIn(journal: readonly JournalEntry[]): Ending | undefined {
  const turn = journal.find(({ step }) => step.kind === "turn-back");
  if (turn?.doneAt === undefined) return undefined;
  return { state: "failed", services: [], ...turn.result };
}

/** Undefined when moot itself is being stopped. */
export async function goBack(
  course: Course,
  way: WayBack,
  failure: Ending,
  signal: AbortSignal,
): Promise<Ending | undefined> {
  const turn = course.job.plan.steps.length;
  if (turnIn(course.journal) === undefined) writeTurn(course, turn, way, failure);
  const walked = await walk(course, { steps: way.steps, from: turn + 1, isBack: true }, signal);
  const { version } = way;
  if (walked.kind === "done") {
    const { services, note } = walked.findings;
    return { ...failure, ...noted(note), back: { version, isWhole: true, services } };
  }
  if (walked.ending === undefined) return undefined;
  const { services, problem, by, note } = walked.ending;
  const back = { version, isWhole: false, services, ...(problem !== undefined && { problem }) };
  return { ...failure, ...noted(note), ...(by !== undefined && { by }), back };
}

function noted(note: string | undefined): Pick<Ending, "note"> {
  return note === undefined ? {} : { note };
}

function writeTurn(
  { world, job }: Course,
  seq: number,
  { version }: WayBack,
  { services, problem }: Ending,
): void {
  const { jobs } = world.ledger;
  const now = world.clock.now();
  const step = { kind: "turn-back", version } as const;
  world.ledger.together(() => {
    jobs.stepStarted(job.id, seq, step, now);
    jobs.stepDone(job.id, seq, now, { services, ...(problem !== undefined && { problem }) });
    recordStep(world, job, seq, step);
  });
}
