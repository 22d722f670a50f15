// Leaves the way on: back to what ran before when a service did not come up, or out of a backup; each step is journalled like any other.
import { Refusal } from "../core/errors.ts";
import type { Ending } from "../core/job.ts";
import type { JournalEntry } from "../core/ledger.ts";
import type { Plan, WayBack } from "../core/plan.ts";
import type { Release } from "../core/backup-steps.ts";
import type { Step } from "../core/step.ts";
import { isPassive, RELEASED, TAKEN_DOWN, UNDONE } from "../words/steps.ts";
import { walk, type Course, type Walked } from "./course.ts";
import { recordStep } from "./step-audit.ts";

/** Where a job goes that leaves the way on. */
export type WayOut =
  | { readonly kind: "back"; readonly way: WayBack }
  | { readonly kind: "release"; readonly way: Release<Step> };

/** Undefined where a job that stopped so may stop just there. */
export function wayOutFrom(
  course: Course,
  walked: Extract<Walked, { readonly kind: "stopped" }>,
): WayOut | undefined {
  const { release } = course.job.plan;
  if (isHeld(course, walked, release)) return { kind: "release", way: release };
  const back = wayBackFrom(course, walked);
  return back === undefined ? undefined : { kind: "back", way: back };
}

/** What a backup held is let go however it stopped, unless it had not begun. */
function isHeld(
  { world, job }: Course,
  { at, ending }: Extract<Walked, { readonly kind: "stopped" }>,
  release: Release<Step> | undefined,
): release is Release<Step> {
  if (ending === undefined || release === undefined) return false;
  if (at < release.from || at > release.until) return false;
  return world.ledger.jobs.journal(job.id).some(({ seq }) => seq === release.from);
}

/** The way back, if that is where a job that stopped so must go. */
function wayBackFrom(
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
export function turnIn(
  { back, release }: Pick<Plan, "back" | "release">,
  journal: readonly JournalEntry[],
): { readonly way: WayOut; readonly ending: Ending } | undefined {
  const turn = journal.find(({ step }) => step.kind === "turn-back");
  if (turn?.doneAt === undefined || turn.step.kind !== "turn-back") return undefined;
  const { by, isRelease } = turn.step;
  const how = by === undefined ? { state: "failed" as const } : { state: "cancelled" as const, by };
  const ending = { ...how, services: [], ...turn.result };
  if (isRelease === true) return release && { way: { kind: "release", way: release }, ending };
  return back && { way: { kind: "back", way: back }, ending };
}

export interface Followed {
  /** Undefined when moot itself is being stopped: the job stays open, and is taken up at the next start. */
  readonly ending: Ending | undefined;
  /** Where the log has the bug that ended it. */
  readonly bug?: string;
}

export async function goBack(
  course: Course,
  out: WayOut,
  stopped: Ending,
  signal: AbortSignal,
): Promise<Followed> {
  const { plan } = course.job;
  const turn = plan.steps.length;
  const failure = undone(stopped, undoneWords(out));
  if (turnIn(plan, course.journal) === undefined) writeTurn(course, turn, out, failure);
  const { steps } = out.way;
  const walked = await walk(course, { steps, from: turn + 1, isBack: true }, signal);
  return out.kind === "back" ? cameBack(out.way, failure, walked) : letGo(failure, walked);
}

/** Data that were overwritten are put back as what runs is; a backup only lets go, and a drill takes its own away. */
function undoneWords({ kind, way: { steps } }: WayOut): string {
  const has = (what: Step["kind"]): boolean => steps.some((step) => step.kind === what);
  if (has("take-down-scratch")) return TAKEN_DOWN;
  return kind === "release" && !has("undo-restore") ? RELEASED : UNDONE;
}

/** What could not be let go is in the notes: its steps stop at nothing but a bug, or a second stop. */
function letGo(failure: Ending, walked: Walked): Followed {
  if (walked.kind === "done") {
    const { services, note } = walked.findings;
    return { ending: { ...failure, services: [...failure.services, ...services], ...noted(note) } };
  }
  const { bug, ending: stopped } = walked;
  if (stopped === undefined) return { ending: undefined };
  const { problem, note, by } = stopped;
  const why = problem === undefined ? "" : ` It stopped at "${problem.step}": ${problem.text}`;
  const left = `What was stopped meanwhile was not all started again.${why}`;
  const notes = note === undefined ? left : `${note} ${left}`;
  const ending = { ...failure, note: notes, ...(by !== undefined && { by }) };
  return { ending, ...(bug !== undefined && { bug }) };
}

function cameBack({ version }: WayBack, failure: Ending, walked: Walked): Followed {
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
function undone(ending: Ending, text: string): Ending {
  const { state, problem } = ending;
  if (state !== "cancelled" || problem === undefined) return ending;
  return { ...ending, problem: { step: problem.step, text } };
}

function noted(note: string | undefined): Pick<Ending, "note"> {
  return note === undefined ? {} : { note };
}

function writeTurn(
  { world, job }: Course,
  seq: number,
  out: WayOut,
  { services, problem, by }: Ending,
): void {
  const { jobs } = world.ledger;
  const now = world.clock.now();
  const isRelease = out.kind === "release";
  const version = isRelease ? job.plan.version.to : out.way.version;
  const step = {
    kind: "turn-back",
    version,
    ...(by !== undefined && { by }),
    ...(isRelease && { isRelease }),
  } as const;
  world.ledger.together(() => {
    jobs.stepStarted(job.id, seq, step, now);
    jobs.stepDone(job.id, seq, now, { services, ...(problem !== undefined && { problem }) });
    recordStep(world, job, seq, step);
  });
}
