// Tells rooms what could not be looked at.
import type { Blindness } from "../core/update-ledger.ts";
import { blindDoc } from "../words/update-news.ts";
import { alertRoomsFor } from "./alert-rooms.ts";
import { say } from "./say.ts";
import type { World } from "./world.ts";

/** In the transaction that remembers it: once for each, until it could be looked at again. */
export function tellBlind(world: World, blind: readonly Blindness[]): void {
  if (blind.length === 0) return;
  const now = world.clock.now();
  for (const room of alertRoomsFor(world, "updates"))
    say(world, `blind:${now}:${room}`, { room, doc: blindDoc(blind) });
}
