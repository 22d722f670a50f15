// Fetches the last log lines of a stack's services or of one task.
import { z } from "zod";
import { Refusal } from "../core/errors.ts";
import type { StackName } from "../core/ids.ts";
import { maskLines } from "../core/mask-lines.ts";
import type { LogLine, LogQuery } from "../core/ports.ts";
import { EngineError, type Engine } from "./docker.ts";
import { liveService } from "./engine-schema.ts";
import { shortName } from "./live-sight.ts";
import { ofStack } from "./live.ts";
import { readLines, readUntilCut, type RawLine } from "./log-lines.ts";

/** Milliseconds: a task whose node is gone keeps the engine waiting for ever. */
const DEADLINE = 8_000;

/** Oldest first. */
export async function fetchLogs(
  engine: Engine,
  stack: StackName,
  query: LogQuery,
  signal: AbortSignal,
): Promise<readonly (RawLine & LogLine)[]> {
  const lines = await lastOfEach(engine, stack, query, signal);
  return query.lines === 0 ? [] : lines.slice(-query.lines);
}

/** The last lines of each task, as many as are asked for in all; oldest first. */
export async function lastOfEach(
  engine: Engine,
  stack: StackName,
  query: LogQuery,
  signal: AbortSignal,
): Promise<readonly (RawLine & LogLine)[]> {
  const asked = await loggedServices(engine, stack, query, signal);
  const lines = await Promise.all(
    asked.map(async ({ id, name }) => {
      const raw = await fetchRaw(engine, id, query, signal);
      return raw.map((line) => ({ ...line, service: name }));
    }),
  );
  return lines
    .flat()
    .filter(({ task }) => query.task === undefined || task === query.task)
    .toSorted((a, b) => a.at - b.at);
}

export interface LoggedService {
  readonly id: string;
  /** Without the stack's prefix. */
  readonly name: string;
}

export async function loggedServices(
  engine: Engine,
  stack: StackName,
  query: LogQuery,
  signal: AbortSignal,
): Promise<readonly LoggedService[]> {
  const listed = { path: "/services", query: ofStack(stack) };
  const services = await engine.ask(listed, z.array(liveService), signal);
  return services
    .map((service) => ({ id: service.ID, name: shortName(service, stack) }))
    .filter(({ name }) => query.service === undefined || name === query.service);
}

/** Task by task: a secret may go over many lines, and tasks write between each other's. */
export function maskLog(
  lines: readonly LogLine[],
  mask: (text: string) => string,
): readonly LogLine[] {
  const tasks = Map.groupBy(lines, ({ task }) => task).values();
  const masked = [...tasks].flatMap((own) => {
    const texts = own.map(({ text }) => text);
    const safe = maskLines(texts, mask);
    return own.map((line, index) => ({ ...line, text: safe[index] ?? "" }));
  });
  return masked.toSorted((a, b) => (a.at ?? 0) - (b.at ?? 0));
}

/** As the engine is asked; the names of service and task are not its part. */
export function logQuery({ lines, since }: LogQuery): Readonly<Record<string, string>> {
  return {
    stdout: "true",
    stderr: "true",
    timestamps: "true",
    details: "true",
    tail: String(lines),
    ...(since === undefined ? {} : { since: String(since / 1000) }),
  };
}

async function fetchRaw(
  engine: Engine,
  service: string,
  asked: LogQuery,
  signal: AbortSignal,
): Promise<readonly RawLine[]> {
  const query = logQuery(asked);
  const cut = AbortSignal.timeout(DEADLINE);
  try {
    const question = { path: `/services/${service}/logs`, query, deadline: DEADLINE };
    const answer = await engine.stream(question, AbortSignal.any([signal, cut]));
    const content = await readUntilCut(answer);
    signal.throwIfAborted();
    return readLines(content);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    // Some log drivers keep nothing that could be read back.
    throw new Refusal({ kind: "step-failed", step: "logs", problem: error.message }, error);
  }
}
