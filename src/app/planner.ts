// Makes the plan of whatever was asked for.
import type { Plan } from "../core/plan.ts";
import type { PlanRequest } from "../core/request.ts";
import { planRemove, planRestart, planUndeploy } from "./act-planner.ts";
import type { Gate } from "./gate.ts";
import { planRun } from "./run-planner.ts";
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
    case "undeploy":
      return planUndeploy(world, gate, request, signal);
    case "remove":
      return planRemove(world, gate, request, signal);
    case "restart":
      return planRestart(world, gate, request, signal);
    case "run":
      return planRun(world, gate, request, signal);
  }
}
