// Has a backup taken before what risks data, where the server has a repository for it.
import { isRisky, withBackupFirst, withoutBackup, withWarning } from "../core/backup-first.ts";
import type { Plan } from "../core/plan.ts";
import type { PlanRequest } from "../core/request.ts";
import { oddityWarnings, prepareBackup } from "./backup-planner.ts";
import type { Gate } from "./gate.ts";
import { groundOf } from "./ground.ts";
import type { World } from "./world.ts";

const WISH = { stop: [], isAll: false, isSmallRight: false };

/** Throws Refusal `app-unsettled`, and what keeps the server from saying where the volumes are. */
export async function backUpFirst(
  world: World,
  gate: Gate,
  { request, plan }: { readonly request: PlanRequest; readonly plan: Plan },
  signal: AbortSignal,
): Promise<Plan> {
  const { scope, act, app } = plan;
  const server = scope.from ?? scope.server;
  if (!isRisky(plan) || !world.vaults.servers.includes(server)) return plan;
  if ("noBackup" in request) return withoutBackup(plan, world);
  const ground = await groundOf(world, gate, app, signal);
  const prepared = await prepareBackup(world, ground, WISH, signal);
  if (typeof prepared === "string") {
    return withWarning(plan, { kind: "no-backup-first", why: prepared }, world);
  }
  const { backup, oddities } = prepared;
  // What it keeps beside its volumes it loses only where all is destroyed.
  const hasData = backup.loads.some(({ volumes }) => volumes.length > 0);
  if (!hasData && act !== "remove") return plan;
  const there = scope.from === undefined ? {} : { server };
  return withBackupFirst(plan, { ...backup, ...there }, oddityWarnings(oddities), world);
}
