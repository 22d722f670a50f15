// What of the audit one person may see: entries on what they may audit, and those on nothing in particular.
import type { AuditEntry, AuditQuery } from "../core/audit.ts";
import { isRecord } from "../core/canonical-json.ts";
import { Refusal } from "../core/errors.ts";
import { mayEverywhere, whoMayEverywhere } from "../core/everywhere.ts";
import { isAppName, isServerName } from "../core/ids.ts";
import type { Request } from "../core/roles.ts";
import { auditExportDoc } from "../words/audit.ts";
import type { Gate } from "./gate.ts";
import type { World } from "./world.ts";

const PAGE = 500;

/** As many as asked of the newest that fit and that may be seen. */
export function seenEntries(world: World, gate: Gate, query: AuditQuery): readonly AuditEntry[] {
  const { audit } = world.ledger;
  const seen: AuditEntry[] = [];
  let { under } = query;
  while (seen.length < query.limit) {
    const from = under === undefined ? {} : { under };
    const page = audit.find({ ...query, ...from, limit: PAGE });
    seen.push(...page.filter((entry) => isSeen(world, gate, entry)));
    under = page.at(-1)?.id;
    if (page.length < PAGE) break;
  }
  return seen.slice(0, query.limit);
}

function isSeen(world: World, gate: Gate, { on, detail }: AuditEntry): boolean {
  if (on === undefined) return true;
  const server = isRecord(detail) ? detail["server"] : undefined;
  const place =
    typeof server === "string" && isServerName(server) ? ({ server } as const) : undefined;
  if (isServerName(on) && world.hosts.servers.includes(on)) return gate.allows({ server: on });
  return !isAppName(on) || gate.allows({ app: on, ...place });
}

/** The whole trail as a file. Throws Refusal `not-permitted` to someone who may not see all of it. */
export function exportTrail(world: World, request: Request) {
  const { room, permission } = request;
  if (!mayEverywhere(world.table(), request)) {
    const whoMay = whoMayEverywhere(world.table(), { room, permission });
    const on = "all servers and apps, and an export is of the whole trail";
    throw new Refusal({ kind: "not-permitted", permission, on, whoMay });
  }
  const { audit } = world.ledger;
  const head = audit.head();
  const attachment = { name: `audit-${head.id}.jsonl`, text: audit.export(world.clock.now()) };
  return { doc: auditExportDoc(head), attachment };
}
