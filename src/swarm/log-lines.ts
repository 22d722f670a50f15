// Reads the lines of the engine's log answers, framed (stdout and stderr apart) or plain (a terminal's).
import type { IncomingMessage } from "node:http";
import { isFramed } from "./frames.ts";

export interface RawLine {
  /** Milliseconds UTC. */
  readonly at: number;
  readonly task: string;
  readonly text: string;
}

const HEADER = 8;
const LINE = /^(\S+) (\S*com\.docker\.swarm\.task\.id=(\w+)\S*) ?(.*)$/s;

/** Asked for with timestamps and details; what is not such a line is passed over. */
export function readLines(content: Buffer | string): readonly RawLine[] {
  return (typeof content === "string" ? content : plainText(content))
    .split("\n")
    .flatMap((text) => {
      const [, at = "", , task = "", said = ""] = LINE.exec(text) ?? [];
      const time = Date.parse(at);
      return Number.isNaN(time) ? [] : [{ at: time, task, text: said.replace(/\r$/, "") }];
    });
}

function plainText(content: Buffer): string {
  if (!isFramed(content)) return content.toString();
  let text = "";
  let at = 0;
  while (at + HEADER <= content.length) {
    const end = at + HEADER + content.readUInt32BE(at + 4);
    const frame = content.toString("utf8", at + HEADER, Math.min(end, content.length));
    // The engine frames each line; one cut short by a deadline must not swallow the next.
    text += frame.endsWith("\n") ? frame : `${frame}\n`;
    at = end;
  }
  return text;
}

/** All that comes until the answer ends or is cut off. */
export async function readUntilCut(answer: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  answer.on("data", (chunk: Buffer) => chunks.push(chunk));
  await new Promise((resolve) => {
    // An answer that was cut off ends in an error; what has come by then still counts.
    answer.once("error", resolve);
    answer.once("close", resolve);
  });
  return Buffer.concat(chunks);
}
