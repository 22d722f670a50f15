// Tells the room how a job goes: one message edited in place in the command's thread, and the ending as a new one.
import { isTurnEvent } from "../core/backup-turns.ts";
import type { Doc } from "../core/doc.ts";
import type { Ending, Job } from "../core/job.ts";
import type { JournalEntry } from "../core/ledger.ts";
import type { Step } from "../core/step.ts";
import { updateOf } from "../core/update.ts";
import {
  closedDoc,
  endingDoc,
  progressDoc,
  resumedDoc,
  SIGNS,
  type Progress,
} from "../words/jobs.ts";
import { outputFile } from "../words/outputs.ts";
import { threadOf } from "./place.ts";
import { react, revise, say } from "./say.ts";
import { isDiskFull } from "./space.ts";
import { chatOf, type World } from "./world.ts";

/** An edit costs what a message costs, and Synapse allows one each five seconds for all jobs together (chatops.md §5). */
const BETWEEN_EDITS = 10_000;

/** What an open job edits as it goes. */
export function progressKey(job: Job): string {
  return `progress:${job.id}`;
}

export function openProgress(world: World, job: Job): void {
  if (isTurnEvent(job.command)) return;
  const doc = progressDoc({ job, ...startOf(job), services: [] }, world.clock.now());
  say(world, progressKey(job), { room: job.room, thread: threadOf(world, job), doc });
}

export function closeProgress(world: World, job: Job): void {
  reviseProgress(world, job, closedDoc(job));
}

export function tellResumed(world: World, job: Job, journal: readonly JournalEntry[]): void {
  if (isTurnEvent(job.command)) return;
  say(world, `resumed:${job.id}:${world.clock.now()}`, {
    room: job.room,
    thread: threadOf(world, job),
    doc: resumedDoc(job, nextStep(job, journal)),
  });
}

/** The first that is not done; a way on that was left for the way back has steps that never will be. */
function nextStep(
  { plan: { steps, back, release } }: Job,
  journal: readonly JournalEntry[],
): Step | undefined {
  const done = new Set(journal.flatMap(({ seq, doneAt }) => (doneAt === undefined ? [] : [seq])));
  const turn = steps.length;
  if (!done.has(turn)) return steps.find((_step, seq) => !done.has(seq));
  const isRelease = journal.some(
    ({ step }) => step.kind === "turn-back" && step.isRelease === true,
  );
  const way = isRelease ? release : back;
  const onTheWay = way?.steps.find((_step, index) => !done.has(turn + 1 + index));
  return onTheWay ?? steps.find(({ kind }, seq) => kind === "commit" && !done.has(seq));
}

/** What was taken by the clock is told of elsewhere, and only where it is not well. */
export function tellEnding(world: World, job: Job, ending: Ending): void {
  if (isTurnEvent(job.command)) return;
  const isGood = ending.state === "succeeded";
  const file = outputFile(job, ending.outputs);
  say(world, `ending:${job.id}`, {
    room: job.room,
    thread: threadOf(world, job),
    doc: endingDoc(job, ending),
    ...(file !== undefined && { attachment: file }),
    // What moot did by itself nobody asked for.
    rings: isGood || chatOf(world, job.room).self === job.by ? [] : [job.by],
    settles: { command: job.command, how: isGood ? "succeeded" : "failed" },
  });
  const { room, command: target } = job;
  // An alert's own message says how it went.
  if (updateOf(target) !== undefined) return;
  react(world, `sign:${job.id}`, { room, target, sign: SIGNS[ending.state] });
}

function startOf({ plan: { steps } }: Job): Pick<Progress, "steps" | "at" | "isBack"> {
  return { steps, at: 0, isBack: false };
}

/** Progress of one running job, told at most once in ten seconds. */
export class Reporter {
  readonly #world: World;
  readonly #job: Job;
  #progress: Progress;
  #toldAt: number;

  constructor(world: World, job: Job) {
    this.#world = world;
    this.#job = job;
    this.#progress = { job, ...startOf(job), services: [] };
    this.#toldAt = world.clock.now();
  }

  step({ steps, isBack }: Pick<Progress, "steps" | "isBack">, at: number): void {
    this.#progress = { job: this.#job, steps, at, isBack, services: [] };
    this.#tell();
  }

  services(services: Progress["services"]): void {
    const { job, steps, at, isBack } = this.#progress;
    this.#progress = { job, steps, at, isBack, services };
    this.#tell();
  }

  remark(remark: string): void {
    this.#progress = { ...this.#progress, remark };
    this.#tell();
  }

  #tell(): void {
    const now = this.#world.clock.now();
    if (now - this.#toldAt < BETWEEN_EDITS) return;
    this.#toldAt = now;
    try {
      reviseProgress(this.#world, this.#job, progressDoc(this.#progress, now));
    } catch (error) {
      // Progress is the one thing that may be lost: the ending waits for space.
      if (!isDiskFull(error)) throw error;
      this.#world.log.warn("moot's disk is full: progress is not told", { job: this.#job.id });
    }
  }
}

function reviseProgress(world: World, job: Job, doc: Doc): void {
  if (isTurnEvent(job.command)) return;
  const place = { kind: "edit", room: job.room, doc, thread: threadOf(world, job) } as const;
  revise(world, progressKey(job), place);
}
