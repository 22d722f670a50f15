// How much one may do at once: a budget that is spent one by one and fills again with time.

export interface Allowance {
  /** What there is when nothing was spent for a while. */
  readonly most: number;
  /** Milliseconds until there is one more. */
  readonly every: number;
}

/** How much was left at that moment, in milliseconds UTC. */
export interface Budget {
  readonly left: number;
  readonly at: number;
}

/** Events come in somewhat out of order; what goes back by more is a clock that was set, and begins anew. */
const MOST_BACK = 600_000;

/** What is left after one more, or undefined when there is none. */
export function spend(
  budget: Budget | undefined,
  allowance: Allowance,
  now: number,
): Budget | undefined {
  const left = leftAt(budget, allowance, now);
  return left < 1 ? undefined : { left: left - 1, at: now };
}

/** Whether it is as if nothing had ever been spent. */
export function isWhole(budget: Budget, allowance: Allowance, now: number): boolean {
  return leftAt(budget, allowance, now) === allowance.most;
}

function leftAt(
  { left, at }: Budget = { left: Number.MAX_SAFE_INTEGER, at: 0 },
  { most, every }: Allowance,
  now: number,
): number {
  if (at - now > MOST_BACK) return most;
  return Math.min(most, left + Math.max(0, now - at) / every);
}
