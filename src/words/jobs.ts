// Jobs: the list, one in full, its progress while it runs, and its ending.
import { code, list, table, text, type Block, type Doc, type Line } from "../core/doc.ts";
import type { Ending, Job, JobState, ServiceEnding, ServiceReport } from "../core/job.ts";
import type { Step, TurnBack } from "../core/step.ts";
import { syncBlocks } from "./sync.ts";
import { actNext, isActing, isIdle } from "./acts.ts";
import { backupBlocks, beforeRisk, stoppedAtBackup } from "./backups.ts";
import { drillBlocks } from "./drills.ts";
import { outputBlocks } from "./outputs.ts";
import { counted, listed, moment, span } from "./phrases.ts";
import { stepWords } from "./steps.ts";

export const SIGNS: Readonly<Record<JobState, string>> = {
  queued: "⏳",
  running: "🔄",
  succeeded: "✅",
  failed: "❌",
  cancelled: "🛑",
  interrupted: "⚠️",
};

const ENDINGS: Readonly<Record<ServiceEnding, string>> = {
  converged: "runs, and stayed up",
  "rolled-back": "was put back to its former version by swarm",
  paused: "stopped half-way: swarm paused the update",
  "crash-looping": "keeps crashing",
  pending: "has no node to run on",
  "one-shot-done": "did its work and ended",
  "timed-out": "was not up in time",
  cancelled: "was not waited for",
  interrupted: "was not waited for: moot was stopped",
};

const GOOD: ReadonlySet<ServiceEnding> = new Set<ServiceEnding>(["converged", "one-shot-done"]);

export function isGood(ending: ServiceEnding): boolean {
  return GOOD.has(ending);
}

export function jobsDoc(jobs: readonly Job[], now: number): Doc {
  if (jobs.length === 0) return [text("No job has run yet.")];
  const rows = jobs.map((job) => [
    SIGNS[job.state],
    String(job.id),
    job.verb,
    job.app,
    job.server,
    job.state,
    when(job, now),
    job.by,
  ]);
  return [table(["", "job", "what", "app", "server", "state", "when", "by"], rows)];
}

export function jobDoc(job: Job, now: number): Doc {
  const head = text([
    `${SIGNS[job.state]} Job ${job.id}: ${job.verb} `,
    { strong: job.app },
    ` on ${job.server}, ${versionOf(job)}${job.state}, ${when(job, now)}, by `,
    { member: job.by },
    ".",
  ]);
  const steps = list(job.plan.steps.map(stepWords));
  return [head, steps, ...(job.ending === undefined ? [] : endingBlocks(job, job.ending))];
}

function versionOf({ plan: { version } }: Job): string {
  return version.to === "" ? "" : `version ${version.to}, `;
}

function when(job: Job, now: number): string {
  if (job.endedAt !== undefined)
    return `${moment(job.endedAt)} after ${span(job.endedAt - (job.startedAt ?? job.queuedAt))}`;
  return `for ${span(now - (job.startedAt ?? job.queuedAt))}`;
}

export interface Progress {
  readonly job: Job;
  readonly steps: readonly Step[];
  /** Index into the steps. */
  readonly at: number;
  /** They lead back to what ran before. */
  readonly isBack: boolean;
  /** Each service that is being waited for, with how it is now. */
  readonly services: readonly { readonly service: string; readonly note: string }[];
  readonly remark?: string;
}

export function progressDoc(progress: Progress, now: number): Doc {
  const { job, steps, at, isBack, services, remark } = progress;
  const step = steps[at];
  const head: Line = [
    `🔄 Job ${job.id}: ${job.verb} `,
    { strong: job.app },
    ` on ${job.server}, ${isBack ? backWords(job) : ""}step ${at + 1} of ${steps.length}`,
    step === undefined ? "" : `: ${stepWords(step)}`,
    ` (${span(now - (job.startedAt ?? job.queuedAt))}). 🛑 stops it.`,
  ];
  return [
    text(head),
    ...(services.length === 0
      ? []
      : [list(services.map(({ service, note }) => `${service}: ${note}`))]),
    ...(remark === undefined ? [] : [text(remark)]),
  ];
}

function backWords({ plan }: Job): string {
  if (plan.act === "drill") return "it stopped and tidies up, ";
  return plan.act === "backup" ? "it stopped and lets go, " : "it failed and is put back, ";
}

/** The progress message once the job is over: one line that points to the ending. */
export function closedDoc(job: Job): Doc {
  return [
    text([
      `${SIGNS[job.state]} Job ${job.id}: ${job.verb} `,
      { strong: job.app },
      ` on ${job.server}: ${job.state}.`,
    ]),
  ];
}

export function endingDoc(job: Job, ending: Ending): Doc {
  const took =
    job.endedAt === undefined
      ? ""
      : ` after ${span(job.endedAt - (job.startedAt ?? job.queuedAt))}`;
  const head = text([
    `${SIGNS[ending.state]} `,
    { strong: job.app },
    `: ${job.verb} ${ending.state}${took}.`,
  ]);
  const idle =
    isIdle(job.plan) && ending.state === "succeeded" ? [text("Nothing had to change.")] : [];
  return [head, ...idle, ...endingBlocks(job, ending)];
}

function endingBlocks(job: Job, ending: Ending): readonly Block[] {
  const stopped =
    ending.by === undefined ? [] : [text(["Stopped by ", { member: ending.by }, "."])];
  // A service that did not come up says so itself, and better.
  const isTold = ending.services.some((report) => !isGood(report.ending));
  const problem =
    ending.problem === undefined || isTold
      ? []
      : [text(`It stopped at "${ending.problem.step}": ${ending.problem.text}`)];
  return [
    ...stopped,
    ...problem,
    ...ending.services.flatMap(serviceBlocks),
    ...returnBlocks(ending),
    ...(ending.note === undefined ? [] : [text(ending.note)]),
    ...outputBlocks(ending.outputs),
    ...backupBlocks(job, ending),
    ...drillBlocks(job, ending),
    ...keptBlocks(job, ending),
    ...probeBlocks(ending),
    ...syncBlocks(ending),
    ...lastBlocks(job, ending),
  ];
}

function lastBlocks(job: Job, ending: Ending): readonly Block[] {
  if (stoppedAtBackup(job, ending)) return beforeRisk(job);
  return isActing(job.plan) ? actNext(job, ending) : nextBlocks(job, ending);
}

function serviceBlocks(report: ServiceReport): readonly Block[] {
  const line = text([
    { strong: report.service },
    ` ${ENDINGS[report.ending]}`,
    report.reason === undefined ? "." : `: ${report.reason}.`,
  ]);
  if (report.log.length === 0) return [line];
  return [
    line,
    text(`Its last ${counted(report.log.length, "log line")}:`),
    code(report.log.join("\n")),
  ];
}

/** A function that follows a deploy may have changed data, so nothing is put back when it fails. */
function keptBlocks({ plan }: Job, { state, services, problem }: Ending): readonly Block[] {
  const isUp = services.length > 0 && services.every((report) => isGood(report.ending));
  const isFunction = plan.steps.some(
    (step) => step.kind === "run-function" && stepWords(step) === problem?.step,
  );
  if (state === "succeeded" || isActing(plan) || !isUp || !isFunction) return [];
  const { from, to } = plan.version;
  const pinned =
    from === undefined || from === to ? "" : `, and its env file still says version ${from}`;
  return [
    text(
      `Its services run at version ${to} and were not put back, since that function may have changed data${pinned}.`,
    ),
  ];
}

function returnBlocks({ back }: Ending): readonly Block[] {
  if (back === undefined) return [];
  const { version, isWhole, services, problem } = back;
  if (isWhole) {
    const names = listed(services.map(({ service }) => service));
    return [text(`So all services were put back to version ${version}: ${names}.`)];
  }
  const why = problem === undefined ? "" : `: it stopped at "${problem.step}": ${problem.text}`;
  return [
    text([{ strong: `They could not be put back to version ${version}` }, `${why}.`]),
    ...services.flatMap(serviceBlocks),
  ];
}

function probeBlocks(ending: Ending): readonly Block[] {
  if (ending.probe === undefined) return [];
  const { url, status, problem } = ending.probe;
  if (status === undefined)
    return [text(`A GET of ${url} got no answer: ${problem ?? "no reason given"}.`)];
  return [
    text(`A GET of ${url} answered ${status}${problem === undefined ? "" : ` (${problem})`}.`),
  ];
}

function nextBlocks(job: Job, ending: Ending): readonly Block[] {
  switch (ending.state) {
    case "succeeded":
      return [];
    case "failed":
      return [
        text([
          "Next: ",
          { code: `!logs ${job.app}` },
          " for more of its log, ",
          ...goBack(job, ending),
        ]),
      ];
    case "cancelled":
    case "interrupted":
      return [
        text([
          "Next: ",
          { code: `!status ${job.app}` },
          " shows how it is now; ",
          { code: `!deploy ${job.app}` },
          " does the rest.",
        ]),
      ];
  }
}

function goBack(job: Job, { back }: Ending): Exclude<Line, string> {
  const { from, to } = job.plan.version;
  const again = { code: `!${job.verb} ${job.app}` };
  if (from === undefined || from === to || back?.isWhole === true)
    return ["mend its settings or its recipe, then ", again, "."];
  return [
    { code: `!deploy ${job.app} --version ${from}` },
    " to go back to the version before (data is not rolled back).",
  ];
}

export function resumedDoc(job: Job, step: Step | TurnBack | undefined): Doc {
  const where = step === undefined ? "looks how the job ended" : `goes on with: ${stepWords(step)}`;
  return [
    text([
      `⚠️ moot was stopped in the middle of job ${job.id} (`,
      { strong: job.app },
      `) and is back. It looks at ${job.server} and ${where}.`,
    ]),
  ];
}
