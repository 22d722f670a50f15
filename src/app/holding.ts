// What is held back: it blocks what is new, and never the way back of what failed.
import { Refusal } from "../core/errors.ts";
import type { AppName, ServerName } from "../core/ids.ts";
import type { Doc } from "../core/doc.ts";
import type { Hold, Proposal } from "../core/proposal.ts";
import { heldDoc, holdName, liftedDoc } from "../words/holds.ts";
import type { Message } from "./message.ts";
import type { World } from "./world.ts";

/** The holds on this app and on its server. */
export function holdsOn(
  world: World,
  target: { readonly server?: ServerName; readonly app?: AppName },
): readonly Hold[] {
  return world.ledger.holds
    .standing(world.clock.now())
    .filter((hold) => hold.target === target.app || hold.target === target.server);
}

/** A grant or a review is never held. */
export function isHoldable({ kind }: Proposal): boolean {
  return kind === "plan" || kind === "prune";
}

/** Throws Refusal `held` where what is wanted would change what is held back. */
export function requireNoHold(
  world: World,
  asked: { readonly proposal: Proposal; readonly server?: ServerName; readonly app?: AppName },
): void {
  const { proposal } = asked;
  if (!isHoldable(proposal)) return;
  const from = proposal.kind === "plan" ? proposal.plan.scope.from : undefined;
  const elsewhere = from === undefined ? [] : holdsOn(world, { server: from });
  const [hold] = [...holdsOn(world, asked), ...elsewhere];
  if (hold !== undefined) throw new Refusal({ kind: "held", hold });
}

/** In the caller's transaction. */
export function hold(
  world: World,
  { sender: by, event }: Message,
  wanted: Pick<Hold, "target" | "reason" | "until">,
): Doc {
  const at = world.clock.now();
  const reason = world.mask(wanted.reason);
  const made = world.ledger.holds.add({ ...wanted, reason, by, at });
  const { id, target, until } = made;
  world.ledger.audit.append(
    {
      who: by,
      what: "hold",
      on: target,
      event,
      detail: { hold: id, reason, ...(until !== undefined && { until }) },
    },
    at,
  );
  return heldDoc(made);
}

/** In the caller's transaction: one's own hold. Throws Refusal `unknown-hold` when it was lifted before. */
export function lift(world: World, { sender: by, event }: Message, { id, target }: Hold): Doc {
  liftHold(world, { id, target, by, event });
  return liftedDoc(id, target);
}

/** In the caller's transaction, once it may be done. Throws Refusal `unknown-hold` when it was lifted before. */
export function liftHold(
  world: World,
  {
    id,
    target,
    by,
    event,
  }: Pick<Hold, "id" | "target" | "by"> & { readonly event: Message["event"] },
): void {
  const at = world.clock.now();
  if (!world.ledger.holds.lift(id, by, at)) {
    throw new Refusal({ kind: "unknown-hold", hold: holdName(id) });
  }
  world.ledger.audit.append(
    { who: by, what: "unhold", on: target, event, detail: { hold: id } },
    at,
  );
  world.bells.approvals.ring();
  world.bells.updates.ring();
}
