// Keeps one SSH connection to a server: made when first used and again after a loss, never two at a time.
import type { Duplex } from "node:stream";
import { Refusal, type RefusalReason } from "../core/errors.ts";
import type { ServerName } from "../core/ids.ts";
import type { Clock, Log } from "../core/ports.ts";
import { EngineDoor, EngineSilent } from "./engine.ts";
import type { KeyLine } from "./host-keys.ts";
import { DEADLINE, fixedWords, type Execution, type Link, type LinkState } from "./link.ts";
import { engineProblem, isForbidden, unreachable } from "./problems.ts";
import { ChannelRefused, connect, type Connection, type SshAddress } from "./ssh.ts";
import { orAborted, within } from "./waiting.ts";

export interface LinkOptions {
  readonly server: ServerName;
  readonly ssh: {
    readonly user: string;
    readonly host: string;
    readonly port: number;
    readonly jump?: SshAddress;
  };
  readonly hostKeys: readonly KeyLine[];
  /** The text of the private key. */
  readonly key: string;
  readonly passphrase?: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly onHostKeyChanged?: (reason: RefusalReason) => void;
  /** A connection that stood is gone, and nobody closed it. */
  readonly onLost?: () => void;
  /** 0 ≤ x < 1; for the jitter. */
  readonly random?: () => number;
  readonly keepalive?: { readonly interval: number; readonly count: number };
  /** Milliseconds for a request to get its stream, and for a command to end. */
  readonly deadline?: number;
}

const KEEPALIVE = { interval: 10_000, count: 3 };
/** Less than the deadline, so that the sentence about the handshake is the one people read. */
const HANDSHAKE = 15_000;
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;

export function openLink(options: LinkOptions): Link {
  return new SshLink(options);
}

class SshLink implements Link {
  readonly #options: LinkOptions;
  readonly #closing = new AbortController();
  #up: { readonly connection: Connection; readonly engine: EngineDoor } | undefined;
  #attempt: Promise<EngineDoor> | undefined;
  #problem: Refusal | undefined;
  #isBlocked = false;
  #failures = 0;
  /** No try starts before. */
  #notBefore = 0;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  get server(): ServerName {
    return this.#options.server;
  }

  get state(): LinkState {
    if (this.#closing.signal.aborted) return "closed";
    if (this.#isBlocked) return "blocked";
    if (this.#attempt !== undefined) return "connecting";
    if (this.#up !== undefined) return "up";
    return this.#options.clock.now() < this.#notBefore ? "down" : "idle";
  }

  stream(signal: AbortSignal): Promise<Duplex> {
    return this.#request((engine, soon) => engine.stream(soon), signal);
  }

  exec(
    argv: readonly string[],
    { stdin, signal }: { readonly stdin?: string; readonly signal: AbortSignal },
  ): Promise<Execution> {
    const command = fixedWords(argv).join(" ");
    return this.#request(async (engine, soon) => {
      const { exitCode, ...said } = await engine.run(command, stdin ?? "", soon);
      if (exitCode === undefined) throw unreachable(this.server, `${command} was cut off there.`);
      return { exitCode, ...said };
    }, signal);
  }

  async close(): Promise<void> {
    this.#closing.abort(unreachable(this.server, "moot is closing the connection."));
    this.#up?.connection.end();
    await this.#attempt?.catch(() => undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #request<T>(
    work: (engine: EngineDoor, signal: AbortSignal) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    const milliseconds = this.#options.deadline ?? DEADLINE;
    const late = `it did not answer within ${milliseconds / 1000} s. Try again; if it stays so, look at its load.`;
    const { clock } = this.#options;
    return within(
      { clock, milliseconds, reason: () => unreachable(this.server, late) },
      async (soon) => {
        try {
          return await work(await this.#engine(soon), soon);
        } catch (error) {
          throw this.#worded(error);
        }
      },
      AbortSignal.any([signal, this.#closing.signal]),
    );
  }

  /** Connects if need be; whoever comes meanwhile waits for the same try. */
  async #engine(signal: AbortSignal): Promise<EngineDoor> {
    this.#closing.signal.throwIfAborted();
    if (this.#up !== undefined) return this.#up.engine;
    const mustWait = this.#isBlocked || this.#options.clock.now() < this.#notBefore;
    if (mustWait && this.#problem !== undefined) throw this.#problem;
    this.#attempt ??= this.#connect().finally(() => (this.#attempt = undefined));
    return orAborted(this.#attempt, signal);
  }

  async #connect(): Promise<EngineDoor> {
    const { server, ssh, hostKeys, key, passphrase, log } = this.#options;
    const { jump, ...address } = ssh;
    const target = {
      server,
      address: { ...address, hostKeys },
      ...(jump === undefined ? {} : { jump }),
      key,
      ...(passphrase === undefined ? {} : { passphrase }),
      handshakeTime: HANDSHAKE,
      keepalive: this.#options.keepalive ?? KEEPALIVE,
    };
    try {
      const connection = await connect(target, this.#closing.signal);
      const engine = new EngineDoor(connection);
      this.#up = { connection, engine };
      this.#failures = 0;
      log.info("connected", { server });
      connection.lost.addEventListener("abort", () => this.#onLost(connection), { once: true });
      return engine;
    } catch (error) {
      this.#onFailure(error);
      throw error;
    }
  }

  #onLost(connection: Connection): void {
    if (this.#up?.connection === connection) this.#up = undefined;
    if (this.state === "closed") return;
    this.#options.log.warn("connection lost", { server: this.server });
    this.#options.onLost?.();
  }

  #onFailure(error: unknown): void {
    if (!(error instanceof Refusal)) return;
    const { clock, log, random = Math.random, onHostKeyChanged } = this.#options;
    this.#problem = error;
    this.#isBlocked = error.reason.kind !== "server-unreachable";
    const longest = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** this.#failures);
    this.#failures += 1;
    this.#notBefore = clock.now() + random() * longest;
    log.warn("connecting failed", { server: this.server, reason: error.reason });
    if (error.reason.kind === "host-key-changed") onHostKeyChanged?.(error.reason);
  }

  #worded(error: unknown): unknown {
    const { server } = this;
    const { user } = this.#options.ssh;
    if (error instanceof EngineSilent) {
      // Groups are given at login: once mended, it takes a new connection to notice.
      if (isForbidden(error)) this.#up?.connection.end();
      return unreachable(server, engineProblem(user, error), error);
    }
    if (error instanceof ChannelRefused) {
      const problem = `sshd lets ${user} neither forward a socket nor run a command. Set AllowStreamLocalForwarding yes in its sshd_config.`;
      return unreachable(server, problem, error);
    }
    return error;
  }
}
