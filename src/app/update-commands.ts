// What people type about updates: put one before the room, leave it out, put it off.
import type { Outcome } from "../core/command.ts";
import { Refusal } from "../core/errors.ts";
import type { Doc } from "../core/doc.ts";
import type { Update } from "../core/update.ts";
import { offeredDoc, skippedDoc, snoozedDoc } from "../words/updates.ts";
import type { Message } from "./message.ts";
import { skipUpdate, snoozeUpdate } from "./update-turns.ts";
import type { World } from "./world.ts";

/** In the caller's transaction: moot plans it, and asks in this room. */
export function offer(world: World, { room }: Message, { id, recipe, app }: Update): Doc {
  const now = world.clock.now();
  const alert = world.ledger.updates.announce([id], { recipe, rooms: [room] }, now);
  world.ledger.updates.turn(id, ["announced"], { state: "seen" }, now);
  world.log.info("an update is put before a room", { update: id, alert });
  world.bells.updates.ring();
  return offeredDoc(app);
}

/** In the caller's transaction. Throws Refusal `no-update` where it was decided or ended meanwhile. */
export function putOff(
  world: World,
  { sender: by, event }: Message,
  outcome: Extract<Outcome, { readonly kind: "skip" | "snooze" }>,
): Doc {
  const { update } = outcome;
  const isDone =
    outcome.kind === "skip"
      ? skipUpdate(world, update, by, event)
      : snoozeUpdate(world, update, { by, until: outcome.until }, event);
  if (!isDone) throw new Refusal({ kind: "no-update", app: update.app });
  world.bells.updates.ring();
  return outcome.kind === "skip" ? skippedDoc(update) : snoozedDoc(update, outcome.until);
}
