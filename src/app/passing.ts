// Which refusals may be over at the next look, so that what met them waits and is not given up.
import type { Refusal } from "../core/errors.ts";

const PASSING: ReadonlySet<Refusal["reason"]["kind"]> = new Set<Refusal["reason"]["kind"]>([
  "server-unreachable",
  "recipe-unreachable",
  "catalogue-unreachable",
  "app-busy",
  "held",
  "update-waits",
  "sync-silent",
  "sync-dirty",
  "sync-unfinished",
  "sync-detached",
  "sync-conflict",
  "sync-failed",
]);

export function isPassing({ reason }: Refusal): boolean {
  return PASSING.has(reason.kind);
}
