// Plans on what the team's git repository has by now, and has the plan end with its commit.
import { hashPlan } from "../core/fingerprint.ts";
import type { Plan } from "../core/plan.ts";
import type { PlanRequest } from "../core/request.ts";
import type { Sync } from "../core/sync.ts";
import { envFiles } from "./committing.ts";
import type { Gate } from "./gate.ts";
import { makePlan } from "./planner.ts";
import type { World } from "./world.ts";

export interface Typed {
  readonly request: PlanRequest;
  /** The command, masked: the message of the commit. */
  readonly typed: string;
}

/** As `makePlan`. Throws also Refusal `sync-…`. */
export async function planSynced(
  world: World,
  gate: Gate,
  { request, typed }: Typed,
  signal: AbortSignal,
): Promise<Plan> {
  await pullFirst(world, signal);
  const plan = await makePlan(world, gate, request, signal);
  return world.sync.isOn ? withCommit(world, plan, typed) : plan;
}

/** The command that an earlier plan of the same request came from. */
export function typedFor({ steps, app }: Plan): string {
  // The config may have left sync off then.
  return steps.find((step) => step.kind === "commit")?.message ?? `!deploy ${app}`;
}

function withCommit(world: World, plan: Plan, message: string): Plan {
  const { app, server, steps } = plan;
  const path = world.apps.pathOf(app, server);
  const moved = steps.find((step) => step.kind === "move-env");
  const from = moved === undefined ? {} : { from: moved.from };
  const whole: Plan = { ...plan, steps: [...steps, { kind: "commit", path, ...from, message }] };
  return { ...whole, hash: hashPlan(whole, world.sha256) };
}

/** Pulls that wait for their turn: once begun, one may have looked too early for whoever asks now. */
const waiting = new WeakMap<Sync, Promise<void>>();

function pullFirst(world: World, signal: AbortSignal): Promise<void> {
  const { sync } = world;
  if (!sync.isOn) return Promise.resolve();
  const pull =
    waiting.get(sync) ??
    envFiles.take(() => {
      waiting.delete(sync);
      return sync.pull(filesAtWork(world), signal);
    });
  waiting.set(sync, pull);
  return pull;
}

/** What running jobs have written and not committed yet. */
function filesAtWork({ ledger }: World): readonly string[] {
  return ledger.jobs
    .active()
    .flatMap(({ plan }) => plan.steps)
    .flatMap((step) => (step.kind === "commit" ? [step.path, step.from ?? step.path] : []));
}
