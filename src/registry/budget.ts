// How much one registry lets moot ask, as its own answers tell, and who may spend it: plans before watching.
import { EventEmitter, once } from "node:events";
import type { Clock } from "../core/ports.ts";
import type { RegistryBudget } from "../core/registry.ts";
import { waitIn } from "./retry-after.ts";

/** Why no tag may be looked at, and until when. */
export interface Shut {
  readonly kind: "shut";
  readonly until: number;
  /** A sentence without its full stop. */
  readonly problem: string;
}

interface Heard {
  readonly remaining: number;
  readonly limit?: number;
  /** When the time that it is counted over has passed, at the latest. */
  readonly until: number;
}

const AT_ONCE = 4;
/** Of what a registry allows, so much at least is left for plans and deploys; of a small limit no more than half. */
const LEFT = 10;
const LEFT_PART = 0.1;
/** When a registry that was asked too often does not say for how long, or how long its limit counts. */
const PAUSE = 3_600_000;
/** A mistake in a header must not silence a registry for ever. */
const LONGEST = 24 * 3_600_000;

export class Budget {
  readonly #registry: string;
  readonly #clock: Clock;
  readonly #door = new EventEmitter().setMaxListeners(0);
  #inside = 0;
  #heard: Heard | undefined;
  /** Until then the registry itself wants no request. */
  #closed: number | undefined;
  /** Until then moot does not watch, since the registry did not say how long to wait. */
  #paused: number | undefined;

  constructor(registry: string, clock: Clock) {
    this.#registry = registry;
    this.#clock = clock;
  }

  /** Looks at a tag as soon as there is room for it; does nothing where the registry is shut. */
  async spend<Result>(work: () => Promise<Result>, signal: AbortSignal): Promise<Result | Shut> {
    for (;;) {
      const shut = this.shut();
      if (shut !== undefined) return shut;
      if (this.#inside < this.#room()) break;
      await this.#left(signal);
    }
    this.#inside += 1;
    try {
      return await work();
    } finally {
      this.#inside -= 1;
      this.#door.emit("left");
    }
  }

  /** To be called before a request; what it returns learns from its answers what is left. */
  listen(): (headers: Headers) => void {
    const before = this.#heard;
    return (headers) => {
      this.#hear(headers, before);
    };
  }

  /** Learns that it was asked too often, and from the Retry-After header until when it wants to be left alone. */
  refuse(retryAfter: string | null): void {
    const now = this.#clock.now();
    const wait = waitIn(retryAfter, now);
    if (wait === undefined) this.#paused = now + PAUSE;
    else this.#closed = Math.max(this.closedUntil() ?? now, now + Math.min(wait, LONGEST));
  }

  /** Before then nobody asks the registry anything; absent when it may be asked. */
  closedUntil(): number | undefined {
    return this.#ahead(this.#closed);
  }

  /** Absent when tags may be looked at. */
  shut(): Shut | undefined {
    const spent = this.#spent();
    const refused = Math.max(this.closedUntil() ?? 0, this.#ahead(this.#paused) ?? 0);
    if (refused > 0) {
      const until = Math.max(refused, spent?.until ?? 0);
      return { kind: "shut", until, problem: "it was asked too often" };
    }
    if (spent === undefined) return undefined;
    const problem = `it allows few more requests (${spent.remaining}), and those are left for plans`;
    return { kind: "shut", until: spent.until, problem };
  }

  sight(): RegistryBudget {
    const remaining = this.#current()?.remaining;
    const limit = this.#heard?.limit;
    const blockedUntil = this.shut()?.until;
    return {
      registry: this.#registry,
      ...(remaining === undefined ? {} : { remaining }),
      ...(limit === undefined ? {} : { limit }),
      ...(blockedUntil === undefined ? {} : { blockedUntil }),
    };
  }

  #hear(headers: Headers, before: Heard | undefined): void {
    const told = quotaIn(headers.get("ratelimit-remaining"));
    if (told === undefined) return;
    const limit = quotaIn(headers.get("ratelimit-limit"));
    const window = told.window ?? limit?.window ?? PAUSE;
    const known = this.#current()?.remaining ?? told.count;
    // Answers overtake each other: where another came since this was asked, the lower count is the later one.
    const remaining = before === this.#heard ? told.count : Math.min(told.count, known);
    const until = this.#clock.now() + Math.min(window, LONGEST);
    this.#heard = { remaining, until, ...(limit === undefined ? {} : { limit: limit.count }) };
  }

  #current(): Heard | undefined {
    return this.#ahead(this.#heard?.until) === undefined ? undefined : this.#heard;
  }

  #spent(): Heard | undefined {
    const heard = this.#current();
    return heard !== undefined && heard.remaining <= leftFor(heard.limit) ? heard : undefined;
  }

  /** Fewer at once towards the end, so that those under way do not take what is to be left. */
  #room(): number {
    const heard = this.#current();
    if (heard === undefined) return AT_ONCE;
    return Math.min(AT_ONCE, heard.remaining - leftFor(heard.limit));
  }

  #ahead(until: number | undefined): number | undefined {
    return until !== undefined && until > this.#clock.now() ? until : undefined;
  }

  async #left(signal: AbortSignal): Promise<void> {
    try {
      await once(this.#door, "left", { signal });
    } catch (error) {
      // Node wraps the reason in an AbortError; callers compare the reason itself.
      signal.throwIfAborted();
      throw error;
    }
  }
}

/** One budget a registry, for all of moot. */
export class Budgets {
  readonly #clock: Clock;
  readonly #known = new Map<string, Budget>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  of(registry: string): Budget {
    const budget = this.#known.get(registry) ?? new Budget(registry, this.#clock);
    this.#known.set(registry, budget);
    return budget;
  }

  all(): readonly RegistryBudget[] {
    const sights = [...this.#known.values()].map((budget) => budget.sight());
    return sights.toSorted((a, b) => (a.registry < b.registry ? -1 : 1));
  }
}

function leftFor(limit: number | undefined): number {
  if (limit === undefined) return LEFT;
  return Math.min(Math.max(LEFT, Math.ceil(limit * LEFT_PART)), Math.floor(limit / 2));
}

/** Reads `76;w=21600`: a count, and over how many seconds it is counted; the window in milliseconds. */
function quotaIn(
  header: string | null,
): { readonly count: number; readonly window?: number } | undefined {
  const [, count, seconds] = /^\s*(\d{1,9})(?:\s*;\s*w=(\d{1,9}))?/.exec(header ?? "") ?? [];
  if (count === undefined) return undefined;
  const window = seconds === undefined ? {} : { window: Number(seconds) * 1000 };
  return { count: Number(count), ...window };
}
