// The role table as it is at this moment: the config, what the room gave and took away, and the time.
import { effectiveTable, nextExpiry, settle, type Seed } from "../core/grants.ts";
import { isUserId, type UserId } from "../core/ids.ts";
import type { Ledger } from "../core/ledger.ts";
import type { RoleTable } from "../core/roles.ts";
import type { World } from "./world.ts";

type Parts = Pick<World, "ledger" | "clock" | "log">;

/** Settles what a changed config brings to an end first. Made anew when a grant changes or is over. */
export function openTable(parts: Parts, seed: Seed): World["table"] {
  const { ledger, clock, log } = parts;
  ledger.together(() => settleGrants(parts, seed));
  for (const { user, role } of ledger.grants.standing(clock.now())) {
    if (!seed.roles.has(role))
      log.warn("a grant gives nothing: there is no such role", { user, role });
  }
  let kept: Kept | undefined;
  return () => {
    const now = clock.now();
    const version = ledger.grants.version();
    if (kept?.version !== version || now < kept.from || now >= kept.to)
      kept = { version, from: now, ...tableAt(ledger, seed, now) };
    return kept.table;
  };
}

interface Kept {
  readonly table: RoleTable;
  readonly version: string;
  /** The times between which nothing begins or is over. */
  readonly from: number;
  readonly to: number;
}

function tableAt({ grants }: Ledger, seed: Seed, now: number): Pick<Kept, "table" | "to"> {
  const given = { grants: grants.standing(now), revocations: grants.revocations() };
  return { table: effectiveTable(seed, given, now), to: nextExpiry(given, now) };
}

const LAST_MEMBERS = "config-members";

function settleGrants({ ledger, clock }: Parts, seed: Seed): void {
  const { grants, facts, audit } = ledger;
  const now = clock.now();
  const given = { grants: grants.standing(now), revocations: grants.revocations() };
  const { fallen, returned } = settle(seed, membersBefore(ledger), given, now);
  for (const { grant, why } of fallen) {
    grants.end(grant.id, "moot", why, now);
    const { id, role } = grant;
    audit.append(
      { who: "moot", what: "role", on: grant.user, detail: { act: why, grant: id, role } },
      now,
    );
  }
  for (const { id, user, role } of returned) {
    grants.giveBack(id, now);
    audit.append({ who: "moot", what: "role", on: user, detail: { act: "returned", role } }, now);
  }
  facts.set(LAST_MEMBERS, [...seed.members.keys()].join(" "));
}

function membersBefore({ facts }: Ledger): ReadonlySet<UserId> {
  return new Set((facts.get(LAST_MEMBERS) ?? "").split(" ").filter(isUserId));
}
