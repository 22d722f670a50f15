// A terminal's side of the console room: who speaks, what a reaction reaches, and how each thing said there stands.
import type { Settled, Settlement } from "../core/chat.ts";
import { isUserId, type EventId, type UserId } from "../core/ids.ts";
import { isAddressed } from "../core/grammar.ts";
import { foldReaction } from "../core/reaction.ts";
import type { ConsoleClient } from "./client.ts";
import type { RoomEvent } from "./protocol.ts";
import { Screen } from "./screen.ts";

export type Said =
  /** A command or a reaction: `settled` tells when it is over. */
  | { readonly kind: "act"; readonly event: EventId }
  | { readonly kind: "chatter" }
  | { readonly kind: "nothing-to-react-to" }
  | { readonly kind: "nobody"; readonly name: string };

export interface ConversationOptions {
  /** Who types; a line that begins with `@name ` is said by that member, where the room allows it. */
  readonly speaker: UserId;
  /** A script's reactions reach only what its own commands asked. */
  readonly isScript: boolean;
  readonly print: (text: string) => void;
}

/** How every message ends that a 👍 answers. */
const ASKS = /React 👍 (?:or 👎 )?to this message/u;

export class Conversation {
  readonly #client: ConsoleClient;
  readonly #options: ConversationOptions;
  readonly #screen = new Screen();
  /** What was typed here, oldest first. */
  readonly #commands = new Set<EventId>();
  readonly #fates = new Map<EventId, Omit<Settlement, "command">>();
  /** Messages that ask for a yes, oldest first, and the command behind each. */
  readonly #prompts = new Map<EventId, EventId | undefined>();
  readonly #waiting = new Map<EventId, (how: Settled) => void>();

  constructor(client: ConsoleClient, options: ConversationOptions) {
    this.#client = client;
    this.#options = options;
  }

  /** Prints what the room sees; ends when moot is gone. */
  async watch(): Promise<void> {
    for await (const event of this.#client.events()) {
      this.#options.print(this.#screen.draw(event));
      this.#note(event);
    }
  }

  async say(line: string): Promise<Said> {
    const [, name, rest] = /^@([a-z]+)\s+(.*)$/su.exec(line) ?? [];
    const speaker = name === undefined ? this.#options.speaker : this.#memberCalled(name);
    if (speaker === undefined) return { kind: "nobody", name: name ?? "" };
    const words = rest ?? line;
    const sign = foldReaction(words);
    if (sign !== undefined) {
      const target = sign === "stop" ? this.#newestRunning() : this.#newestPrompt();
      if (target === undefined) return { kind: "nothing-to-react-to" };
      const reaction = await this.#client.react(target, words.trim(), { as: speaker });
      return { kind: "act", event: reaction };
    }
    const event = await this.#client.say(words, { as: speaker });
    if (!isAddressed(words)) return { kind: "chatter" };
    this.#commands.add(event);
    return { kind: "act", event };
  }

  /** Resolves once it was answered, or its job has ended, or it waits for people. */
  settled(event: EventId): Promise<Settled> {
    const how = this.standing(event);
    if (how !== "running") return Promise.resolve(how);
    return new Promise((resolve) => this.#waiting.set(event, resolve));
  }

  /** How it stands now; something that follows a command stands as that one does. */
  standing(event: EventId): Settled {
    const fate = this.#fates.get(event);
    if (fate === undefined) return "running";
    const followed = fate.follows === undefined ? undefined : this.#fates.get(fate.follows);
    return (followed ?? fate).how;
  }

  #newestRunning(): EventId | undefined {
    return [...this.#commands].findLast((event) => this.standing(event) === "running");
  }

  #newestPrompt(): EventId | undefined {
    const { isScript } = this.#options;
    return [...this.#prompts].findLast(
      ([, command]) => !isScript || (command !== undefined && this.#commands.has(command)),
    )?.[0];
  }

  #note(event: RoomEvent): void {
    if (event.kind === "message" && ASKS.test(event.body))
      this.#prompts.set(event.event, event.settles?.command);
    else if (event.kind === "edit" && !ASKS.test(event.body)) this.#prompts.delete(event.target);
    if ("settles" in event && event.settles !== undefined) this.#settle(event.settles);
  }

  #settle({ command, ...fate }: Settlement): void {
    this.#fates.set(command, fate);
    // People agreed: what was asked goes on until its own end is told.
    if (fate.how === "running" && fate.follows !== undefined)
      this.#fates.set(fate.follows, { how: "running" });
    for (const [event, resolve] of this.#waiting) {
      const how = this.standing(event);
      if (how === "running") continue;
      this.#waiting.delete(event);
      resolve(how);
    }
  }

  #memberCalled(name: string): UserId | undefined {
    const found = this.#client.members.find((member) => member.startsWith(`@${name}:`));
    return found !== undefined && isUserId(found) ? found : undefined;
  }
}
