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
import { readLines, readUntilCut } from "./log-lines.ts";

/** Milliseconds: a task whose node is gone keeps the engine waiting for ever. */
const DEADLINE = 8_000;

/** Oldest first. */
export async function fetchLogs(
  engine: Engine,
  stack: StackName,
  query: LogQuery,
  signal: AbortSignal,
): Promise<readonly LogLine[]> {
  const listed = { path: "/services", query: ofStack(stack) };
  const services = await engine.ask(listed, z.array(liveService), signal);
  const asked = services.filter(
    (service) => query.service === undefined || shortName(service, stack) === query.service,
  );
  const lines = await Promise.all(
    asked.map(async (service) => {
      const name = shortName(service, stack);
      const raw = await fetchRaw(engine, service.ID, query, signal);
      return raw.map((line) => ({ ...line, service: name }));
    }),
  );
  const wanted = lines
    .flat()
    .filter(({ task }) => query.task === undefined || task === query.task)
    .toSorted((a, b) => a.at - b.at);
  return query.lines === 0 ? [] : wanted.slice(-query.lines);
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

async function fetchRaw(
  engine: Engine,
  service: string,
  { lines, since }: LogQuery,
  signal: AbortSignal,
): Promise<ReturnType<typeof readLines>> {
  const query = {
    stdout: "true",
    stderr: "true",
    timestamps: "true",
    details: "true",
    tail: String(lines),
    ...(since === undefined ? {} : { since: String(since / 1000) }),
  };
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
