// Ends a program that was started in a container: the engine has no call for that.
import { z } from "zod";
import { Refusal } from "../core/errors.ts";
import type { Clock } from "../core/ports.ts";
import { EngineError, type Engine } from "./docker.ts";
import type { Found } from "./exec-place.ts";

export const execState = z.object({
  Running: z.boolean(),
  ExitCode: z.number().optional(),
  /** 0 before it has begun. */
  Pid: z.number().default(0),
});

/** Milliseconds for all of it: whoever waits has waited long enough. */
const DEADLINE = 20_000;
const BETWEEN_LOOKS = 50;

/**
 * Kills the program with all that it started, where moot's user on the server may, or else from inside the container where that
 * has a `kill`. Where neither can be done it goes on by itself.
 */
export async function killExec(found: Found, exec: string, clock: Clock): Promise<void> {
  const signal = AbortSignal.timeout(DEADLINE);
  const question = { path: `/exec/${exec}/json` };
  try {
    let isKilled = false;
    for (;;) {
      const state = await found.machine.engine.ask(question, execState, signal);
      if (state.ExitCode !== undefined) return;
      // It may not have begun yet, and would once nobody looks.
      if (state.Pid > 0 && !isKilled) {
        await killProcess(found, state.Pid, signal);
        isKilled = true;
      }
      await clock.sleep(BETWEEN_LOOKS, signal);
    }
  } catch (error) {
    const isOver = signal.aborted || error instanceof Refusal || error instanceof EngineError;
    if (!isOver) throw error;
  }
}

async function killProcess(
  { machine, container }: Found,
  pid: number,
  signal: AbortSignal,
): Promise<void> {
  const files = [`/proc/${pid}/cgroup`, `/proc/${pid}/status`];
  const { stdout } = await machine.command(["cat", ...files], { signal });
  // Where moot itself is in a container, that number is somebody else's.
  if (!stdout.includes(container)) return;
  const { exitCode } = await machine.command(["kill", "-KILL", "--", `-${pid}`], { signal });
  const inside = /^NSpid:.*\s(\d+)$/m.exec(stdout)?.[1];
  if (exitCode === 0 || inside === undefined) return;
  await killInside(machine.engine, { container, pid: inside }, signal);
}

async function killInside(
  engine: Engine,
  { container, pid }: { readonly container: string; readonly pid: string },
  signal: AbortSignal,
): Promise<void> {
  const body = { User: "0", Cmd: ["kill", "-KILL", "--", `-${pid}`] };
  const made = { method: "POST", path: `/containers/${container}/exec`, body } as const;
  const { Id } = await engine.ask(made, z.object({ Id: z.string() }), signal);
  const start = { method: "POST", path: `/exec/${Id}/start`, body: { Detach: true } } as const;
  await engine.tell(start, signal);
}
