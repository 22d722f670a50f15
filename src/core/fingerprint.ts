// Gives a plan the hash by which it is known: what is approved is what runs.
import { canonicalJson } from "./canonical-json.ts";
import type { Plan } from "./plan.ts";

/** The whole plan as one text, its hash left out; the order in which its keys were set does not matter. */
export function fingerprint(plan: Omit<Plan, "hash">): string {
  return canonicalJson({ ...plan, hash: undefined });
}

export function hashPlan(plan: Omit<Plan, "hash">, sha256: (text: string) => string): string {
  return sha256(fingerprint(plan));
}
