// Runs a program in a container that is there, through the engine's own API: no shell between moot and it.
import { StringDecoder } from "node:string_decoder";
import { z } from "zod";
import { Refusal } from "../core/errors.ts";
import type { Exec, Executed } from "../core/exec.ts";
import type { StackName } from "../core/ids.ts";
import { maskLines } from "../core/mask-lines.ts";
import type { Clock } from "../core/ports.ts";
import { EngineError } from "./docker.ts";
import { findContainer, type Found } from "./exec-place.ts";
import { execState, killExec } from "./exec-kill.ts";
import { readFrames } from "./frames.ts";
import type { Nodes } from "./nodes.ts";
import { packTar } from "./tar.ts";
import { within } from "./waiting.ts";

export interface ExecParts {
  readonly nodes: Nodes;
  readonly clock: Clock;
  readonly mask: (text: string) => string;
}

/** Milliseconds: the last output may come a moment before the engine knows of the end. */
const SETTLING = 50;
/** Characters kept beyond the limit, so that a secret across it is seen whole before it is cut. */
const BEYOND = 8_192;
const LAST_WORDS = 300;

export async function execIn(
  parts: ExecParts,
  stack: StackName,
  exec: Exec,
  signal: AbortSignal,
): Promise<Executed> {
  const found = await findContainer(parts, stack, exec.service, signal);
  const said = new Said(exec.limit + BEYOND);
  const reason = (): Refusal => {
    const words = maskLines(said.text.split("\n"), parts.mask).join("\n").trim().slice(-LAST_WORDS);
    const late = `it had not ended after ${exec.deadline / 1000} s and was stopped`;
    const problem = words === "" ? late : `${late}; its last words: ${words}`;
    return new Refusal({ kind: "step-failed", step: `exec ${exec.service}`, problem });
  };
  const deadline = { clock: parts.clock, milliseconds: exec.deadline, reason };
  const work = async (inner: AbortSignal): Promise<number> => {
    const run = { ...parts, ...found, exec, said };
    await putFiles(run, inner);
    return runIn(run, inner);
  };
  const exitCode = await within(deadline, work, signal);
  return { exitCode, ...said.ended(exec.limit, parts.mask) };
}

async function putFiles(
  { machine, container, exec: { service, files = [] }, mask }: Run,
  signal: AbortSignal,
): Promise<void> {
  if (files.length === 0) return;
  const path = `/containers/${container}/archive`;
  const question = { method: "PUT", path, query: { path: "/" }, archive: packTar(files) } as const;
  await orFailed(`put files into ${service}`, machine.engine.tell(question, signal), mask);
}

interface Run extends Found {
  readonly exec: Exec;
  readonly said: Said;
  readonly clock: Clock;
  readonly mask: (text: string) => string;
}

const created = z.object({ Id: z.string() });

async function runIn(run: Run, signal: AbortSignal): Promise<number> {
  const { machine, container, exec, said, clock, mask } = run;
  const { argv, user, env = {}, service } = exec;
  const body = {
    AttachStdout: true,
    AttachStderr: true,
    Cmd: argv,
    Env: Object.entries(env).map(([key, value]) => `${key}=${value}`),
    ...(user === undefined ? {} : { User: user }),
  };
  const made = { method: "POST", path: `/containers/${container}/exec`, body } as const;
  const step = `exec ${service}`;
  const { Id } = await orFailed(step, machine.engine.ask(made, created, signal), mask);
  const start = { method: "POST", path: `/exec/${Id}/start`, body: { Detach: false } } as const;
  try {
    const stream = await machine.engine.stream(start, signal);
    for await (const { from, content } of readFrames(stream)) said.add(from, content);
    return await exitCodeOf(run, Id, signal);
  } catch (error) {
    if (error instanceof EngineError) throw failed(step, error, mask);
    await killExec(run, Id, clock);
    signal.throwIfAborted();
    throw machine.engine.inWords(error);
  }
}

async function exitCodeOf(
  { machine, clock }: Run,
  id: string,
  signal: AbortSignal,
): Promise<number> {
  const question = { path: `/exec/${id}/json` };
  for (;;) {
    signal.throwIfAborted();
    const { ExitCode } = await machine.engine.ask(question, execState, signal);
    if (ExitCode !== undefined) return ExitCode;
    await clock.sleep(SETTLING, signal);
  }
}

function failed(step: string, error: EngineError, mask: (text: string) => string): Refusal {
  return new Refusal({ kind: "step-failed", step, problem: mask(error.message) }, error);
}

/** What the engine says against it, as a refusal. */
async function orFailed<T>(
  step: string,
  work: Promise<T>,
  mask: (text: string) => string,
): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw failed(step, error, mask);
  }
}

/** What a program said, as much of it as is kept. */
class Said {
  readonly #most: number;
  readonly #decoders = new Map<string, StringDecoder>();
  text = "";
  #isFull = false;

  constructor(most: number) {
    this.#most = most;
  }

  add(from: string, content: Buffer): void {
    const decoder = this.#decoders.get(from) ?? new StringDecoder();
    this.#decoders.set(from, decoder);
    const more = decoder.write(content);
    this.#isFull ||= this.text.length + more.length > this.#most;
    this.text = (this.text + more).slice(0, this.#most);
  }

  ended(limit: number, mask: (text: string) => string): Omit<Executed, "exitCode"> {
    const lines = this.text.split("\n");
    // Its end is missing, so what is secret in it may not be seen.
    if (this.#isFull && lines.length > 1) lines.pop();
    const masked = maskLines(lines, mask).join("\n");
    return { output: masked.slice(0, limit), isCut: this.#isFull || masked.length > limit };
  }
}
