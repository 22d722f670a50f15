// The way to one server, as the rest of moot sees it.
import type { Duplex } from "node:stream";
import type { ServerName } from "../core/ids.ts";

/** Milliseconds for a request to get its stream, and for a command to end. */
export const DEADLINE = 20_000;

/** `down`: the last try failed and the next may not start yet. `blocked`: the host key is not the pinned one, so nothing is tried again. */
export type LinkState = "idle" | "connecting" | "up" | "down" | "blocked" | "closed";

export interface Execution {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Everything throws Refusal `server-unreachable`, `host-key-unknown` or `host-key-changed` when it cannot get there. */
export interface Link extends AsyncDisposable {
  readonly server: ServerName;
  readonly state: LinkState;
  /** The engine's own socket; absent where the server is another machine. */
  readonly localSocket?: string;
  /** A fresh connection to the server's engine. The signal ends the waiting, not the stream. */
  stream(signal: AbortSignal): Promise<Duplex>;
  /** Runs one of moot's own fixed commands: only letters, digits and `_ . , : = @ % + / -` in its words, else a bug. */
  exec(
    argv: readonly string[],
    options: { readonly stdin?: string; readonly signal: AbortSignal },
  ): Promise<Execution>;
  close(): Promise<void>;
}

/** The words, if they are of the kind that no shell reads anything into. */
export function fixedWords(argv: readonly string[]): readonly [string, ...string[]] {
  const [file, ...words] = argv;
  if (file === undefined || !argv.every((word) => /^[\w.,:=@%+/-]+$/.test(word))) {
    throw new Error(`not a fixed command: ${JSON.stringify(argv)}`);
  }
  return [file, ...words];
}
