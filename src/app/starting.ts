// Writes down that moot starts, with which role table, and whether what was written down before is whole.
import { Refusal } from "../core/errors.ts";
import { changesBetween, roleFacts } from "../core/role-facts.ts";
import { roleChangeLines, roleChangesDoc } from "../words/role-table.ts";
import { alarm } from "./alarm.ts";
import { alertRoomsFor } from "./alert-rooms.ts";
import { say } from "./say.ts";
import type { World } from "./world.ts";

/** So many entries are checked at a start without delaying it: 100,000 take seconds. */
const CHECKED = 2_000;
const TABLE = "roles";
const BREAK = "audit-break";

export function recordStart(world: World): void {
  const { ledger, clock, sha256 } = world;
  checkTrail(world);
  const lines = roleFacts(world.table());
  const table = lines.join("\n");
  const rooms = world.chats.flatMap((chat) => chat.rooms);
  ledger.together(() => {
    const detail = { rooms, roles: sha256(table) };
    ledger.audit.append({ who: "moot", what: "start", detail }, clock.now());
    tellRoleChanges(world, lines);
    ledger.facts.set(TABLE, table);
  });
}

/** What the room itself changes is no news at the next start. */
export function rememberTable({ ledger, table }: World): void {
  ledger.facts.set(TABLE, roleFacts(table()).join("\n"));
}

/** A first start has nothing to compare with. */
function tellRoleChanges(world: World, lines: readonly string[]): void {
  const { ledger, clock } = world;
  const before = ledger.facts.get(TABLE)?.split("\n");
  const changes = before && changesBetween(before, lines);
  if (changes === undefined) return;
  const now = clock.now();
  ledger.audit.append({ who: "moot", what: "roles", detail: { ...roleChangeLines(changes) } }, now);
  for (const room of alertRoomsFor(world, "alarm"))
    say(world, `roles:${now}:${room}`, { room, doc: roleChangesDoc(changes) });
}

/** The same break rings once; the log has it at every start. */
function checkTrail(world: World): void {
  const { audit, facts } = world.ledger;
  const found = audit.check(CHECKED);
  if (found === undefined) return;
  const { id: entry, why } = found;
  world.log.error("the audit trail is broken", { entry, why });
  const told = `${entry} ${why}`;
  if (facts.get(BREAK) === told) return;
  facts.set(BREAK, told);
  alarm(world, new Refusal({ kind: "audit-broken", entry, why }));
}
