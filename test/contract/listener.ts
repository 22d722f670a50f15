// Hears a room as moot does, and keeps what it heard.
import type { Chat, Inbound, RoomMove } from "../../src/core/chat.ts";
import { untilTrue } from "../testbed/wait.ts";

/** What a `receive` handed over, as it came. */
export class Listener {
  readonly batches: Inbound[][] = [];
  readonly moves: RoomMove[] = [];
  readonly done: Promise<void>;
  readonly #stop = new AbortController();

  constructor(chat: Chat, then: () => void = () => undefined) {
    const store = (batch: readonly Inbound[]): void => {
      this.batches.push([...batch]);
      then();
    };
    this.done = chat.receive(store, this.#stop.signal, async (move) => {
      this.moves.push(move);
    });
  }

  get got(): readonly Inbound[] {
    return this.batches.flat();
  }

  get bodies(): readonly string[] {
    return this.got.flatMap((inbound) => (inbound.kind === "message" ? [inbound.body] : []));
  }

  async hears(count: number): Promise<readonly Inbound[]> {
    await untilTrue(`${count} events, got ${this.got.length}`, 30, () => this.got.length >= count);
    return this.got;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.done;
  }
}
