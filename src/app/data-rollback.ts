// Plans a step back together with the data: offers exactly the version before, and the backup that was taken before the step away from it.
import { isGoodBackup, SAFETY, type Backup } from "../core/backup.ts";
import { withData } from "../core/data-rollback.ts";
import { Refusal } from "../core/errors.ts";
import type { Plan } from "../core/plan.ts";
import type { RollbackRequest } from "../core/request.ts";
import type { NoPair } from "../core/restore-errors.ts";
import type { Gate } from "./gate.ts";
import { groundOf, type Ground } from "./ground.ts";
import { overwriting, prepareRestore, warningOf } from "./restore-planner.ts";
import { findPoint } from "./restore-points.ts";
import type { World } from "./world.ts";

/** Deployments and backups that are looked through for the pair. */
const LOOKED_AT = 50;

/** `plan`: the step back without the data. Throws Refusal `no-pair`, and as a restore does. */
export async function rollBackData(
  world: World,
  gate: Gate,
  { request, plan }: { readonly request: RollbackRequest; readonly plan: Plan },
  signal: AbortSignal,
): Promise<Plan> {
  const ground = await groundOf(world, gate, request.app, signal);
  const { app, server, stack } = ground;
  const { back } = plan;
  const backup = pairOf(world, ground, plan);
  if (back === undefined || typeof backup === "string") {
    const why = typeof backup === "string" ? backup : "no-version";
    throw new Refusal({ kind: "no-pair", app, why });
  }
  const snapshot = backup.parts[0]?.snapshot ?? "";
  const point = await findPoint(world, { app, repository: server, snapshot }, signal);
  const wish = { point, ...(request.noBackup === true && { noBackup: true as const }) };
  const { plan: restore, matters, warnings } = await prepareRestore(world, ground, wish, signal);
  // The version and the env file go back to what they were with these data.
  const left = matters.filter(({ kind }) => kind !== "other-version" && kind !== "other-env");
  return withData(
    plan,
    back,
    {
      restore: { ...restore, stack },
      warnings: [...left.map(warningOf), ...warnings],
      dangers: [
        overwriting(point),
        ...(restore.safety ? [] : [{ kind: "without-backup" } as const]),
      ],
    },
    world,
  );
}

/** The good backup that the job took which went away from what the plan goes back to. */
function pairOf({ ledger }: World, { app, server }: Ground, plan: Plan): Backup | NoPair {
  const { deployments, backups } = ledger;
  const written = plan.steps.find((step) => step.kind === "deploy-stack")?.compose;
  const made = deployments.good(app, LOOKED_AT);
  const before = made.find((one) => one.compose === written && one.server === server);
  if (before === undefined) return "no-version";
  const pair = backups
    .good(app, server, LOOKED_AT)
    .filter(isGoodBackup)
    .filter(({ cause }) => cause !== SAFETY)
    .find(
      ({ deployment, job }) => deployment === before.job && made.some((one) => one.job === job),
    );
  return pair ?? "no-snapshot";
}
