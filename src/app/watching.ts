// Waits until every service of a stack has an ending, through lost links too, and gathers why those that failed did.
import { Refusal } from "../core/errors.ts";
import type { StackName } from "../core/ids.ts";
import type { ServiceReport } from "../core/job.ts";
import type { Step } from "../core/step.ts";
import type { Host } from "../core/ports.ts";
import { judge, type Expectation, type Judgement } from "../core/verdict.ts";
import { NOTHING_SEEN, witness, type History } from "../core/witness.ts";
import { isGood } from "../words/jobs.ts";
import { listed } from "../words/phrases.ts";
import { StepFailed, type StepContext } from "./step.ts";

type Watch = Extract<Step, { readonly kind: "watch" }>;
type Ended = Extract<Judgement, { readonly kind: "ended" }>;

const LOG_LINES = 20;
const BETWEEN_TRIES = 3_000;
/** After a restart a stack gets this long to show itself, even if its time was over meanwhile. */
const SECOND_CHANCE = 60_000;

export async function watchStack(
  context: StepContext,
  step: Watch,
  signal: AbortSignal,
): Promise<readonly ServiceReport[]> {
  const { world, job } = context;
  const { stack, services, server = job.server } = step;
  const host = world.hosts.get(server);
  const expectation = { services, before: job.plan.revision, deadline: deadlineOf(context, step) };
  const watching = { context, host, stack, expectation };
  const endings = await watchThroughLosses(watching, signal);
  const reports = await Promise.all(endings.map((ended) => report(watching, ended, signal)));
  const bad = reports.filter(({ ending }) => !isGood(ending));
  if (bad.length === 0) return reports;
  throw new StepFailed(`${listed(bad.map(({ service }) => service))} did not come up`, reports);
}

/** One stack being waited for. */
interface Watching {
  readonly context: StepContext;
  readonly host: Host;
  readonly stack: StackName;
  readonly expectation: Expectation;
}

function deadlineOf({ world, begunAt }: StepContext, step: Watch): number {
  const now = world.clock.now();
  if (begunAt === undefined) return now + step.seconds * 1000;
  return Math.max(begunAt + step.seconds * 1000, now + SECOND_CHANCE);
}

async function watchThroughLosses(
  { context, host, stack, expectation }: Watching,
  signal: AbortSignal,
): Promise<readonly Ended[]> {
  const { clock } = context.world;
  let history = NOTHING_SEEN;
  for (;;) {
    try {
      for await (const sight of host.watch(stack, signal)) {
        history = witness(history, sight);
        const endings = decide(context, history, expectation);
        if (endings !== undefined) return endings;
      }
      throw new Error("the watch on a stack ended by itself");
    } catch (error) {
      if (!(error instanceof Refusal) || error.reason.kind !== "server-unreachable") throw error;
      const loss = `${host.server} does not answer (${error.reason.problem.replace(/\.$/, "")})`;
      context.reporter.remark(`${loss}; trying again.`);
      const endings = decide(context, history, expectation);
      if (endings !== undefined) return endings.map((ended) => seenBefore(ended, loss));
      await clock.sleep(BETWEEN_TRIES, signal);
    }
  }
}

/** What ended only because its time did, out of our sight, is not told as if we had looked. */
function seenBefore(ended: Ended, loss: string): Ended {
  if (ended.ending !== "timed-out") return ended;
  return { ...ended, reason: `${loss}. When last seen: ${ended.reason ?? "nothing"}` };
}

/** Undefined while one of them is still on its way. */
function decide(
  { world, reporter }: StepContext,
  history: History,
  expectation: Expectation,
): readonly Ended[] | undefined {
  const judgements = judge(history, expectation, world.clock.now());
  const ended = judgements.filter((one) => one.kind === "ended");
  if (ended.length === judgements.length) return ended;
  reporter.services(
    judgements.map((one) => ({
      service: one.service,
      note: one.kind === "going" ? one.note : one.ending,
    })),
  );
  return undefined;
}

async function report(
  { context: { world }, host, stack }: Watching,
  { service, ending, reason, task }: Ended,
  signal: AbortSignal,
): Promise<ServiceReport> {
  const why = reason === undefined ? {} : { reason: world.mask(reason) };
  if (isGood(ending)) return { service, ending, ...why, log: [] };
  const query = { service, lines: LOG_LINES, ...(task === undefined ? {} : { task }) };
  try {
    const lines = await host.logs(stack, query, signal);
    return {
      service,
      ending,
      ...why,
      log: world.mask(lines.map(({ text }) => text).join("\n")).split("\n"),
    };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { service, ending, ...why, log: [] };
  }
}
