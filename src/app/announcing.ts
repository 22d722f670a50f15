// Tells rooms what was found: an alert for each step of an app or of several that go together, one summary of what was there before.
import { Refusal } from "../core/errors.ts";
import type { RecipeName, RoomId } from "../core/ids.ts";
import type { Plan } from "../core/plan.ts";
import { markOf, type Update } from "../core/update.ts";
import { summaryDoc } from "../words/update-news.ts";
import { abreast } from "./abreast.ts";
import { alertKey } from "./alert-places.ts";
import { alertRoomsFor } from "./alert-rooms.ts";
import { reviseAlertOf, showAlert, showMissingLines } from "./alerts.ts";
import { problemOf, problemOrBug } from "./fleet.ts";
import { Gate } from "./gate.ts";
import { makePlan } from "./planner.ts";
import { say } from "./say.ts";
import { requestFor } from "./update-request.ts";
import type { World } from "./world.ts";

/** Plans are made so many at once. */
const AT_ONCE = 2;

/** All that was seen and not told yet. */
export async function announce(world: World, signal: AbortSignal): Promise<void> {
  wake(world);
  const seen = world.ledger.updates.open().filter(({ state }) => state === "seen");
  const [first, news] = [seen.filter(isInSummary), seen.filter((one) => !isInSummary(one))];
  if (first.length > 0) summarize(world, first);
  await abreast(news, AT_ONCE, async (update) => {
    world.ledger.updates.prepared(update.id, await outlookOn(world, update, signal));
  });
  for (const recipe of new Set(news.map((update) => update.recipe)))
    await dateVersions(world, recipe, signal);
  for (const group of groupsOf(world, news)) tell(world, group);
  finishLines(world);
}

function isInSummary({ isFirst, alert }: Update): boolean {
  return isFirst && alert === undefined;
}

/** Those whose time has come are asked anew, by a message that people see. */
function wake(world: World): void {
  const now = world.clock.now();
  for (const { id, state, until = now } of world.ledger.updates.open()) {
    if (state === "snoozed" && until <= now)
      world.ledger.updates.turn(id, ["snoozed"], { state: "seen" }, now);
  }
}

/** In one message a room, whatever their number. */
function summarize(world: World, updates: readonly Update[]): void {
  const now = world.clock.now();
  world.ledger.together(() => {
    for (const { id } of updates)
      world.ledger.updates.turn(id, ["seen"], { state: "announced" }, now);
    const byRoom = new Map<RoomId, Update[]>();
    for (const update of updates)
      for (const room of alertRoomsFor(world, "updates", update.server))
        byRoom.set(room, [...(byRoom.get(room) ?? []), update]);
    for (const [room, told] of byRoom)
      say(world, `updates-first:${updates[0]?.id ?? 0}:${room}`, { room, doc: summaryDoc(told) });
  });
}

/** As moot itself would plan it; what stands in the way is told with the alert. */
async function outlookOn(
  world: World,
  update: Update,
  signal: AbortSignal,
): Promise<{ readonly plan: Plan } | { readonly problem: string }> {
  try {
    return { plan: await makePlan(world, new Gate(world), requestFor(update), signal) };
  } catch (error) {
    if (signal.aborted) throw error;
    return { problem: problemOrBug(world, { update: update.id }, error) };
  }
}

/** What stood in the way of a plan may be gone by the next look: a server that is back, a variable that somebody has set. */
export async function planAgain(world: World, signal: AbortSignal): Promise<void> {
  const stuck = world.ledger.updates
    .open()
    .filter(({ state, problem }) => state === "announced" && problem !== undefined);
  await abreast(stuck, AT_ONCE, async (update) => {
    const outlook = await outlookOn(world, update, signal);
    if ("problem" in outlook && outlook.problem === update.problem) return;
    world.ledger.together(() => {
      world.ledger.updates.prepared(update.id, outlook);
      reviseAlertOf(world, update.id);
    });
  });
}

/** Tags carry their own dates, which are only here once the recipe was fetched. */
async function dateVersions(world: World, recipe: RecipeName, signal: AbortSignal): Promise<void> {
  try {
    const opened = await world.recipes.open(recipe, signal);
    for (const { version, at } of opened.versions())
      if (at !== undefined) world.ledger.looks.versionDated(recipe, version, at);
  } catch (error) {
    if (signal.aborted || !(error instanceof Refusal)) throw error;
    world.log.info("the dates of a recipe's versions are not known", {
      recipe,
      problem: problemOf(error),
    });
  }
}

/** What moves together: the same step of the same recipe, before the same rooms, in the alert that it had before if it had one. */
function groupsOf(world: World, updates: readonly Update[]): readonly (readonly Update[])[] {
  const keyOf = (update: Update): string =>
    JSON.stringify([
      update.recipe,
      update.from,
      markOf(update),
      alertRoomsFor(world, "updates", update.server),
      update.alert,
    ]);
  return [...Map.groupBy(updates, keyOf).values()];
}

function tell(world: World, updates: readonly Update[]): void {
  const [one] = updates;
  if (one === undefined) return;
  const now = world.clock.now();
  world.ledger.together(() => {
    const alert = takesOver(world, updates) ? one.alert : undefined;
    if (alert === undefined) {
      const rooms = alertRoomsFor(world, "updates", one.server);
      const ids = updates.map(({ id }) => id);
      const made = world.ledger.updates.announce(ids, { recipe: one.recipe, rooms }, now);
      const shown = world.ledger.updates.alert(made);
      if (shown !== undefined) showAlert(world, shown);
      return;
    }
    for (const { id } of updates)
      world.ledger.updates.turn(id, ["seen"], { state: "announced" }, now);
    world.ledger.updates.revised(alert, now);
    reviseAlertOf(world, one.id);
  });
}

/**
 * A message is edited in place where all that it still offers has moved on to the same; what was put off comes as a new one. One
 * that nobody has seen yet is for them anyway.
 */
function takesOver(world: World, updates: readonly Update[]): boolean {
  const alert = updates[0]?.alert;
  if (alert === undefined) return false;
  if (!world.ledger.outbox.isKnown(alertKey({ alert, room: 0 }))) return true;
  const all = world.ledger.updates.ofAlert(alert);
  const open = all.filter(({ endedAt }) => endedAt === undefined);
  const hasMoved = updates.every(({ app, id }) =>
    all.some((one) => one.app === app && one.id < id),
  );
  return open.length === updates.length && hasMoved;
}

/** Lines hang on a message that may not have been sent when it was told. */
function finishLines(world: World): void {
  const open = world.ledger.updates.open().flatMap(({ alert }) => alert ?? []);
  world.ledger.together(() => {
    for (const id of new Set(open)) {
      const alert = world.ledger.updates.alert(id);
      if (alert !== undefined) showMissingLines(world, alert);
    }
  });
}
