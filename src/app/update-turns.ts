// Turns an update to what people, a job or the world made of it.
import type { Ending, Job } from "../core/job.ts";
import type { UserId } from "../core/ids.ts";
import { isReached, updateEvent, updateOf, type Update, type UpdateState } from "../core/update.ts";
import type { Json } from "../core/state.ts";
import { reviseAlertOf } from "./alerts.ts";
import { close } from "./closing.ts";
import type { World } from "./world.ts";

const WAITING: readonly UpdateState[] = ["seen", "announced", "snoozed"];

/** In the caller's transaction: its job is queued. `by`: who was the first to say yes; moot itself where the config did. */
export function decideUpdate(
  world: World,
  id: number,
  { by, job }: { readonly by: UserId; readonly job: number },
): void {
  const at = world.clock.now();
  if (!world.ledger.updates.turn(id, WAITING, { state: "decided", by, job }, at)) {
    throw new Error(`update ${id} cannot be decided any more`);
  }
  reviseAlertOf(world, id);
}

/** In the caller's transaction: a job that ended may be what an update waited for, or have done the same for another reason. */
export function endUpdateOf(world: World, job: Job, ending: Ending): void {
  const { updates } = world.ledger;
  const own = updateOf(job.command);
  const update = own === undefined ? updates.openOf(job.app) : updates.get(own);
  if (update === undefined) return;
  const isSame = own !== undefined || job.plan.version.to === update.to;
  const isGood = ending.state === "succeeded";
  if (isGood ? !isSame && !isReached(update, job.plan.version.to) : !isSame) return;
  // What was only looked at, restarted or run is at the same version, and no update.
  if (own === undefined && !isWriting(job)) return;
  const state = isGood ? "applied" : "failed";
  const by = update.by ?? job.by;
  const at = world.clock.now();
  if (updates.turn(update.id, [...WAITING, "decided"], { state, by, job: job.id }, at)) {
    reviseAlertOf(world, update.id);
  }
}

function isWriting({ plan }: Job): boolean {
  return plan.act === "upgrade" || plan.act === "deploy" || plan.act === "rollback";
}

/** In the caller's transaction; false when it was decided or ended before. */
export function skipUpdate(world: World, update: Update, by: UserId, event?: string): boolean {
  return putOff(world, update, { state: "skipped", by }, event);
}

/** In the caller's transaction; false when it was decided or ended before. */
export function snoozeUpdate(
  world: World,
  update: Update,
  { by, until }: { readonly by: UserId; readonly until: number },
  event?: string,
): boolean {
  return putOff(world, update, { state: "snoozed", by, until }, event);
}

/** What was being asked about it is off the table. */
function putOff(
  world: World,
  { id, app, to }: Update,
  turn: { readonly state: "skipped" | "snoozed"; readonly by: UserId; readonly until?: number },
  event: string | undefined,
): boolean {
  const at = world.clock.now();
  if (!world.ledger.updates.turn(id, WAITING, turn, at)) return false;
  const { state, by, until } = turn;
  const detail: Json = { update: id, to, state, ...(until !== undefined && { until }) };
  world.ledger.audit.append(
    { who: by, what: "update", on: app, detail, ...(event !== undefined && { event }) },
    at,
  );
  withdrawFor(world, id, by);
  reviseAlertOf(world, id);
  return true;
}

/** In the caller's transaction: nobody is asked about it any longer. */
export function withdrawFor(world: World, id: number, by?: UserId): void {
  const asked = world.ledger.approvals.ofCommand(updateEvent(id));
  if (asked === undefined) return;
  const outcome = by === undefined ? { reason: "something newer came" } : { by };
  close(world, asked, { state: by === undefined ? "lapsed" : "withdrawn", outcome });
}
