// Who a member is in encrypted rooms, by the public key of their identity: remembered at the first sight, so that a new one is noticed.
import type { UserId } from "./ids.ts";
import type { Facts } from "./ledger.ts";

/** The key by which moot knows them; undefined where it has seen none yet. */
export function knownIdentity(facts: Facts, user: UserId): string | undefined {
  return facts.get(knownFact(user));
}

/** The key that was seen in place of the one that moot knows, while nobody has agreed to it. */
export function newIdentity(facts: Facts, user: UserId): string | undefined {
  return facts.get(newFact(user));
}

/**
 * Takes note of the key that somebody shows. False where it is not the one that moot knows: then it waits until people agree to it,
 * or the old one is shown again.
 */
export function noteIdentity(facts: Facts, user: UserId, shown: string): boolean {
  const known = knownIdentity(facts, user);
  if (known === undefined) facts.set(knownFact(user), shown);
  const isNew = known !== undefined && known !== shown;
  const waiting = isNew ? shown : undefined;
  if (newIdentity(facts, user) !== waiting) facts.set(newFact(user), waiting);
  return !isNew;
}

/** People agreed that it is theirs. */
export function acceptIdentity(facts: Facts, user: UserId, shown: string): void {
  facts.set(knownFact(user), shown);
  if (newIdentity(facts, user) === shown) facts.set(newFact(user), undefined);
}

function knownFact(user: UserId): string {
  return `matrix.identity ${user}`;
}

function newFact(user: UserId): string {
  return `matrix.identity.new ${user}`;
}
