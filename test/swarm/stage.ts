// What tests of the transport stand on: a log that remembers, a clock that can be moved, and links that are closed.
import { once } from "node:events";
import type { Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import { isServerName } from "../../src/core/ids.ts";
import type { Clock, Fields, Log } from "../../src/core/ports.ts";
import { Refusal, type RefusalReason } from "../../src/core/errors.ts";
import { systemClock } from "../../src/clock.ts";
import type { Link } from "../../src/swarm/link.ts";
import { openLink, type LinkOptions } from "../../src/swarm/open-link.ts";
import { named } from "../named.ts";
import { makeKeyPair, SshServer } from "./ssh-server.ts";

export const alpha = named(isServerName, "alpha.example.coop");

/** A signal for what must not take long. */
export function soon(): AbortSignal {
  return AbortSignal.timeout(10_000);
}

export class MemoryLog implements Log {
  readonly lines: { readonly message: string; readonly fields: Fields }[] = [];

  child(): Log {
    return this;
  }
  debug(message: string, fields: Fields = {}): void {
    this.lines.push({ message, fields });
  }
  info(message: string, fields: Fields = {}): void {
    this.lines.push({ message, fields });
  }
  warn(message: string, fields: Fields = {}): void {
    this.lines.push({ message, fields });
  }
  error(message: string, fields: Fields = {}): void {
    this.lines.push({ message, fields });
  }
}

/** Its time stands still until it is moved; its sleeps are real. */
export class MovableClock implements Clock {
  #now = 1_000_000;

  now(): number {
    return this.#now;
  }
  sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    return systemClock.sleep(milliseconds, signal);
  }
  move(milliseconds: number): void {
    this.#now += milliseconds;
  }
}

/** A server with one host key and one client, and the links to it; the tests of a file make one each. */
export class Ground implements AsyncDisposable {
  static readonly host = makeKeyPair();
  static readonly client = makeKeyPair();
  readonly server: SshServer;
  readonly #links: Link[] = [];

  private constructor(server: SshServer) {
    this.server = server;
  }

  static async start(): Promise<Ground> {
    return new Ground(await SshServer.start([Ground.host], [Ground.client]));
  }

  /** A link to the server as moot, with its host key pinned; closed with the ground. */
  open(options: Partial<LinkOptions> = {}): Link {
    const link = openLink({
      server: alpha,
      ssh: { user: "moot", host: "127.0.0.1", port: this.server.port },
      hostKeys: [Ground.host.line],
      key: Ground.client.key,
      clock: systemClock,
      log: new MemoryLog(),
      random: () => 0,
      ...options,
    });
    this.#links.push(link);
    return link;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const link of this.#links) await link.close();
    await this.server[Symbol.asyncDispose]();
  }
}

/** One question and its answer over a fresh stream. */
export async function ping(link: Link, signal = soon()): Promise<string> {
  const stream = await link.stream(signal);
  stream.end("GET /_ping HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n");
  return text(stream);
}

/** Resolves when the stream has ended, well or not. */
export async function over(stream: Duplex): Promise<Error | undefined> {
  let error: Error | undefined;
  stream.on("error", (given: Error) => (error = given)).resume();
  if (!stream.closed) await once(stream, "close", { signal: soon() }).catch(() => undefined);
  return error;
}

/** The reason of the refusal that the promise must end in. */
export async function refusal(promise: Promise<unknown>): Promise<RefusalReason> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof Refusal) return error.reason;
  throw new Error("no refusal came", { cause: error });
}

/** The sentence of a refusal `server-unreachable`. */
export function sentenceOf(error: unknown): string {
  if (error instanceof Refusal && error.reason.kind === "server-unreachable") {
    return error.reason.problem;
  }
  throw new Error("no refusal `server-unreachable`", { cause: error });
}

/** The sentence of the refusal `server-unreachable` that the promise must end in. */
export async function problem(promise: Promise<unknown>): Promise<string> {
  return sentenceOf(new Refusal(await refusal(promise)));
}
