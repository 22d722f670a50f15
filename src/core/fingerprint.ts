// Gives a plan the hash by which it is known: what is approved is what runs.
import { canonicalJson } from "./canonical-json.ts";
import type { Plan } from "./plan.ts";

/**
 * The whole plan as one text, its hash left out; the order in which its keys were set does not matter, nor how the command was
 * spelled that the commit tells of.
 */
export function fingerprint(plan: Omit<Plan, "hash">): string {
  const steps = plan.steps.map((step) =>
    step.kind === "commit" ? { ...step, message: "" } : step,
  );
  return canonicalJson({ ...plan, steps, hash: undefined });
}

export function hashPlan(plan: Omit<Plan, "hash">, sha256: (text: string) => string): string {
  return sha256(fingerprint(plan));
}
