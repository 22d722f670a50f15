// Takes a person's word on what is asked, if it may count; and takes it back.
import { isOver, type Approval, type Vote } from "../core/approval.ts";
import { Refusal, type RefusalReason } from "../core/errors.ts";
import type { EventId, RoomId, UserId } from "../core/ids.ts";
import { deciders, mayDecide } from "./company.ts";
import { roomVouches, ruleOf, tierOf } from "./rules.ts";
import type { World } from "./world.ts";

export type Word = Pick<Vote, "by" | "kind" | "how" | "event" | "reason">;

/** Why a word does not count; for the log and the audit, and for the person where they typed it. */
export type NotCounted = "ended" | "not-entitled" | "room";

/** Undefined when it may count. Whether they are joined is asked by the caller. */
export function objectionTo(world: World, approval: Approval, by: UserId): NotCounted | undefined {
  if (approval.state !== "open" || isOver(approval, world.clock.now())) return "ended";
  if (!mayDecide(world, approval, by)) return "not-entitled";
  return roomVouches(world, approval.room, tierOf(world, approval)) ? undefined : "room";
}

/**
 * In the caller's transaction, for a word typed in `room`, which may be another than the one that was asked. Throws Refusal when
 * it may not count.
 */
export function castVote(world: World, approval: Approval, word: Word, room: RoomId): void {
  const why = objectionTo(world, approval, word.by);
  if (why === undefined && roomVouches(world, room, tierOf(world, approval))) {
    takeWord(world, approval, word);
    return;
  }
  throw new Refusal(reasonFor(world, approval, why ?? "room"));
}

function reasonFor(world: World, approval: Approval, why: NotCounted): RefusalReason {
  const { id, state, permission, tier, app, server } = approval;
  const on = app ?? server;
  switch (why) {
    case "ended":
      return { kind: "approval-ended", approval: id, state: state === "open" ? "expired" : state };
    case "room":
      return { kind: "needs-approval", tier, people: ruleOf(world, approval).people };
    case "not-entitled": {
      const whoMay = deciders(world, approval);
      return { kind: "not-permitted", permission, whoMay, ...(on !== undefined && { on }) };
    }
  }
}

/** Whether what this event says was taken back before it was handled; by whom it can be, `takeBack` says. */
export function isTakenBack(world: World, { event, by, kind }: Omit<Word, "how">): boolean {
  const redactors = world.ledger.inbox.redactorsOf(event);
  return kind === "yes" ? redactors.length > 0 : redactors.includes(by);
}

/**
 * In the caller's transaction; for a word that may count. An event that was taken before, or is taken back already, changes
 * nothing.
 */
export function takeWord(world: World, approval: Approval, word: Word): void {
  if (isTakenBack(world, word)) return;
  const at = world.clock.now();
  const { by, kind, how, event } = word;
  const why = word.reason === undefined ? {} : { reason: world.mask(word.reason) };
  if (!world.ledger.approvals.vote(approval.id, { by, kind, how, event, at, ...why })) return;
  world.ledger.audit.append(
    {
      who: by,
      what: "vote",
      event,
      ...(approval.app !== undefined && { on: approval.app }),
      detail: {
        approval: approval.id,
        vote: kind,
        how,
        ...why,
      },
    },
    at,
  );
  world.bells.approvals.ring();
}

/**
 * In the caller's transaction: what its event said is taken back, while that is open. An objection only by who made it: else
 * whoever may redact in the room could bend a decision (rights never come from power levels).
 */
export function takeBack(world: World, event: EventId, by: UserId): void {
  const at = world.clock.now();
  for (const { approval, vote } of world.ledger.approvals.votesBy(event)) {
    if (vote.kind === "no" && vote.by !== by) continue;
    world.ledger.approvals.takeBack(vote.id, at);
    world.ledger.audit.append(
      { who: by, what: "vote", event, detail: { approval, vote: "taken-back", of: vote.by } },
      at,
    );
    world.bells.approvals.ring();
  }
}
