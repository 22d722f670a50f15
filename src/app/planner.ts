// Makes the plan of whatever was asked for.
import type { Plan } from "../core/plan.ts";
import type { PlanRequest } from "../core/request.ts";
import type { Gate } from "./gate.ts";
import { planWriting } from "./stack-planner.ts";
import type { World } from "./world.ts";

/** Throws Refusal when the request cannot be planned, with everything that stands in the way. */
export async function makePlan(
  world: World,
  gate: Gate,
  request: PlanRequest,
  signal: AbortSignal,
): Promise<Plan> {
  switch (request.kind) {
    case "deploy":
    case "upgrade":
    case "rollback":
      return planWriting(world, gate, request, signal);
  }
}
