// Brings a stack back as a whole when one of its services did not come up: each step of the way back is journalled like any other.
import { Refusal } from "../core/errors.ts";
import type { Ending } from "../core/job.ts";
import type { JournalEntry } from "../core/ledger.ts";
import type { WayBack } from "../core/plan.ts";
import { isPassive, UNDONE } from "../words/steps.ts";
import { walk, type Course, type Walked } from "./course.ts";
import { recordStep } from "./step-audit.ts";

/** The way back, if that is where a job that stopped so must go. */
export function wayBackFrom(
  { world, job }: Course,
  walked: Extract<Walked, { readonly kind: "stopped" }>,
): WayBack | undefined {
  const { at, error, ending } = walked;
  const { back, steps } = job.plan;
  if (ending === undefined || !isWithin(back, at)) return undefined;
  const before = steps.slice(back.from, at);
  const hasActed = before.some((step) => !isPassive(step));
  // Then nothing was written, since what is there is somebody else's.
  if (ending.state === "failed") return isStale(error) && !hasActed ? undefined : back;
  const isBegun = hasActed || world.ledger.jobs.journal(job.id).some(({ seq }) => seq === at);
  const isDown = before.some(({ kind }) => kind === "remove-stack");
  // An app that moves would run nowhere.
  const mustReturn = isMove(job) && (ending.state === "cancelled" ? isBegun : isDown);
  return mustReturn ? back : undefined;
}

function isMove({ plan }: Course["job"]): boolean {
  return plan.scope.from !== undefined && plan.act === "move";
}

function isWithin(back: WayBack | undefined, at: number): back is WayBack {
  return back !== undefined && at >= back.from && at <= back.until;
}

function isStale(error: unknown): boolean {
  return error instanceof Refusal && error.reason.kind === "plan-stale";
}

/** What had gone wrong when a former life of moot turned back. */
export function turnIn(journal: readonly JournalEntry[]): Ending | undefined {
  const turn = journal.find(({ step }) => step.kind === "turn-back");
  if (turn?.doneAt === undefined || turn.step.kind !== "turn-back") return undefined;
  const { by } = turn.step;
  const how = by === undefined ? { state: "failed" as const } : { state: "cancelled" as const, by };
  return { ...how, services: [], ...turn.result };
}

export interface Followed {
  /** Undefined when moot itself is being stopped: the job stays open, and is taken up at the next start. */
  readonly ending: Ending | undefined;
  /** Where the log has the bug that ended it. */
  readonly bug?: string;
}

export async function goBack(
  course: Course,
  way: WayBack,
  stopped: Ending,
  signal: AbortSignal,
): Promise<Followed> {
  const turn = course.job.plan.steps.length;
  const failure = undone(stopped);
  if (turnIn(course.journal) === undefined) writeTurn(course, turn, way, failure);
  const walked = await walk(course, { steps: way.steps, from: turn + 1, isBack: true }, signal);
  const { version } = way;
  if (walked.kind === "done") {
    const { services, note } = walked.findings;
    return { ending: { ...failure, ...noted(note), back: { version, isWhole: true, services } } };
  }
  const { bug } = walked;
  if (walked.ending === undefined) return { ending: undefined };
  const { services, problem, by, note } = walked.ending;
  const back = { version, isWhole: false, services, ...(problem !== undefined && { problem }) };
  const ending = { ...failure, ...noted(note), ...(by !== undefined && { by }), back };
  return { ending, ...(bug !== undefined && { bug }) };
}

/** What was stopped says that what it did stays; on the way back it does not. */
function undone(ending: Ending): Ending {
  const { state, problem } = ending;
  if (state !== "cancelled" || problem === undefined) return ending;
  return { ...ending, problem: { step: problem.step, text: UNDONE } };
}

function noted(note: string | undefined): Pick<Ending, "note"> {
  return note === undefined ? {} : { note };
}

function writeTurn(
  { world, job }: Course,
  seq: number,
  { version }: WayBack,
  { services, problem, by }: Ending,
): void {
  const { jobs } = world.ledger;
  const now = world.clock.now();
  const step = { kind: "turn-back", version, ...(by !== undefined && { by }) } as const;
  world.ledger.together(() => {
    jobs.stepStarted(job.id, seq, step, now);
    jobs.stepDone(job.id, seq, now, { services, ...(problem !== undefined && { problem }) });
    recordStep(world, job, seq, step);
  });
}
