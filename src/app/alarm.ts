// Tells every room that takes alerts what nobody may overlook.
import type { Refusal } from "../core/errors.ts";
import { refusalDoc } from "../words/refusals.ts";
import { alertRoomsFor } from "./alert-rooms.ts";
import { say } from "./say.ts";
import type { World } from "./world.ts";

/** Rings for all members. */
export function alarm(world: World, refusal: Refusal): void {
  const rings = [...world.table().members.keys()];
  const now = world.clock.now();
  for (const room of alertRoomsFor(world, "alarm")) {
    say(world, `alarm:${now}:${room}`, { room, doc: refusalDoc(refusal.reason), rings });
  }
  const { kind } = refusal.reason;
  world.ledger.audit.append({ who: "moot", what: "alarm", detail: { kind } }, now);
}
