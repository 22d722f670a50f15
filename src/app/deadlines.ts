// What is asked of people does not wait for ever: a reminder before its time is over, an end at it, and a nudge a day for reviews.
import { isOver, type Approval } from "../core/approval.ts";
import type { UserId } from "../core/ids.ts";
import { reminderDoc, reviewDoc } from "../words/approval-records.ts";
import { span } from "../words/phrases.ts";
import { close } from "./closing.ts";
import { awayNow, deciders, joinedOf } from "./company.ts";
import type { Duty } from "./duty.ts";
import { threadOf } from "./place.ts";
import { standingNow } from "./standing.ts";
import { ruleOf } from "./rules.ts";
import { say } from "./say.ts";
import type { World } from "./world.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** The last quarter of its time, and at most this long before its end. */
const REMIND_AT_MOST = 4 * HOUR;

/** Ends what is over, reminds of what is about to be, and has what could not be decided looked at again. */
export const watchApprovals: Duty = {
  name: "approvals",
  async run(world, now, signal) {
    const { approvals } = world.ledger;
    for (const approval of approvals.standing().filter((one) => isOver(one, now))) {
      world.ledger.together(() => close(world, approval, { state: "expired", outcome: {} }));
    }
    world.bells.approvals.ring();
    for (const approval of approvals.standing().filter((one) => isToBeReminded(one, now))) {
      await remind(world, approval, now, signal);
    }
  },
};

function isToBeReminded({ openedAt, expiresAt, remindedAt }: Approval, now: number): boolean {
  if (expiresAt === undefined || remindedAt !== undefined) return false;
  const before = Math.min(REMIND_AT_MOST, (expiresAt - openedAt) / 4);
  return now >= expiresAt - before;
}

async function remind(
  world: World,
  approval: Approval,
  now: number,
  signal: AbortSignal,
): Promise<void> {
  const { id, room, expiresAt = now } = approval;
  const asked = await askedOf(world, approval, signal);
  world.ledger.together(() => {
    // It may have been decided meanwhile.
    const current = world.ledger.approvals.get(id);
    if (current?.state !== "open") return;
    const { missing } = standingNow(world, current);
    world.ledger.approvals.remind(id, now);
    say(world, `reminder:${id}`, {
      room,
      thread: threadOf(world, approval),
      doc: reminderDoc(approval, missing, span(expiresAt - now)),
      rings: asked,
    });
  });
}

/** Whoever could still say yes and is there. */
async function askedOf(
  world: World,
  approval: Approval,
  signal: AbortSignal,
): Promise<readonly UserId[]> {
  const able = deciders(world, approval);
  const joined = await joinedOf(world, approval.room, able, signal);
  const { yes } = standingNow(world, approval, joined);
  const { requesterCounts } = ruleOf(world, approval);
  const away = awayNow(world);
  return able
    .filter((user) => joined.has(user) && !yes.includes(user) && !away.has(user))
    .filter((user) => requesterCounts || user !== approval.by);
}

/** What somebody did alone is asked about every day until two others have looked at it. */
export const askForReviews: Duty = {
  name: "reviews",
  async run(world, now, signal) {
    for (const approval of world.ledger.approvals.standing()) {
      const days = Math.floor((now - approval.openedAt) / DAY);
      if (approval.proposal.kind !== "review" || days < 1) continue;
      const key = `review:${approval.id}:${days}`;
      if (world.ledger.outbox.isKnown(key)) continue;
      const rings = await askedOf(world, approval, signal);
      nudge(world, key, approval, rings);
    }
  },
};

function nudge(world: World, key: string, approval: Approval, rings: readonly UserId[]): void {
  const { missing } = standingNow(world, approval);
  const doc = reviewDoc(approval, missing);
  say(world, key, { room: approval.room, thread: threadOf(world, approval), doc, rings });
}
