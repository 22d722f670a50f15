// Follows the logs of a stack's services: lines as they come.
import { StringDecoder } from "node:string_decoder";
import { Refusal } from "../core/errors.ts";
import type { StackName } from "../core/ids.ts";
import { RunningMask } from "../core/mask-lines.ts";
import type { LogLine, LogQuery } from "../core/ports.ts";
import { EngineError, type Engine } from "./docker.ts";
import { readFrames } from "./frames.ts";
import { readLines, type RawLine } from "./log-lines.ts";
import { lastOfEach, loggedServices, logQuery, type LoggedService } from "./logs.ts";
import { merged } from "./merged.ts";

export interface Followed {
  readonly stack: StackName;
  readonly query: LogQuery;
  readonly mask: (text: string) => string;
}

/** What may be written between the look back and the beginning of the stream. */
const BETWEEN = 500;

/** Ends when every service is gone. */
export async function* followLogs(
  engine: Engine,
  { stack, query, mask }: Followed,
  signal: AbortSignal,
): AsyncGenerator<LogLine> {
  const old = await lastOfEach(engine, stack, query, signal);
  const told = new Told(old);
  const masks = new Map<string, RunningMask>();
  const masked = (line: LogLine): LogLine => {
    const own = masks.get(line.task) ?? new RunningMask(mask);
    masks.set(line.task, own);
    return { ...line, text: own.line(line.text) };
  };
  const safe = old.map(masked);
  if (query.lines > 0) yield* safe.slice(-query.lines);
  const services = await loggedServices(engine, stack, query, signal);
  const more = { ...query, lines: query.lines === 0 ? 0 : query.lines + BETWEEN };
  const follow = (inner: AbortSignal) =>
    services.map((service) => followOne(engine, service, more, inner));
  for await (const line of merged(follow, signal)) {
    const isAsked = query.task === undefined || line.task === query.task;
    if (isAsked && !told.has(line)) yield masked(line);
  }
  signal.throwIfAborted();
}

/** Which lines were told already. By task, as clocks of nodes differ. */
class Told {
  readonly #last = new Map<string, { readonly at: number; readonly texts: string[] }>();

  constructor(lines: readonly RawLine[]) {
    for (const { task, at, text } of lines) {
      const last = this.#last.get(task);
      if (last?.at === at) last.texts.push(text);
      else this.#last.set(task, { at, texts: [text] });
    }
  }

  has({ task, at, text }: RawLine): boolean {
    const last = this.#last.get(task);
    if (last === undefined || at > last.at) return false;
    if (at < last.at) return true;
    const place = last.texts.indexOf(text);
    if (place !== -1) last.texts.splice(place, 1);
    return place !== -1;
  }
}

const NEWLINE = 10;

async function* followOne(
  engine: Engine,
  { id, name }: LoggedService,
  query: LogQuery,
  signal: AbortSignal,
): AsyncGenerator<RawLine & LogLine> {
  const path = `/services/${id}/logs`;
  const question = { path, query: { ...logQuery(query), follow: "true" } };
  try {
    const decoder = new StringDecoder();
    let begun = "";
    for await (const { from, content } of readFrames(await engine.stream(question, signal))) {
      const isOpen = from === "terminal" || content.at(-1) === NEWLINE;
      // The engine frames each line; a part of a very long one must not swallow the next.
      const text = begun + decoder.write(content) + (isOpen ? "" : "\n");
      const end = text.lastIndexOf("\n") + 1;
      begun = text.slice(end);
      for (const line of readLines(text.slice(0, end))) yield { ...line, service: name };
    }
  } catch (error) {
    signal.throwIfAborted();
    // Gone between two questions.
    if (error instanceof EngineError && error.status === 404) return;
    if (!(error instanceof EngineError)) throw engine.inWords(error);
    throw new Refusal({ kind: "step-failed", step: "logs", problem: error.message }, error);
  }
}
