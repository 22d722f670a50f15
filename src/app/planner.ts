// Makes the plan of whatever was asked for.
import type { Plan } from "../core/plan.ts";
import type { PlanRequest } from "../core/request.ts";
import { planRemove, planRestart, planUndeploy } from "./act-planner.ts";
import type { Gate } from "./gate.ts";
import { planMove } from "./move-planner.ts";
import { planSettling } from "./settling.ts";
import { planRun } from "./run-planner.ts";
import { planConfig } from "./config-planner.ts";
import { planSecrets } from "./secrets-planner.ts";
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
    case "move":
      return planMove(world, gate, request, signal);
    case "settle":
      return planSettling(world, gate, request, signal);
    case "undeploy":
      return planUndeploy(world, gate, request, signal);
    case "remove":
      return planRemove(world, gate, request, signal);
    case "restart":
      return planRestart(world, gate, request, signal);
    case "run":
      return planRun(world, gate, request, signal);
    case "config":
      return planConfig(world, gate, request, signal);
    case "secret-generate":
    case "secret-rotate":
    case "secret-remove":
    case "secret-insert":
      return planSecrets(world, gate, request, signal);
  }
}
