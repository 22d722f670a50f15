// Gives a look its deadline, and puts in words why a registry could not be asked.
import { Limited, Unreachable } from "./ask.ts";
import type { Visit } from "./manifest.ts";

export interface Failure {
  readonly kind: "unreachable";
  /** Names the registry. */
  readonly problem: string;
  /** Whether it was asked too often; its budget knows until when. */
  readonly isLimited: boolean;
}

export async function reach<Result>(
  visit: Visit,
  work: (signal: AbortSignal) => Promise<Result>,
  signal: AbortSignal,
): Promise<Result | Failure> {
  const { options, budget } = visit;
  const late = AbortSignal.timeout(options.deadline);
  try {
    return await work(AbortSignal.any([signal, late]));
  } catch (error) {
    signal.throwIfAborted();
    if (late.aborted) return failure(visit, `no answer within ${options.deadline / 1000} s`);
    if (!(error instanceof Unreachable)) throw error;
    if (!(error instanceof Limited)) return failure(visit, error.message);
    budget.refuse(error.retryAfter);
    return { ...failure(visit, tooOften(visit)), isLimited: true };
  }
}

/** That it was asked too often, and when it wants to be asked again. */
export function tooOften({ options, budget }: Visit): string {
  const until = budget.closedUntil();
  const when =
    until === undefined ? "later" : `in ${Math.ceil((until - options.clock.now()) / 1000)} s`;
  return `it was asked too often, and wants to be asked again ${when}`;
}

function failure({ reference }: Visit, problem: string): Failure {
  return { kind: "unreachable", problem: `${reference.registry}: ${problem}`, isLimited: false };
}
