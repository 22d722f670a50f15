// Speaks the engine's API over a local socket: the only door to docker-modem.
import { Agent, IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { inspect } from "node:util";
import Modem from "docker-modem";
import { z } from "zod";
import { causeOf, errnoOf } from "../core/errno.ts";
import { Refusal } from "../core/errors.ts";
import type { ServerName } from "../core/ids.ts";
import type { Clock } from "../core/ports.ts";
import { readAnswer } from "./engine-schema.ts";
import { Found } from "./found.ts";
import { onNode, unreachable } from "./problems.ts";
import { orAborted, within } from "./waiting.ts";

/** What of an `EngineSocket` is needed here. */
export interface SocketAt {
  readonly path: string;
  /** Why the newest connection failed, where the far end knows it. */
  readonly problem: unknown;
}

/** The engine answered, and said no. */
export class EngineError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.name = "EngineError";
    this.status = status;
  }
}

export interface Question {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  /** Without the version: `/services`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** A body that is a tar archive. */
  readonly archive?: Buffer | Readable;
  readonly login?: { readonly username: string; readonly password: string };
  /** Milliseconds to the end of the answer, or to its beginning where it is a stream. */
  readonly deadline?: number;
}

/** Milliseconds. */
const DEADLINE = 10_000;
/** Connections kept for calls; each is a channel of the server's one SSH connection. */
const CONNECTIONS = 4;

/** docker-modem draws all of its options at each call, for a debug line that nobody reads: of an agent with its sockets, 10 ms. */
class QuietAgent extends Agent {
  [inspect.custom](): string {
    return "Agent";
  }
}

export class Engine {
  readonly found: Found;
  readonly #server: ServerName;
  readonly #socket: SocketAt;
  readonly #clock: Clock;
  readonly #node: string | undefined;
  readonly #agent = new QuietAgent({ keepAlive: true, maxSockets: CONNECTIONS });
  readonly #calls: Modem;
  readonly #streams: Modem;
  /** `1.41`: the engine's own, so that old and new ones are spoken to as they wish. */
  #version: string | undefined;

  /** `node`: the one it runs on, where it is not the manager that the server is reached at. */
  constructor(server: ServerName, socket: SocketAt, clock: Clock, node?: string) {
    this.#server = server;
    this.#node = node;
    this.#socket = socket;
    this.#clock = clock;
    this.found = new Found(clock);
    const here = { protocol: "http", socketPath: socket.path } as const;
    this.#calls = new Modem({ ...here, agent: this.#agent });
    // A stream that stays open must not take the place of a call.
    this.#streams = new Modem(here);
  }

  close(): void {
    this.#agent.destroy();
  }

  /** Asks the engine for a sign of life, and which version of the API it speaks best. */
  async greet(signal: AbortSignal): Promise<void> {
    const question = { path: "/_ping" };
    const work = async (inner: AbortSignal): Promise<unknown> => {
      const response = await this.#dial(this.#calls, question, inner);
      await text(response);
      return response.headers["api-version"];
    };
    this.#version = z.string().parse(await this.#within(question, work, signal));
  }

  /** Throws Refusal `server-unreachable` or `no-swarm`, or EngineError. */
  async ask<T>(question: Question, schema: z.ZodType<T>, signal: AbortSignal): Promise<T> {
    const answer = await this.#text(question, signal);
    return schema.parse(readAnswer(answer));
  }

  /** For a question whose answer says nothing. */
  async tell(question: Question, signal: AbortSignal): Promise<void> {
    await this.#text(question, signal);
  }

  /** An answer that comes bit by bit. It is cut off, with an error, when the signal is aborted. */
  async stream(question: Question, signal: AbortSignal): Promise<IncomingMessage> {
    const path = await this.#pathOf(question, signal);
    return this.#within(
      question,
      async (inner) => {
        const response = await this.#dial(this.#streams, { ...question, path }, inner);
        const cut = (): void => void response.destroy();
        signal.addEventListener("abort", cut, { once: true });
        response.once("close", () => signal.removeEventListener("abort", cut));
        return response;
      },
      signal,
    );
  }

  async #text(question: Question, signal: AbortSignal): Promise<string> {
    const path = await this.#pathOf(question, signal);
    return this.#within(
      question,
      async (inner) => {
        return text(await this.#dial(this.#calls, { ...question, path }, inner));
      },
      signal,
    );
  }

  async #pathOf({ path }: Question, signal: AbortSignal): Promise<string> {
    if (this.#version === undefined) await this.greet(signal);
    return `/v${this.#version ?? ""}${path}`;
  }

  async #within<T>(
    { deadline = DEADLINE }: Question,
    work: (signal: AbortSignal) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    const late = `Docker gave no answer within ${deadline / 1000} s. Try again; if it stays so, look at the server's load.`;
    const reason = (): Refusal => unreachable(this.#server, late);
    try {
      const answer = await within(
        { clock: this.#clock, milliseconds: deadline, reason },
        // An answer cut off half-way would otherwise never settle.
        (inner) => orAborted(work(inner), inner),
        signal,
      );
      this.found.note(true);
      return answer;
    } catch (error) {
      // Whoever gave up waiting learnt nothing of the server.
      signal.throwIfAborted();
      const told = this.inWords(error);
      const isBug = !(told instanceof Refusal || told instanceof EngineError);
      if (!isBug) this.found.note(isAnswer(told));
      throw told;
    }
  }

  /** What a lost connection or an unfit engine means to people; any other error as it is. */
  inWords(error: unknown): unknown {
    const told = this.#told(error);
    if (this.#node === undefined || !(told instanceof Refusal)) return told;
    return new Refusal(onNode(told.reason, this.#node), told);
  }

  #told(error: unknown): unknown {
    if (error instanceof Refusal) return error;
    if (error instanceof EngineError) {
      const isNoManager = /not a swarm manager/i.test(error.message);
      return isNoManager ? new Refusal({ kind: "no-swarm", server: this.#server }, error) : error;
    }
    // Only system calls and the socket's end carry a code; anything else is a bug.
    if (errnoOf(error) === undefined) return error;
    if (this.#socket.problem instanceof Refusal) return this.#socket.problem;
    return unreachable(this.#server, `the connection to Docker failed: ${causeOf(error)}`, error);
  }

  #dial(modem: Modem, question: Question, signal: AbortSignal): Promise<IncomingMessage> {
    const { method = "GET", path, query = {}, body = {}, archive, login } = question;
    return new Promise((resolve, reject) => {
      modem.dial(
        {
          path: `${path}?`,
          method,
          options: { _query: query, _body: body },
          isStream: true,
          statusCodes: { 200: true, 201: true, 204: true },
          abortSignal: signal,
          ...(archive === undefined ? {} : { file: archive }),
          ...(login === undefined ? {} : { authconfig: login }),
        },
        (error: unknown, response: unknown) => {
          if (response instanceof IncomingMessage) resolve(response);
          else reject(asEngineError(error));
        },
      );
    });
  }
}

/** An engine that says no is there. */
function isAnswer(told: Refusal | EngineError): boolean {
  return told instanceof EngineError || told.reason.kind === "no-swarm";
}

const refused = z.object({ statusCode: z.number(), message: z.string() });

/** docker-modem wraps the engine's words in its own. */
function asEngineError(error: unknown): Error {
  const known = refused.safeParse(error);
  if (known.success) {
    const { statusCode, message } = known.data;
    return new EngineError(statusCode, message.replace(/^\(HTTP code \d+\) [^-]*- /, "").trim());
  }
  return error instanceof Error ? error : new Error("the engine's answer could not be read");
}
