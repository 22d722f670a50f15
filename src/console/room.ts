// The console room: a room on this machine alone, behind a socket that only moot's own user may open.
import type { Socket } from "node:net";
import type { Chat, Inbound, Outgoing, Settlement } from "../core/chat.ts";
import type { EventId, UserId } from "../core/ids.ts";
import type { Clock, Log } from "../core/ports.ts";
import { actEvent, drawn, heard, outgoingEvent, shown, type Act } from "./events.ts";
import { onLine, writeLine } from "./lines.ts";
import { askedSchema, CONSOLE_ROOM, type RoomEvent, type Told } from "./protocol.ts";
import { listenPrivately } from "./socket.ts";

export interface ConsoleOptions {
  /** The socket's path; its folder becomes private. */
  readonly path: string;
  readonly self: UserId;
  /** The configured members: nobody else may act. */
  readonly members: ReadonlySet<UserId>;
  /** One client may act as any member: for the demo alone. */
  readonly anyMember: boolean;
  /** Whether all that moot has to say here so far was said. */
  readonly isCaughtUp: () => boolean;
  readonly clock: Clock;
  readonly log: Log;
}

export interface ConsoleChat extends Chat, AsyncDisposable {}

/** How many things a client that comes late is shown. */
const REMEMBERED = 200;

/** Opens the room. Throws Refusal where the socket cannot be made. */
export async function openConsole(options: ConsoleOptions): Promise<ConsoleChat> {
  const room = new ConsoleRoom(options);
  const server = await listenPrivately(options.path, (socket) => room.welcome(socket));
  return Object.assign(room, {
    async [Symbol.asyncDispose]() {
      room.dismiss();
      await server.close();
    },
  });
}

/** Something a person did, and the client that waits to hear that it is stored. */
interface Waiting {
  readonly inbound: Inbound;
  readonly stored: () => void;
}

class ConsoleRoom implements Chat {
  readonly self: UserId;
  readonly rooms = [CONSOLE_ROOM];
  /** Nothing is kept here, and what a terminal shows stays there. */
  readonly redacts = false;
  /** Who reaches the socket can say that they are anybody; in the demo all of them are one person anyway. */
  readonly vouches: "change" | "danger";
  readonly #options: ConsoleOptions;
  readonly #clients = new Set<Socket>();
  readonly #past = new Map<EventId, RoomEvent>();
  readonly #waiting: Waiting[] = [];
  /** Answers that are due once everything was said. */
  readonly #catchingUp: (() => void)[] = [];
  #wake: () => void = () => undefined;

  constructor(options: ConsoleOptions) {
    this.self = options.self;
    this.vouches = options.anyMember ? "danger" : "change";
    this.#options = options;
  }

  async receive(store: (batch: readonly Inbound[]) => void, signal: AbortSignal): Promise<void> {
    const wake = (): void => this.#wake();
    signal.addEventListener("abort", wake);
    while (!signal.aborted) {
      const batch = [...this.#waiting];
      if (batch.length > 0) store(batch.map(({ inbound }) => inbound));
      for (const { stored } of this.#waiting.splice(0, batch.length)) stored();
      if (batch.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    signal.removeEventListener("abort", wake);
  }

  /** The event's id is made from the transaction's, so that it is the same also after a restart; clients drop what they have. */
  async send(outgoing: Outgoing, txn: string, signal: AbortSignal): Promise<EventId> {
    signal.throwIfAborted();
    const event = outgoingEvent(txn);
    this.#show(drawn(outgoing, { event, sender: this.self, at: this.#options.clock.now() }));
    void this.#tellCaughtUpSoon(signal);
    return event;
  }

  settled(settles: Settlement): void {
    const at = this.#options.clock.now();
    this.#show({ kind: "settled", event: actEvent(), sender: this.self, at, settles });
  }

  async isJoined(_room: unknown, user: UserId, signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted();
    return this.#options.members.has(user);
  }

  welcome(socket: Socket): void {
    let speaker: UserId | undefined;
    onLine(socket, (line) => {
      const asked = askedSchema.safeParse(line).data;
      if (asked === undefined) this.#refuse(socket, "this client speaks another protocol");
      else if (asked.kind === "hello") {
        speaker = asked.as;
        this.#greet(socket, speaker);
      } else if (speaker === undefined) this.#refuse(socket, "a client says hello first");
      else if (asked.kind === "catch-up") {
        const { nonce } = asked;
        this.#catchingUp.push(() => tell(socket, { kind: "caught-up", nonce }));
        this.#tellCaughtUp();
      } else this.#act(socket, asked, speaker);
    });
    socket.on("close", () => this.#clients.delete(socket));
    socket.on("error", (problem) => {
      this.#options.log.debug("a console client was lost", { problem: problem.message });
    });
  }

  dismiss(): void {
    for (const client of this.#clients) client.destroy();
  }

  /** A moment later, when the outbox knows that this was said. */
  async #tellCaughtUpSoon(signal: AbortSignal): Promise<void> {
    await this.#options.clock.sleep(0, signal).catch(() => undefined);
    if (!signal.aborted) this.#tellCaughtUp();
  }

  #tellCaughtUp(): void {
    if (this.#catchingUp.length === 0 || !this.#options.isCaughtUp()) return;
    for (const answer of this.#catchingUp.splice(0)) answer();
  }

  #greet(socket: Socket, speaker: UserId): void {
    const { members, self } = this.#options;
    if (!members.has(speaker)) {
      this.#refuse(socket, `${speaker} is no member in moot's config`);
      return;
    }
    this.#clients.add(socket);
    tell(socket, { kind: "welcome", self, members: [...members] });
    for (const event of this.#past.values()) tell(socket, { kind: "seen", event });
  }

  #refuse(socket: Socket, problem: string): void {
    tell(socket, { kind: "refused", problem });
    socket.end();
  }

  #act(socket: Socket, act: Act, speaker: UserId): void {
    const { nonce, as: sender = speaker } = act;
    const problem = this.#objection(sender, speaker);
    if (problem !== undefined) {
      tell(socket, { kind: "refused", nonce, problem });
      return;
    }
    const inbound = heard(act, { event: actEvent(), sender, at: this.#options.clock.now() });
    const stored = (): void => {
      this.#show(shown(inbound));
      tell(socket, { kind: "done", nonce, event: inbound.event });
    };
    this.#waiting.push({ inbound, stored });
    this.#wake();
  }

  #objection(sender: UserId, speaker: UserId): string | undefined {
    const { anyMember, members } = this.#options;
    if (sender !== speaker && !anyMember) return `this client speaks as ${speaker} alone`;
    return members.has(sender) ? undefined : `${sender} is no member in moot's config`;
  }

  #show(event: RoomEvent): void {
    if (this.#past.has(event.event)) return;
    this.#past.set(event.event, event);
    for (const oldest of this.#past.keys()) {
      if (this.#past.size <= REMEMBERED) break;
      this.#past.delete(oldest);
    }
    for (const client of this.#clients) tell(client, { kind: "seen", event });
  }
}

function tell(client: Socket, told: Told): void {
  writeLine(client, told);
}
