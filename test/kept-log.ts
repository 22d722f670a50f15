// A real log whose lines a test can read.
import type { Log } from "../src/core/ports.ts";
import { makeLog } from "../src/log.ts";

export interface KeptLog {
  readonly log: Log;
  /** All JSON lines so far, as one text. */
  text(): string;
}

export function keepLog(): KeptLog {
  const lines: string[] = [];
  const log = makeLog("debug", (text) => text, { write: (line) => void lines.push(line) });
  return { log, text: () => lines.join("") };
}
