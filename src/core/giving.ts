// Says why a role cannot be given or taken: asked when somebody proposes it, and again when people have agreed.
import type { RefusalReason } from "./errors.ts";
import { includes, isLastKeeper, mayGrantOn } from "./keepers.ts";
import { nearest } from "./nearest.ts";
import type { Proposal } from "./proposal.ts";
import {
  mayAnywhere,
  scopeIn,
  scopesOf,
  whoMay,
  type Request,
  type RoleTable,
  type ScopeGlobs,
} from "./roles.ts";

export type GrantProposal = Extract<Proposal, { readonly kind: "grant" }>;
export type RevokeProposal = Extract<Proposal, { readonly kind: "revoke" }>;
type Asker = Pick<Request, "user" | "room">;

export function grantProblem(
  table: RoleTable,
  asker: Asker,
  { user, role, on, until }: GrantProposal,
  now: number,
): RefusalReason | undefined {
  if (!table.roles.has(role)) return unknownRole(table, role);
  if (until !== undefined && until <= now) return { kind: "grant-over", user, role, until };
  const scope = on === undefined ? {} : { on: scopeIn(table, on) };
  const problem = reachProblem(table, asker, [scope.on]);
  if (problem !== undefined) return problem;
  const asked = { role, ...scope, ...(until === undefined ? {} : { until }) };
  const held = table.members.get(user) ?? [];
  return held.some((one) => includes(one, asked)) ? { kind: "role-held", user, role } : undefined;
}

export function revokeProblem(
  table: RoleTable,
  asker: Asker,
  { user, role }: RevokeProposal,
): RefusalReason | undefined {
  const held = (table.members.get(user) ?? []).filter((one) => one.role === role);
  if (held.length === 0) return notHeld(table, user, role);
  const problem = reachProblem(
    table,
    asker,
    held.map(({ on }) => on),
  );
  if (problem !== undefined) return problem;
  return isLastKeeper(table, user, role) ? { kind: "last-keeper", user, role } : undefined;
}

function reachProblem(
  table: RoleTable,
  { user, room }: Asker,
  scopes: readonly (ScopeGlobs | undefined)[],
): RefusalReason | undefined {
  const permission = "grant";
  if (!mayAnywhere(table, { user, room, permission }))
    return { kind: "not-permitted", permission, whoMay: whoMay(table, { room, permission }) };
  if (scopes.every((on) => mayGrantOn(table, { user, room }, on))) return undefined;
  return { kind: "grant-too-wide", ways: scopesOf(table, user, permission) };
}

function unknownRole(table: RoleTable, role: string): RefusalReason {
  const known = [...table.roles.keys()];
  const near = nearest(role, known);
  return { kind: "unknown-role", role, known, ...(near === undefined ? {} : { nearest: near }) };
}

function notHeld(table: RoleTable, user: RevokeProposal["user"], role: string): RefusalReason {
  const held = [...new Set((table.members.get(user) ?? []).map((one) => one.role))];
  if (held.length > 0 && !table.roles.has(role)) return unknownRole(table, role);
  const near = table.members.has(user) ? undefined : nearest(user, [...table.members.keys()]);
  return {
    kind: "role-not-held",
    user,
    role,
    held,
    ...(near === undefined ? {} : { nearest: near }),
  };
}
