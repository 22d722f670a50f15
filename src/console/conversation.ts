// A terminal's side of the console room: who speaks, what a reaction reaches, and how each command ended.
import { isUserId, type EventId, type UserId } from "../core/ids.ts";
import { isAddressed } from "../core/grammar.ts";
import { foldReaction } from "../core/reaction.ts";
import type { ConsoleClient } from "./client.ts";
import type { RoomEvent } from "./protocol.ts";
import { Screen } from "./screen.ts";

type Settles = NonNullable<Extract<RoomEvent, { readonly kind: "message" }>["settles"]>;
export type How = Settles["how"];

export type Said =
  /** A command: `settled` resolves when it was answered or its job has ended, or waits for people. */
  | { readonly kind: "command"; readonly settled: Promise<How> }
  | { readonly kind: "chatter" }
  | { readonly kind: "reacted" }
  | { readonly kind: "nothing-to-react-to" }
  | { readonly kind: "nobody"; readonly name: string };

export class Conversation {
  readonly #client: ConsoleClient;
  readonly #speaker: UserId;
  readonly #screen = new Screen();
  readonly #print: (text: string) => void;
  readonly #waiting = new Map<EventId, (how: How) => void>();
  readonly #settled = new Map<EventId, How>();
  /** Commands whose job still runs, and messages that ask for a yes, newest last. */
  readonly #running: EventId[] = [];
  readonly #prompts: EventId[] = [];

  /** `speaker` is who types; a line that begins with `@name ` is said by that member, where the room allows it. */
  constructor(client: ConsoleClient, speaker: UserId, print: (text: string) => void) {
    this.#client = client;
    this.#speaker = speaker;
    this.#print = print;
  }

  /** Prints what the room sees; ends when moot is gone. */
  async watch(): Promise<void> {
    for await (const event of this.#client.events()) {
      this.#print(this.#screen.draw(event));
      this.#note(event);
    }
  }

  async say(line: string): Promise<Said> {
    const [, name, rest = line] = /^@([a-z]+)\s+(.*)$/su.exec(line) ?? [];
    const speaker = name === undefined ? this.#speaker : this.#memberCalled(name);
    if (speaker === undefined) return { kind: "nobody", name: name ?? "" };
    const sign = foldReaction(rest);
    if (sign !== undefined)
      return this.#react(rest, sign === "stop" ? this.#running : this.#prompts, speaker);
    const event = await this.#client.say(rest, { as: speaker });
    if (!isAddressed(rest)) return { kind: "chatter" };
    this.#running.push(event);
    return { kind: "command", settled: this.#settling(event) };
  }

  async #react(key: string, targets: readonly EventId[], as: UserId): Promise<Said> {
    const target = targets.at(-1);
    if (target === undefined) return { kind: "nothing-to-react-to" };
    await this.#client.react(target, key.trim(), { as });
    return { kind: "reacted" };
  }

  #settling(event: EventId): Promise<How> {
    const known = this.#settled.get(event);
    if (known !== undefined) return Promise.resolve(known);
    return new Promise((resolve) => this.#waiting.set(event, resolve));
  }

  #note(event: RoomEvent): void {
    if (event.kind === "message" && event.body.includes("React 👍"))
      this.#prompts.push(event.event);
    if ((event.kind !== "message" && event.kind !== "file") || event.settles === undefined) return;
    const { command, how } = event.settles;
    this.#settled.set(command, how);
    this.#waiting.get(command)?.(how);
    if (how === "waiting") this.#prompts.push(event.event);
    const at = this.#running.indexOf(command);
    if (at >= 0) this.#running.splice(at, 1);
  }

  #memberCalled(name: string): UserId | undefined {
    const found = this.#client.members.find((member) => member.startsWith(`@${name}:`));
    return found !== undefined && isUserId(found) ? found : undefined;
  }
}
