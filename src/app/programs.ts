// Runs a function of a recipe's abra.sh in a container of its app: once, whatever happens to moot meanwhile.
import { programEnv, PROGRAM_SCRIPT } from "../core/abra.ts";
import { Refusal } from "../core/errors.ts";
import type { Exec, Executed } from "../core/exec.ts";
import type { Findings, Output } from "../core/job.ts";
import type { RunFunction } from "../core/step.ts";
import { argvOf } from "../core/programs.ts";
import { stepWords } from "../words/steps.ts";
import { StepFailed, type StepContext } from "./step.ts";

/** Characters that are read of what a function says; what comes after is counted by nobody. */
const MOST_READ = 1_000_000;
/** Characters that are kept. */
const MOST_KEPT = 100_000;

export async function runFunction(
  context: StepContext,
  step: RunFunction,
  signal: AbortSignal,
): Promise<Partial<Findings>> {
  const { service, function: name } = step;
  if (context.begunAt !== undefined) {
    const problem = `moot was stopped while ${name} ran in ${service}. Nobody knows whether it came to its end; it was not run a second time`;
    throw new StepFailed(problem, undefined, "interrupted");
  }
  const output = outputOf(context, step, await execute(context, step, signal));
  if (output.exitCode === 0) return { outputs: [output] };
  throw new StepFailed(`${name} ended with exit code ${output.exitCode}`, undefined, "failed", {
    outputs: [output],
  });
}

async function execute(
  { world, job }: StepContext,
  step: RunFunction,
  signal: AbortSignal,
): Promise<Executed> {
  const { stack, service, script, seconds } = step;
  const exec: Exec = {
    service,
    argv: argvOf(step),
    env: programEnv(job.app, stack, service),
    files: [{ path: PROGRAM_SCRIPT, content: script }],
    limit: MOST_READ,
    deadline: seconds * 1000,
  };
  try {
    return await world.hosts.get(job.server).exec(stack, exec, signal);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { reason } = error;
    // Too long, for example; the step says by itself which function that was.
    if (reason.kind === "step-failed") throw new StepFailed(world.mask(reason.problem));
    if (reason.kind === "not-running") throw new Refusal({ ...reason, app: job.app }, error);
    throw error;
  }
}

function outputOf({ world }: StepContext, step: RunFunction, executed: Executed): Output {
  const { exitCode, output, isCut } = executed;
  const text = world.mask(output.trimEnd());
  const kept = text.slice(0, MOST_KEPT);
  const left = text.length - kept.length;
  return { what: world.mask(stepWords(step)), exitCode, text: kept, left, isFlood: isCut };
}
