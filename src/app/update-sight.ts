// What is newer than what runs, as far as one asker may see it.
import type { UpdatesSight } from "../core/command.ts";
import { isServerName, type RoomId } from "../core/ids.ts";
import type { Gate } from "./gate.ts";
import { needsOf } from "./update-needs.ts";
import { blockersFor, clockOf } from "./why-not-now.ts";
import type { World } from "./world.ts";

export function updatesSight(world: World, gate: Gate, room: RoomId): UpdatesSight {
  const { updates, looks } = world.ledger;
  const open = updates
    .open()
    .filter(({ app, server }) => gate.allows({ app, server }))
    .map((update) => {
      const blockers = blockersFor(world, update, needsOf(world, update, room));
      return { update, blockers, when: clockOf(world) };
    });
  const seen = looks.looks().filter(({ app, server }) => gate.allows({ app, server }));
  const [servers, recipes] = [
    new Set<string>(gate.servers()),
    new Set<string>(seen.map(({ recipe }) => recipe)),
  ];
  // Images name no server; a server or an app out of reach is not named.
  const blind = looks.blindnesses().filter(({ target }) => {
    if (recipes.has(target) || servers.has(target)) return true;
    return target.includes("/") || (target.includes(":") && !isServerName(target));
  });
  return { open, looks: seen, blind };
}
