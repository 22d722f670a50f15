// Makes the table that counts out of what the config says and what the room gave and took away.
import type { UserId } from "./ids.ts";
import { lastingKeepers } from "./keepers.ts";
import {
  roleTable,
  type ListedRoom,
  type Membership,
  type Role,
  type RoleTable,
  type ScopeGlobs,
} from "./roles.ts";

/** A role that the room gave. */
export interface Grant {
  readonly id: number;
  readonly user: UserId;
  readonly role: string;
  readonly on?: ScopeGlobs;
  /** Who asked for it. */
  readonly by: UserId;
  readonly at: number;
  readonly until?: number;
}

/** A role that the config gives and the room took away. */
export interface Revocation {
  readonly id: number;
  readonly user: UserId;
  readonly role: string;
  /** Who asked for it. */
  readonly by: UserId;
  readonly at: number;
}

/** What the config says of people: where the table begins. */
export interface Seed {
  readonly roles: ReadonlyMap<string, Role>;
  readonly members: ReadonlyMap<UserId, readonly string[]>;
  readonly rooms: readonly ListedRoom[];
}

/** What the room decided, and what of it still stands. */
export interface Given {
  readonly grants: readonly Grant[];
  readonly revocations: readonly Revocation[];
}

/** A config without members lets nobody do anything, whatever the room gave before. */
export function effectiveTable(seed: Seed, { grants, revocations }: Given, now: number): RoleTable {
  const live = seed.members.size === 0 ? [] : grants.filter((grant) => isLive(grant, now));
  const users = new Set([...seed.members.keys(), ...live.map(({ user }) => user)]);
  const members = new Map(
    [...users].map((user) => [
      user,
      [
        ...configRoles(seed, revocations, user),
        ...live.filter((grant) => grant.user === user).map(membershipOf),
      ],
    ]),
  );
  return roleTable(seed.roles, members, seed.rooms);
}

/** When the table changes by itself next. */
export function nextExpiry({ grants }: Given, now: number): number {
  return Math.min(Infinity, ...grants.flatMap(({ until }) => until ?? []).filter((at) => at > now));
}

export type Fall = "taken-out" | "giver-taken-out";

/** What a config that has changed since the last start brings to an end. */
export interface Settlement {
  readonly fallen: readonly { readonly grant: Grant; readonly why: Fall }[];
  /** Revocations that hold nothing back any more, or would leave nobody who can grant. */
  readonly returned: readonly Revocation[];
}

/**
 * Who was in the config at the last start and is no longer loses everything, and what they gave falls; so it goes on with those
 * who have lost everything by that.
 */
export function settle(
  seed: Seed,
  before: ReadonlySet<UserId>,
  given: Given,
  now: number,
): Settlement {
  const out = new Set([...before].filter((user) => !seed.members.has(user)));
  const gone = goneWith(out, seed, given.grants);
  const fallen = given.grants.flatMap((grant): Settlement["fallen"] => {
    if (out.has(grant.user)) return [{ grant, why: "taken-out" }];
    return gone.has(grant.by) ? [{ grant, why: "giver-taken-out" }] : [];
  });
  const ended = new Set(fallen.map(({ grant }) => grant));
  const grants = given.grants.filter((grant) => !ended.has(grant));
  return { fallen, returned: returnedOf(seed, { ...given, grants }, now) };
}

/** Those taken out, and those outside the config who hold only what came from them, by whatever way round. */
function goneWith(
  out: ReadonlySet<UserId>,
  seed: Seed,
  grants: readonly Grant[],
): ReadonlySet<UserId> {
  const reached = new Set(out);
  for (const giver of reached) {
    for (const { by, user } of grants)
      if (by === giver && !seed.members.has(user)) reached.add(user);
  }
  return withoutTheHeld(reached, out, grants);
}

/** Without those whom somebody else gave something too, and so on with those to whom they gave. */
function withoutTheHeld(
  gone: ReadonlySet<UserId>,
  out: ReadonlySet<UserId>,
  grants: readonly Grant[],
): ReadonlySet<UserId> {
  const isGone = (user: UserId): boolean =>
    out.has(user) || grants.every((grant) => grant.user !== user || gone.has(grant.by));
  const left = new Set([...gone].filter(isGone));
  return left.size === gone.size ? gone : withoutTheHeld(left, out, grants);
}

function returnedOf(seed: Seed, given: Given, now: number): readonly Revocation[] {
  const holdsBack = ({ user, role }: Revocation): boolean =>
    seed.members.get(user)?.includes(role) === true;
  const needless = given.revocations.filter((one) => !holdsBack(one));
  if (lastingKeepers(effectiveTable(seed, given, now)).length > 0) return needless;
  const keepers = given.revocations.filter((one) => {
    const without = given.revocations.filter((other) => other !== one);
    const table = effectiveTable(seed, { ...given, revocations: without }, now);
    return lastingKeepers(table).length > 0;
  });
  return [...new Set([...needless, ...keepers])];
}

function configRoles(
  seed: Seed,
  revocations: readonly Revocation[],
  user: UserId,
): readonly string[] {
  const lost = revocations.filter((one) => one.user === user).map(({ role }) => role);
  return (seed.members.get(user) ?? []).filter((role) => !lost.includes(role));
}

function isLive({ until }: Grant, now: number): boolean {
  return until === undefined || until > now;
}

function membershipOf({ role, on, until, by }: Grant): Membership {
  return {
    role,
    ...(on === undefined ? {} : { on }),
    ...(until === undefined ? {} : { until }),
    by,
  };
}
