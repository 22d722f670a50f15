// Makes the plan of whatever was asked for.
import type { Plan } from "../core/plan.ts";
import type { PlanRequest } from "../core/request.ts";
import { planRemove, planRestart, planUndeploy } from "./act-planner.ts";
import { planElsewhere } from "./anew-planner.ts";
import { backUpFirst } from "./backup-first.ts";
import { planBackup } from "./backup-planner.ts";
import { planDrill } from "./drill-planner.ts";
import { rollBackData } from "./data-rollback.ts";
import type { Gate } from "./gate.ts";
import { planMove } from "./move-planner.ts";
import { planRestore } from "./restore-planner.ts";
import { planSettling } from "./settling.ts";
import { planRun } from "./run-planner.ts";
import { planBeside } from "./beside-planner.ts";
import { planConfig } from "./config-planner.ts";
import { planSecrets } from "./secrets-planner.ts";
import { planWriting } from "./stack-planner.ts";
import type { World } from "./world.ts";

type Kinds = PlanRequest["kind"];
type Of<Kind extends Kinds> = Extract<PlanRequest, { readonly kind: Kind }>;
type Planner<Kind extends Kinds> = (
  world: World,
  gate: Gate,
  request: Of<Kind>,
  signal: AbortSignal,
) => Promise<Plan>;

const PLANNERS: { readonly [Kind in Kinds]: Planner<Kind> } = {
  deploy: planWriting,
  upgrade: planWriting,
  rollback: planWriting,
  move: planMove,
  settle: planSettling,
  undeploy: planUndeploy,
  remove: planRemove,
  restart: planRestart,
  backup: planBackup,
  restore: (world, gate, request, signal) => {
    const { as, server: to } = request;
    if (as !== undefined) return planBeside(world, gate, { request, as }, signal);
    return to === undefined
      ? planRestore(world, gate, request, signal)
      : planElsewhere(world, gate, { request, to }, signal);
  },
  drill: planDrill,
  run: planRun,
  config: planConfig,
  "secret-generate": planSecrets,
  "secret-rotate": planSecrets,
  "secret-remove": planSecrets,
  "secret-insert": planSecrets,
};

/** Throws Refusal when the request cannot be planned, with everything that stands in the way. */
export async function makePlan(
  world: World,
  gate: Gate,
  request: PlanRequest,
  signal: AbortSignal,
): Promise<Plan> {
  const plan = await planFor(request.kind, { world, gate, request }, signal);
  if (request.kind === "rollback" && request.withData === true)
    return rollBackData(world, gate, { request, plan }, signal);
  return backUpFirst(world, gate, { request, plan }, signal);
}

function planFor<Kind extends Kinds>(
  kind: Kind,
  {
    world,
    gate,
    request,
  }: { readonly world: World; readonly gate: Gate; readonly request: Of<Kind> },
  signal: AbortSignal,
): Promise<Plan> {
  return PLANNERS[kind](world, gate, request, signal);
}
