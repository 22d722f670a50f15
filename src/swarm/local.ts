// The way to the engine on this very machine: what a link does, without SSH.
import { once } from "node:events";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import type { ServerName } from "../core/ids.ts";
import { run } from "../process/run.ts";
import { DEADLINE, fixedWords, type Link } from "./link.ts";
import { localProblem, unreachable } from "./problems.ts";

/** `path` is the engine's own socket. */
export function openLocal(server: ServerName, path: string): Link {
  const closing = new AbortController();
  const close = async (): Promise<void> =>
    closing.abort(unreachable(server, "moot is closing the connection."));
  return {
    server,
    get state() {
      return closing.signal.aborted ? "closed" : "up";
    },
    localSocket: path,
    stream: (signal) => dial(server, path, AbortSignal.any([signal, closing.signal])),
    exec: (argv, { stdin, signal }) => {
      const [file, ...words] = fixedWords(argv);
      return run(file, words, {
        env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
        ...(stdin === undefined ? {} : { stdin }),
        timeout: DEADLINE,
        signal: AbortSignal.any([signal, closing.signal]),
      });
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function dial(server: ServerName, path: string, signal: AbortSignal): Promise<Duplex> {
  signal.throwIfAborted();
  const socket = connect({ path, allowHalfOpen: true });
  try {
    await once(socket, "connect", { signal });
    return socket;
  } catch (error) {
    socket.destroy();
    signal.throwIfAborted();
    throw unreachable(server, localProblem(path, error), error);
  }
}
