// Gives and takes roles once people have agreed, and ends what is over.
import type { Approval } from "../core/approval.ts";
import { Refusal } from "../core/errors.ts";
import {
  grantProblem,
  revokeProblem,
  type GrantProposal,
  type RevokeProposal,
} from "../core/giving.ts";
import { acceptIdentity, newIdentity } from "../core/identities.ts";
import type { UserId } from "../core/ids.ts";
import type { Proposal } from "../core/proposal.ts";
import type { Json } from "../core/state.ts";
import { rememberTable } from "./starting.ts";
import type { World } from "./world.ts";

type IdentityProposal = Extract<Proposal, { readonly kind: "identity" }>;

/** Who asked, where and by what; and who agreed. */
export interface Agreed extends Pick<Approval, "by" | "room" | "command"> {
  readonly yes: readonly UserId[];
}

/** Inside the transaction that ends the approval. Throws Refusal when it can no longer be done. */
export function applyGrant(world: World, proposal: GrantProposal, agreed: Agreed): void {
  const { by, room } = agreed;
  const now = world.clock.now();
  const problem = grantProblem(world.table(), { user: by, room }, proposal, now);
  if (problem !== undefined) throw new Refusal(problem);
  const { user, role, on, until } = proposal;
  const terms = { ...(on === undefined ? {} : { on }), ...(until === undefined ? {} : { until }) };
  const { id } = world.ledger.grants.give({ user, role, ...terms, by, at: now });
  audit(world, user, agreed, { act: "granted", grant: id, role, ...jsonOf(proposal) });
}

/** Inside the transaction that ends the approval. Takes the role in every scope that the user holds it in. */
export function applyRevoke(world: World, proposal: RevokeProposal, agreed: Agreed): void {
  const { user, role } = proposal;
  const { by, room } = agreed;
  const now = world.clock.now();
  const table = world.table();
  const problem = revokeProblem(table, { user: by, room }, proposal);
  if (problem !== undefined) throw new Refusal(problem);
  const { grants } = world.ledger;
  for (const grant of grants.standing(now))
    if (grant.user === user && grant.role === role) grants.end(grant.id, by, "revoked", now);
  const held = table.members.get(user) ?? [];
  if (held.some((one) => one.role === role && one.by === undefined))
    grants.takeAway({ user, role, by, at: now });
  audit(world, user, agreed, { act: "revoked", role });
}

/** Inside the transaction that ends the approval. Throws Refusal `no-new-identity` where they show another one by now. */
export function applyIdentity(
  world: World,
  { user, identity }: IdentityProposal,
  agreed: Agreed,
): void {
  const { facts } = world.ledger;
  if (newIdentity(facts, user) !== identity) throw new Refusal({ kind: "no-new-identity", user });
  acceptIdentity(facts, user, identity);
  const { by, command: event, yes } = agreed;
  const detail = { identity, agreed: yes };
  world.ledger.audit.append(
    { who: by, what: "identity", event, on: user, detail },
    world.clock.now(),
  );
}

/** Ends the grants that are over, so that none comes back when a clock jumps. They gave nothing any more already. */
export function endExpired(world: World): void {
  const { grants, audit: trail } = world.ledger;
  const now = world.clock.now();
  const over = grants.expired(now);
  if (over.length === 0) return;
  world.ledger.together(() => {
    for (const { id, user, role } of over) {
      grants.end(id, "moot", "expired", now);
      const detail = { act: "expired", grant: id, role };
      trail.append({ who: "moot", what: "role", on: user, detail }, now);
    }
    rememberTable(world);
  });
}

function jsonOf({ on, until }: GrantProposal): Readonly<Record<string, Json>> {
  return { on: { ...on }, until: until ?? null };
}

function audit(
  world: World,
  on: UserId,
  { by, command, yes }: Agreed,
  detail: Readonly<Record<string, Json>>,
): void {
  world.ledger.audit.append(
    { who: by, what: "role", on, event: command, detail: { ...detail, agreed: yes } },
    world.clock.now(),
  );
}
