// Carries the library's requests to the homeserver, one after another, and the answers back.
import { z } from "zod";
import { decoded } from "../trouble.ts";
import { v3, type Ask, type Call } from "../wire.ts";
import type { Machine, Wanted } from "./machine.ts";

const anything = z.looseObject({});

export class Outgoing {
  readonly #machine: Machine;
  readonly #ask: Ask;
  #last: Promise<unknown> = Promise.resolve();

  constructor(machine: Machine, ask: Ask) {
    this.#machine = machine;
    this.#ask = ask;
  }

  /** All that waits. Throws Trouble; what was not sent waits on. */
  async flush(signal: AbortSignal): Promise<void> {
    await this.#alone(async () => {
      for (const wanted of await this.#machine.wanted()) await this.#send(wanted, signal);
    });
  }

  /** What the homeserver answered. */
  async send(wanted: Wanted, signal: AbortSignal): Promise<unknown> {
    return this.#alone(() => this.#send(wanted, signal));
  }

  /** Asks for a key of each device to which there is no way yet; two such questions at once would use up two. */
  async claim(members: readonly string[], signal: AbortSignal): Promise<void> {
    await this.#alone(async () => {
      const claim = await this.#machine.missingSessions(members);
      if (claim !== undefined) await this.#send(claim, signal);
    });
  }

  async #alone<Result>(act: () => Promise<Result>): Promise<Result> {
    const turn = this.#last.then(act, act);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #send(wanted: Wanted, signal: AbortSignal): Promise<unknown> {
    const answer = decoded(anything, await this.#ask(callFor(wanted), signal));
    await this.#machine.answered(wanted, answer);
    return answer;
  }
}

function callFor({ kind, body, type = "", txn = "" }: Wanted): Call {
  switch (kind) {
    case "keys-upload":
      return { method: "POST", path: v3("keys", "upload"), body };
    case "keys-query":
      return { method: "POST", path: v3("keys", "query"), body };
    case "keys-claim":
      return { method: "POST", path: v3("keys", "claim"), body };
    case "signatures":
      return { method: "POST", path: v3("keys", "signatures", "upload"), body };
    case "to-device":
      // The library's own transaction id: sent again after a crash it is still one message.
      return { method: "PUT", path: v3("sendToDevice", type, txn), body };
    case "room":
      throw new Error("moot verifies nobody in a room");
  }
}
