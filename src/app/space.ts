// Waits while moot's own disk is full: nothing is lost by it, and everything goes on when there is space again.
import { Refusal, type RefusalReason } from "../core/errors.ts";
import { rest } from "./rest.ts";
import type { World } from "./world.ts";

const BETWEEN_TRIES = 5_000;

export type DiskFull = Refusal & {
  readonly reason: Extract<RefusalReason, { readonly kind: "disk-full" }>;
};

export function isDiskFull(error: unknown): error is DiskFull {
  return error instanceof Refusal && error.reason.kind === "disk-full";
}

/** `waits` says what does, for the log. Resolves early when the signal aborts. */
export async function waitForSpace(
  world: World,
  waits: string,
  error: Refusal,
  signal: AbortSignal,
): Promise<void> {
  world.log.error("moot's disk is full", { waits, error });
  await rest(world.clock, BETWEEN_TRIES, signal);
}
