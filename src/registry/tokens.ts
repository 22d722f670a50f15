// Keeps what opened a repository of a registry for as long as it is good, so that a look needs one request.
import type { ImageReference } from "../core/imageref.ts";
import type { Clock } from "../core/ports.ts";
import type { Grant } from "./token.ts";

interface Kept {
  readonly authorization: string;
  /** Absent for a login, which does not run out. */
  readonly until?: number;
}

export class Tokens {
  readonly #clock: Clock;
  readonly #kept = new Map<string, Kept>();
  readonly #tails = new Map<string, Promise<unknown>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  find(reference: ImageReference): string | undefined {
    const kept = this.#kept.get(placeOf(reference));
    const isGood = kept?.until === undefined || kept.until > this.#clock.now();
    return isGood ? kept?.authorization : undefined;
  }

  /**
   * Gets another in place of `refused`. One at a time for a repository: who comes while one is got takes that one.
   * Absent when there is none to be had.
   */
  async renew(
    reference: ImageReference,
    refused: string | undefined,
    buy: () => Promise<Grant | undefined>,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const place = placeOf(reference);
    const before = this.#tails.get(place) ?? Promise.resolve();
    const turn = before.then(async () => {
      signal.throwIfAborted();
      const kept = this.find(reference);
      if (kept !== undefined && kept !== refused) return kept;
      return this.#keep(place, await buy());
    });
    this.#tails.set(
      place,
      turn.catch(() => undefined),
    );
    return turn;
  }

  #keep(place: string, grant: Grant | undefined): string | undefined {
    if (grant === undefined) {
      this.#kept.delete(place);
      return undefined;
    }
    const { authorization, seconds } = grant;
    const until = seconds === undefined ? {} : { until: this.#clock.now() + seconds * 1000 };
    this.#kept.set(place, { authorization, ...until });
    return authorization;
  }
}

function placeOf({ registry, name }: ImageReference): string {
  return `${registry}/${name}`;
}
