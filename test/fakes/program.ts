// Programs run in the containers of a swarm in memory: a test says what they do.
import { Refusal } from "../../src/core/errors.ts";
import type { Exec, Executed } from "../../src/core/exec.ts";
import type { StackName } from "../../src/core/ids.ts";
import type { Clock } from "../../src/core/ports.ts";
import type { FakeService } from "./service.ts";

/** What a program says and how it ends; one that never settles runs until the deadline. */
export type FakeProgram = (
  run: { readonly stack: StackName; readonly exec: Exec },
  signal: AbortSignal,
) => Promise<{ readonly exitCode: number; readonly output: string }>;

/** Throws Refusal `not-running` where no current task runs. */
export function runningTask(
  stack: StackName,
  service: string,
  found: FakeService | undefined,
): void {
  const tasks = found?.tasks.filter(({ current }) => current) ?? [];
  if (tasks.some(({ state }) => state === "running")) return;
  const state = tasks.at(-1)?.state;
  const problem =
    found === undefined
      ? "there is no such service"
      : state === undefined
        ? "it has no task"
        : `its task is ${state}`;
  throw new Refusal({ kind: "not-running", stack, service, problem });
}

export async function runProgram(
  program: FakeProgram,
  run: { readonly stack: StackName; readonly exec: Exec },
  clock: Clock,
  signal: AbortSignal,
): Promise<Executed> {
  const { service, limit, deadline } = run.exec;
  const done = new AbortController();
  const inner = AbortSignal.any([signal, done.signal]);
  const late = clock.sleep(deadline, inner).then((): undefined => undefined);
  try {
    const ended = await Promise.race([program(run, inner), late]);
    if (ended !== undefined) {
      const isCut = ended.output.length > limit;
      return { ...ended, output: ended.output.slice(0, limit), isCut };
    }
  } finally {
    done.abort();
    late.catch(() => undefined);
  }
  const problem = `it had not ended after ${deadline / 1000} s`;
  throw new Refusal({ kind: "step-failed", step: `exec ${service}`, problem });
}
