// Opens streams to the engine over one connection: by forwarding its socket, or by `docker system dial-stdio` where that is forbidden.
import type { Duplex } from "node:stream";
import { ChannelRefused, type Connection, type Session } from "./ssh.ts";
import { Slots } from "./slots.ts";
import { orAborted } from "./waiting.ts";

/** Where Docker listens on every server we know. */
const ENGINE_SOCKET = "/var/run/docker.sock";
/** sshd allows ten sessions a connection by default (MaxSessions); people's own leave room. */
const SESSIONS = 6;
const DIAL = "docker system dial-stdio";

/** Characters of a command's output that are kept. */
const OUTPUT_LIMIT = 1024 * 1024;

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
  /** Absent when a signal or a lost connection ended it. */
  readonly exitCode: number | undefined;
}

/** The engine did not answer, and what the docker command said to that on the server. */
export class EngineSilent extends Error {
  readonly exitCode: number | undefined;
  readonly stderr: string;
  constructor(exitCode: number | undefined, stderr: string) {
    super("the engine does not answer");
    this.exitCode = exitCode;
    this.stderr = stderr;
  }
}

export class EngineDoor {
  readonly #connection: Connection;
  readonly #sessions = new Slots(SESSIONS);
  #way: "unknown" | "forward" | "dial" = "unknown";

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Throws EngineSilent, or ChannelRefused when neither way is allowed. */
  async stream(signal: AbortSignal): Promise<Duplex> {
    if (this.#way === "dial") return this.#dial(signal);
    try {
      const stream = await this.#connection.forward(ENGINE_SOCKET, signal);
      this.#way = "forward";
      return stream;
    } catch (error) {
      if (!(error instanceof ChannelRefused)) throw error;
      // sshd gives one answer to "forbidden", "no such socket" and "not your socket": the docker command tells which.
      await this.#ping(signal);
      if (this.#way === "unknown") this.#way = "dial";
      return this.#dial(signal);
    }
  }

  /** Runs a command to its end, when one of the few sessions is free. Throws ChannelRefused. */
  async run(command: string, stdin: string, signal: AbortSignal): Promise<Output> {
    const { stream, stderr, exitCode } = await this.#session(command, signal);
    let stdout = "";
    stream.setEncoding("utf8").on("data", (text: string) => {
      stdout = (stdout + text).slice(0, OUTPUT_LIMIT);
    });
    // A lost connection ends it without an exit code.
    stream.on("error", () => undefined);
    stream.end(stdin);
    const code = await orAborted(exitCode, signal).finally(() => stream.destroy());
    return { stdout, stderr: stderr(), exitCode: code };
  }

  async #session(command: string, signal: AbortSignal): Promise<Session> {
    for (;;) {
      const release = await this.#sessions.take(signal);
      try {
        const session = await this.#connection.run(command, signal);
        void session.exitCode.then(release);
        return session;
      } catch (error) {
        // The server may allow fewer sessions than we hoped for: wait for one of ours to end.
        const mayWait = error instanceof ChannelRefused && this.#sessions.shrink();
        release();
        if (!mayWait) throw error;
      }
    }
  }

  async #dial(signal: AbortSignal): Promise<Duplex> {
    const { stream, exitCode } = await this.#session(DIAL, signal);
    // An exit of its own means that the engine is gone: the next stream asks why.
    void exitCode.then((code) => {
      if (code !== undefined && code > 0) this.#way = "unknown";
    });
    return stream;
  }

  async #ping(signal: AbortSignal): Promise<void> {
    const ping = "GET /_ping HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n";
    const { stdout, stderr, exitCode } = await this.run(DIAL, ping, signal);
    if (!stdout.startsWith("HTTP/1.1 200")) throw new EngineSilent(exitCode, stderr);
  }
}
