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
  const isGood = ending.state === "succeeded";
  const update = updateAtEnd(world, job, isGood);
  if (update === undefined) return;
  const turn = {
    state: isGood ? "applied" : "failed",
    by: update.by ?? job.by,
    job: job.id,
  } as const;
  const isTurned = world.ledger.updates.turn(
    update.id,
    [...WAITING, "decided"],
    turn,
    world.clock.now(),
  );
  if (!isTurned) return;
  dropRequest(world, update.id, { reason: "it was done already" });
  reviseAlertOf(world, update.id);
}

/** What asked for the job; else what its good end brings the app to, or its bad one has shown not to go. */
function updateAtEnd(
  world: World,
  { command, app, plan }: Job,
  isGood: boolean,
): Update | undefined {
  const { updates } = world.ledger;
  const own = updateOf(command);
  if (own !== undefined) return updates.get(own);
  const open = WRITING.has(plan.act) ? updates.openOf(app) : undefined;
  if (open === undefined) return undefined;
  const isThere = isGood ? isReached(open, plan.version.to) : plan.version.to === open.to;
  return isThere || (isGood && plan.version.to === open.to) ? open : undefined;
}

/** Other acts leave an app at the version it has. */
const WRITING: ReadonlySet<Job["plan"]["act"]> = new Set<Job["plan"]["act"]>([
  "deploy",
  "upgrade",
  "rollback",
]);

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
  dropRequest(world, id, { by });
  reviseAlertOf(world, id);
  return true;
}

/** In the caller's transaction: nobody is asked about it any longer, on somebody's word or because it has no more sense. */
export function dropRequest(
  world: World,
  id: number,
  why: { readonly by: UserId } | { readonly reason: string },
): void {
  const asked = world.ledger.approvals.ofCommand(updateEvent(id));
  if (asked === undefined) return;
  close(world, asked, { state: "by" in why ? "withdrawn" : "lapsed", outcome: why });
}
