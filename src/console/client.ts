// The member's side of the console room.
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { Refusal } from "../core/errors.ts";
import type { EventId, UserId } from "../core/ids.ts";
import { onLine, writeLine } from "./lines.ts";
import { toldSchema, type Asked, type RoomEvent, type Told } from "./protocol.ts";

/** Who acts, where the room lets one client act for any member. */
interface As {
  readonly as?: UserId;
}

export interface ConsoleClient extends AsyncDisposable {
  /** Moot's own name. */
  readonly moot: UserId;
  readonly members: readonly UserId[];
  /** Resolves when moot has stored it. Throws Refusal when it is not allowed or moot is gone. */
  say(body: string, how?: As & { readonly thread?: EventId }): Promise<EventId>;
  react(target: EventId, key: string, how?: As): Promise<EventId>;
  redact(target: EventId, how?: As): Promise<EventId>;
  /** Resolves when `events` has handed over all that moot had to say until now. */
  catchUp(): Promise<void>;
  /** What the room sees, each event once, beginning with its recent past; ends when moot is gone. For one reader. */
  events(): AsyncIterable<RoomEvent>;
}

/** Throws Refusal when moot does not run there, or does not know the member. The signal bounds the connecting alone. */
export async function connectConsole(
  path: string,
  as: UserId,
  signal: AbortSignal,
): Promise<ConsoleClient> {
  const socket = await connected(path, signal);
  const line = new ConsoleLine(socket);
  const giveUp = (): void => void socket.destroy();
  signal.addEventListener("abort", giveUp, { once: true });
  writeLine(socket, { kind: "hello", as } satisfies Asked);
  const { self: moot, members } = await line.welcomed;
  signal.removeEventListener("abort", giveUp);
  const ask = async (asked: Act): Promise<EventId> => line.ask(asked);
  return {
    moot,
    members,
    say: async (body, how) => ask({ kind: "say", nonce: randomUUID(), body, ...how }),
    react: async (target, key, how) =>
      ask({ kind: "react", nonce: randomUUID(), target, key, ...how }),
    redact: async (target, how) => ask({ kind: "redact", nonce: randomUUID(), target, ...how }),
    catchUp: () => line.catchUp(randomUUID()),
    events: () => line.events(),
    async [Symbol.asyncDispose]() {
      if (socket.closed) return;
      socket.destroy();
      await once(socket, "close");
    },
  };
}

async function connected(path: string, signal: AbortSignal): Promise<Socket> {
  const socket = connect(path);
  try {
    await once(socket, "connect", { signal });
    return socket;
  } catch (problem) {
    socket.destroy();
    signal.throwIfAborted();
    throw new Refusal(
      refusal(`moot does not run here: nothing answers on ${path}. Start it first.`).reason,
      problem,
    );
  }
}

type Act = Extract<Asked, { readonly kind: "say" | "react" | "redact" }>;
type Welcome = Extract<Told, { readonly kind: "welcome" }>;
type Answer = PromiseWithResolvers<EventId>;

class ConsoleLine {
  readonly welcomed: Promise<Welcome>;
  readonly #welcome = Promise.withResolvers<Welcome>();
  readonly #socket: Socket;
  readonly #asked = new Map<string, Answer>();
  readonly #known = new Set<EventId>();
  /** Events, and who waits to hear that those before have been taken. */
  readonly #queue: (RoomEvent | PromiseWithResolvers<undefined>)[] = [];
  readonly #catchingUp = new Map<string, PromiseWithResolvers<undefined>>();
  #isOpen = true;
  #wake: () => void = () => undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.welcomed = this.#welcome.promise;
    onLine(socket, (line) => {
      const told = toldSchema.safeParse(line).data;
      if (told === undefined) socket.destroy();
      else this.#take(told);
    });
    // What went wrong with a local socket tells a person nothing more than that moot is gone.
    socket.on("error", () => undefined);
    socket.on("close", () => this.#end());
  }

  async ask(asked: Act): Promise<EventId> {
    if (!this.#isOpen) throw ended();
    const answer = Promise.withResolvers<EventId>();
    this.#asked.set(asked.nonce, answer);
    writeLine(this.#socket, asked);
    return answer.promise;
  }

  async catchUp(nonce: string): Promise<void> {
    if (!this.#isOpen) throw ended();
    const answer = Promise.withResolvers<undefined>();
    this.#catchingUp.set(nonce, answer);
    writeLine(this.#socket, { kind: "catch-up", nonce } satisfies Asked);
    return answer.promise;
  }

  async *events(): AsyncIterable<RoomEvent> {
    for (;;) {
      const next = this.#queue.shift();
      if (next !== undefined && "resolve" in next) next.resolve(undefined);
      else if (next !== undefined) yield next;
      else if (!this.#isOpen) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  #take(told: Told): void {
    if (told.kind === "welcome") this.#welcome.resolve(told);
    else if (told.kind === "seen") this.#see(told.event);
    else if (told.kind === "done") this.#answer(told.nonce)?.resolve(told.event);
    else if (told.kind === "caught-up") this.#catchUpWith(told.nonce);
    else if (told.nonce === undefined) this.#welcome.reject(refusal(told.problem));
    else this.#answer(told.nonce)?.reject(refusal(told.problem));
  }

  #answer(nonce: string): Answer | undefined {
    const answer = this.#asked.get(nonce);
    this.#asked.delete(nonce);
    return answer;
  }

  #catchUpWith(nonce: string): void {
    const answer = this.#catchingUp.get(nonce);
    this.#catchingUp.delete(nonce);
    if (answer === undefined) return;
    this.#queue.push(answer);
    this.#wake();
  }

  #see(event: RoomEvent): void {
    if (this.#known.has(event.event)) return;
    this.#known.add(event.event);
    this.#queue.push(event);
    this.#wake();
  }

  #end(): void {
    this.#isOpen = false;
    this.#welcome.reject(ended());
    for (const answer of this.#asked.values()) answer.reject(ended());
    for (const answer of this.#catchingUp.values()) answer.reject(ended());
    this.#wake();
  }
}

function ended(): Refusal {
  return refusal("moot has gone away. Start it again; what it had stored it goes on with.");
}

function refusal(problem: string): Refusal {
  return new Refusal({ kind: "step-failed", step: "talk in the console room", problem });
}
