// Takes what somebody wants done: starts it on their own word, or puts it before the people whose yes it needs.
import { isOver, standingOf, type Approval, type Rule } from "../core/approval.ts";
import { Refusal } from "../core/errors.ts";
import type { UserId } from "../core/ids.ts";
import { castVote, isTakenBack } from "./casting.ts";
import { mayDecide } from "./company.ts";
import { isUnseen } from "../core/proposal.ts";
import { act, type Asked } from "./effects.ts";
import { requireNoHold } from "./holding.ts";
import { postPrompt } from "./prompting.ts";
import { expiryOf, roomVouches, ruleFor, tierOf } from "./rules.ts";
import type { World } from "./world.ts";

/** What became of it; `seconded`: somebody had asked for the same, and this counts as a yes to that. */
export type Answer =
  | { readonly kind: "started" }
  | { readonly kind: "asked"; readonly approval: Approval }
  | { readonly kind: "seconded"; readonly approval: Approval };

/** Whether it would be put before people. */
export function needsPeople(world: World, asked: Asked): boolean {
  const rule = ruleFor(world, asked);
  return rule !== undefined && !isOwnWordEnough(asked, rule);
}

/**
 * In the caller's transaction. Throws Refusal `held`, `app-busy`, `asked-already`, or `needs-approval` where nobody's word could
 * count. `joined`: who of the members is in the room.
 */
export function ask(world: World, asked: Asked, joined: ReadonlySet<UserId>): Answer {
  requireNoHold(world, asked);
  const rule = ruleFor(world, asked);
  if (rule !== undefined) requireVoice(world, asked, rule);
  if (rule === undefined || isOwnWordEnough(asked, rule)) {
    act(world, asked, [asked.by]);
    return { kind: "started" };
  }
  const twin = twinOf(world, asked);
  if (twin === undefined) {
    // Where one is enough, it must be said by somebody who has seen what it is about.
    const isYes = !asked.isApprentice && (rule.people > 1 || !isUnseen(asked.proposal));
    return { kind: "asked", approval: open(world, asked, joined, isYes) };
  }
  second(world, twin, asked);
  return { kind: "seconded", approval: twin };
}

/** Puts it before the people, whether or not the asker's word would do; also for what asks again after it lapsed. */
export function open(
  world: World,
  asked: Asked,
  joined: ReadonlySet<UserId>,
  isAskersYes = !asked.isApprentice,
): Approval {
  const { room, command, by, said = { event: command, how: "command" }, ...matter } = asked;
  const { approvals } = world.ledger;
  const now = world.clock.now();
  const tier = tierOf(world, asked) === "danger" ? "danger" : "change";
  const { id } = approvals.open(
    { ...matter, room, command, by, tier, ...expiryOf(world, asked, now) },
    now,
  );
  const own = { by, kind: "yes", ...said, at: now } as const;
  if (isAskersYes && !isTakenBack(world, own)) approvals.vote(id, own);
  const approval = approvals.get(id);
  if (approval === undefined) throw new Error(`approval ${id} is not there`);
  const { server, app, permission, proposal } = approval;
  world.ledger.audit.append(
    {
      who: by,
      what: "request",
      event: command,
      ...(app !== undefined && { on: app }),
      detail: {
        approval: id,
        permission,
        tier,
        room,
        ...(server !== undefined && { server }),
        ...(proposal.kind === "plan" && { plan: proposal.plan.hash }),
      },
    },
    now,
  );
  postPrompt(world, approval, joined);
  return approval;
}

/** Where a sender's name proves nothing, nobody could ever say yes to this tier. */
function requireVoice(world: World, asked: Asked, { people }: Rule): void {
  const tier = tierOf(world, asked);
  if (tier === "routine" || roomVouches(world, asked.room, tier)) return;
  throw new Refusal({ kind: "needs-approval", tier, people });
}

function isOwnWordEnough(
  { by, command: event, isApprentice, proposal }: Asked,
  rule: Rule,
): boolean {
  const own = { id: 0, by, kind: "yes", how: "command", event, at: 0 } as const;
  if (isApprentice || isUnseen(proposal)) return false;
  return standingOf({ votes: [own], by }, rule, () => true).isAgreed;
}

/** An open request for the very same plan in the same room. */
function twinOf(world: World, { proposal, room }: Asked): Approval | undefined {
  if (proposal.kind !== "plan") return undefined;
  const { hash } = proposal.plan;
  const now = world.clock.now();
  return world.ledger.approvals
    .standing()
    .filter((one) => one.room === room && !isOver(one, now))
    .find(({ proposal: other }) => other.kind === "plan" && other.plan.hash === hash);
}

function second(world: World, twin: Approval, { by, command, room }: Asked): void {
  if (twin.by === by || !mayDecide(world, twin, by)) {
    throw new Refusal({ kind: "asked-already", approval: twin.id, by: twin.by });
  }
  castVote(world, twin, { by, kind: "yes", how: "command", event: command }, room);
}
