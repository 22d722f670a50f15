// Who gets the keys of a room: asked of the homeserver, and asked again when anything changed.
import { z } from "zod";
import type { RoomId } from "../../core/ids.ts";
import type { Visibility } from "../encryption.ts";
import { decoded } from "../trouble.ts";
import { v3, type Ask } from "../wire.ts";

const answer = z.object({
  chunk: z.array(
    z.object({ state_key: z.string(), content: z.object({ membership: z.string() }) }),
  ),
});

/** Each list stays the same object until somebody comes or leaves. */
type Membership = Readonly<Record<"joined" | "all", readonly string[]>>;

export class Members {
  readonly #ask: Ask;
  readonly #known = new Map<RoomId, Membership>();
  #changes = 0;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /** Invited people too, where they may read what was said before they came. */
  async of(room: RoomId, visibility: Visibility, signal: AbortSignal): Promise<readonly string[]> {
    const known = this.#known.get(room) ?? (await this.#fetch(room, signal));
    return visibility === "joined" ? known.joined : known.all;
  }

  /** Somebody came or left, or may have. */
  forget(room: RoomId): void {
    this.#changes += 1;
    this.#known.delete(room);
  }

  async #fetch(room: RoomId, signal: AbortSignal): Promise<Membership> {
    const changes = this.#changes;
    const call = { method: "GET", path: v3("rooms", room, "members") } as const;
    const { chunk } = decoded(answer, await this.#ask(call, signal));
    const who = (...wanted: readonly string[]): readonly string[] =>
      chunk
        .filter(({ content }) => wanted.includes(content.membership))
        .map((one) => one.state_key);
    const found = { joined: who("join"), all: who("join", "invite") };
    // What changed while the answer was on its way may not be in it.
    if (changes === this.#changes) this.#known.set(room, found);
    return found;
  }
}
