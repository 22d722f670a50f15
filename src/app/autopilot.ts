// Does by itself what the config lets go without asking: announced before, in its window, never over a hold, and with the way back of every upgrade.
import { Refusal } from "../core/errors.ts";
import type { RoomId } from "../core/ids.ts";
import { updateEvent, type Alert, type Update } from "../core/update.ts";
import { stepBetween } from "../core/version.ts";
import { goesAlone } from "../core/why-not-now.ts";
import { alertEvent } from "./alert-places.ts";
import { reviseAlertOf } from "./alerts.ts";
import { act } from "./effects.ts";
import { problemOrBug } from "./fleet.ts";
import { Gate } from "./gate.ts";
import { requireNoHold } from "./holding.ts";
import { isPassing } from "./passing.ts";
import { planSynced } from "./syncing.ts";
import { needsOf } from "./update-needs.ts";
import { requestFor, typedUpdate } from "./update-request.ts";
import { autoUpdateIn, blockersFor, requireItsTime, rulesBy, tierFor } from "./why-not-now.ts";
import { chatOf, type World } from "./world.ts";

export async function applyAlone(world: World, signal: AbortSignal): Promise<void> {
  for (const update of world.ledger.updates.open()) {
    const room = roomFor(world, update);
    if (room !== undefined && (await isReady(world, update, room, signal)))
      await apply(world, update, room, signal);
  }
}

/** The first room that has seen it: nothing is done before somebody could know. */
function roomFor(world: World, { state, alert: id }: Update): RoomId | undefined {
  const alert = id === undefined ? undefined : world.ledger.updates.alert(id);
  if (state !== "announced" || alert === undefined) return undefined;
  return alert.rooms.find((room) => isTold(world, alert, room));
}

function isTold(world: World, alert: Alert, room: RoomId): boolean {
  return alertEvent(world, alert, room) !== undefined;
}

/** What was not possible, or asks for people, is left to them. */
async function isReady(
  world: World,
  update: Update,
  room: RoomId,
  signal: AbortSignal,
): Promise<boolean> {
  const { id, app, from, to, plan } = update;
  if (plan === undefined) return false;
  if (world.ledger.approvals.ofCommand(updateEvent(id)) !== undefined) return false;
  if (blockersFor(world, update, needsOf(world, update, room)).length > 0) return false;
  // Read anew: somebody may have taken it back since the newest look.
  const file = await world.apps.find(app, signal);
  if (file === undefined) return false;
  const rules = rulesBy(world, update, autoUpdateIn(file));
  const tier = tierFor(world, update, plan);
  return goesAlone({ rules, step: stepBetween(from, to), tier });
}

async function apply(
  world: World,
  update: Update,
  room: RoomId,
  signal: AbortSignal,
): Promise<void> {
  const { id, app, server } = update;
  try {
    const request = requestFor(update);
    const wanted = { request, typed: typedUpdate(update) };
    const plan = await planSynced(world, new Gate(world), wanted, signal);
    // By its effects it is a matter for people after all.
    if (tierFor(world, update, plan) !== "change") {
      leave(world, update, { plan });
      return;
    }
    const by = chatOf(world, room).self;
    const proposal = { kind: "plan", request, plan, update: id } as const;
    const asked = { permission: "upgrade", tier: plan.tier, isApprentice: false } as const;
    world.ledger.together(() => {
      if (world.ledger.updates.get(id)?.state !== "announced") return;
      const matter = { ...asked, proposal, app, server, by, room, command: updateEvent(id) };
      requireNoHold(world, matter);
      requireItsTime(world, matter);
      act(world, matter, []);
    });
  } catch (error) {
    if (signal.aborted) throw error;
    if (error instanceof Refusal && isPassing(error)) return;
    leave(world, update, { problem: problemOrBug(world, { update: id }, error) });
  }
}

function leave(
  world: World,
  { id }: Update,
  outlook: Parameters<World["ledger"]["updates"]["prepared"]>[1],
): void {
  world.ledger.together(() => {
    world.ledger.updates.prepared(id, outlook);
    reviseAlertOf(world, id);
  });
}
