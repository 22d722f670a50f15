// The steps of a backup, but for saving and judging: waiting until the app is settled, its hooks, and services that are stopped for a while.

import type { BackupStep } from "../core/backup-steps.ts";
import { Refusal } from "../core/errors.ts";
import type { Executed } from "../core/exec.ts";
import { HOOK_SHELL } from "../core/hook-shell.ts";
import type { Findings } from "../core/job.ts";
import type { Host } from "../core/ports.ts";
import type { StackSight } from "../core/sighting.ts";
import { hookName } from "../words/backup-steps.ts";
import { listed } from "../words/phrases.ts";
import { stepWords } from "../words/steps.ts";
import { endReadings } from "./carrying.ts";
import { problemOf } from "./fleet.ts";
import { StepFailed, type StepContext } from "./step.ts";
import { watchStack } from "./watching.ts";

type Of<Kind extends BackupStep["kind"]> = Extract<BackupStep, { readonly kind: Kind }>;

export interface OnHost extends StepContext {
  readonly host: Host;
}

const BETWEEN_TRIES = 3_000;
/** Of a server that does not answer any more. */
const PATIENCE = 900_000;

export async function settle(
  context: OnHost,
  { stack, server, services, seconds }: Of<"settle">,
  signal: AbortSignal,
): Promise<void> {
  const { world, host } = context;
  const deadline = world.clock.now() + seconds * 1000;
  for await (const sight of host.watch(stack, signal)) {
    const updating = updatingIn(sight);
    if (updating.length === 0) break;
    if (world.clock.now() < deadline) continue;
    throw new StepFailed(
      `${listed(updating)} was still being updated after ${seconds} s, so nothing was saved`,
    );
  }
  const where = server === undefined ? {} : { server };
  try {
    await watchStack(context, { kind: "watch", stack, services, seconds, ...where }, signal);
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    throw new StepFailed(`${error.message}, so nothing was saved`, error.services);
  }
}

/** Services that swarm is about to change. */
export function updatingIn({ services }: StackSight): readonly string[] {
  return services
    .filter(({ update }) => ["updating", "rollback_started"].includes(update?.state ?? ""))
    .map(({ name }) => name);
}

/** Characters. */
const MOST_SAID = 20_000;

/** One that fails stops the job, but for the post-hook of a backup: the data were read by then, and it is judged with them. */
export async function runHook(
  context: OnHost,
  step: Of<"run-hook">,
  signal: AbortSignal,
): Promise<Partial<Findings>> {
  const { service, when } = step.hook;
  const how = await execute(context, step, signal);
  if ("exitCode" in how && how.exitCode === 0) return {};
  const problem = "exitCode" in how ? `it ended with exit code ${how.exitCode}` : how.problem;
  const outputs = "exitCode" in how ? [outputOf(context, step, how)] : [];
  if (when !== "backup-post") {
    throw new StepFailed(`the ${hookName(step.hook)} failed: ${problem}`, undefined, "failed", {
      outputs,
    });
  }
  return { hooks: [{ service, when, problem }], outputs };
}

async function execute(
  { world, host }: OnHost,
  { stack, hook: { service, command }, seconds }: Of<"run-hook">,
  signal: AbortSignal,
): Promise<Executed | { readonly problem: string }> {
  const argv = ["sh", "-c", HOOK_SHELL, "moot-hook", command] as const;
  const exec = { service, argv, limit: MOST_SAID, deadline: seconds * 1000 };
  try {
    return await host.exec(stack, exec, signal);
  } catch (error) {
    if (signal.aborted || !(error instanceof Refusal)) throw error;
    const { reason } = error;
    const words = reason.kind === "step-failed" ? reason.problem : problemOf(error);
    return { problem: world.mask(words) };
  }
}

function outputOf(
  { world }: OnHost,
  step: Of<"run-hook">,
  { exitCode, output, isCut }: Executed,
): NonNullable<Findings["outputs"]>[number] {
  const text = world.mask(output.trimEnd());
  return { what: stepWords(step), exitCode, text, left: 0, isFlood: isCut };
}

export async function pauseService(
  { host }: OnHost,
  { stack, service }: Of<"pause-service">,
  signal: AbortSignal,
): Promise<void> {
  await host.pause(stack, service, signal);
}

/** On the way out nothing may keep the other services from being started: what could not be is told, and tried again later. */
export async function resumeService(
  context: OnHost,
  step: Of<"resume-service">,
  signal: AbortSignal,
): Promise<Partial<Findings>> {
  const { stack, server, service, seconds } = step;
  const where = server === undefined ? {} : { server };
  try {
    await throughLosses(context, () => context.host.resume(stack, service, signal), signal);
    const watch = { kind: "watch", stack, services: [service], seconds, ...where } as const;
    await watchStack(context, watch, signal);
    return {};
  } catch (error) {
    const isKnown = error instanceof StepFailed || error instanceof Refusal;
    if (!context.isBack || signal.aborted || !isKnown) throw error;
    const why = error instanceof StepFailed ? error.message : problemOf(error);
    const note = `${service} could not be started again: ${why}. moot starts it as soon as ${context.host.server} lets it.`;
    return error instanceof StepFailed && error.services !== undefined
      ? { note, services: error.services }
      : { note };
  }
}

/** A server that does not answer may do so soon, and what was stopped there must not stay so. */
export async function throughLosses(
  { world, reporter, host }: OnHost,
  act: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const { clock } = world;
  const until = clock.now() + PATIENCE;
  for (;;) {
    try {
      await act();
      return;
    } catch (error) {
      const isLoss = error instanceof Refusal && error.reason.kind === "server-unreachable";
      if (!isLoss || clock.now() >= until) throw error;
      reporter.remark(`${host.server} does not answer; trying again.`);
      await clock.sleep(BETWEEN_TRIES, signal);
    }
  }
}

export async function abandonSave(
  { world, host, job }: OnHost,
  { stack }: Of<"abandon-save">,
  signal: AbortSignal,
): Promise<Partial<Findings>> {
  const put = job.plan.steps.find((step) => step.kind === "restore-volumes");
  // The server itself may have no repository.
  const repository = put?.repository ?? host.server;
  try {
    await world.vaults.get(repository, host.server).abandon(stack, signal);
    await endReadings({ world, job }, signal);
    return {};
  } catch (error) {
    if (signal.aborted || !(error instanceof Refusal)) throw error;
    return {
      note: `What still reads its volumes could not be stopped: ${problemOf(error)} The next backup does it.`,
    };
  }
}
