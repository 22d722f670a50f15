// Runs one program to its end: the only door to execa.
import { execa } from "execa";
import { Refusal } from "../core/errors.ts";

export interface RunOptions {
  readonly cwd?: string;
  /** All of it: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Milliseconds. */
  readonly timeout: number;
  /** Characters of output, each of stdout and stderr. */
  readonly maxBuffer?: number;
  readonly signal: AbortSignal;
}

export interface Ran {
  /** As it came, with its last line break. */
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

export interface Told extends Pick<RunOptions, "cwd" | "env" | "timeout" | "signal"> {
  readonly out: (chunk: Uint8Array) => void;
  readonly err: (chunk: Uint8Array) => void;
  /** Milliseconds it may take to tidy up when it is stopped. */
  readonly grace: number;
}

const MAX_BUFFER = 32 * 1024 * 1024;

/**
 * Any exit code is an answer. Throws Refusal `step-failed` when the program is missing, is too slow, says too much or is killed, and
 * the signal's reason when aborted; the program and all it started are gone by then.
 */
export async function run(
  file: string,
  argv: readonly string[],
  { cwd, env, stdin, timeout, maxBuffer = MAX_BUFFER, signal }: RunOptions,
): Promise<Ran> {
  signal.throwIfAborted();
  const ended = await execa(file, argv, {
    ...(cwd === undefined ? {} : { cwd }),
    ...(stdin === undefined ? { stdin: "ignore" } : { input: stdin }),
    env,
    extendEnv: false,
    reject: false,
    stripFinalNewline: false,
    timeout,
    maxBuffer,
    cancelSignal: signal,
    killDescendants: true,
    forceKillAfterDelay: 2_000,
  });
  signal.throwIfAborted();
  const { exitCode, stdout, stderr } = ended;
  if (exitCode === undefined || ended.timedOut || ended.isMaxBuffer) {
    const step = [file, ...argv.slice(0, 1)].join(" ");
    throw new Refusal({ kind: "step-failed", step, problem: problem(file, ended, timeout) }, ended);
  }
  return { stdout, stderr, exitCode };
}

/** As `run`, of a program whose output is looked at as it comes and kept by nobody here. Returns the exit code. */
export async function runTold(
  file: string,
  argv: readonly string[],
  { cwd, env, timeout, signal, out, err, grace }: Told,
): Promise<number> {
  signal.throwIfAborted();
  const running = execa(file, argv, {
    ...(cwd === undefined ? {} : { cwd }),
    stdin: "ignore",
    env,
    extendEnv: false,
    reject: false,
    buffer: false,
    encoding: "buffer",
    timeout,
    cancelSignal: signal,
    killDescendants: true,
    forceKillAfterDelay: grace,
  });
  running.stdout.on("data", out);
  running.stderr.on("data", err);
  const ended = await running;
  signal.throwIfAborted();
  const { exitCode, timedOut, code, signal: killedBy } = ended;
  if (exitCode === undefined || timedOut) {
    const step = [file, ...argv.slice(0, 1)].join(" ");
    const end = { code, signal: killedBy, timedOut, isMaxBuffer: false };
    throw new Refusal({ kind: "step-failed", step, problem: problem(file, end, timeout) }, ended);
  }
  return exitCode;
}

interface BadEnd {
  readonly code?: unknown;
  readonly signal?: string | undefined;
  readonly timedOut: boolean;
  readonly isMaxBuffer: boolean;
}

function problem(file: string, end: BadEnd, timeout: number): string {
  if (end.timedOut) return `it did not end within ${timeout / 1000} s.`;
  if (end.isMaxBuffer) return "it said more than moot reads.";
  if (end.code === "ENOENT") return `${file} is not installed on moot's machine.`;
  if (end.code === "EACCES") return `${file} may not be run by moot's user.`;
  return `it was killed (${end.signal ?? String(end.code)}).`;
}
