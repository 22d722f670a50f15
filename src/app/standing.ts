// How what is asked of people stands at this moment.
import { isOver, standingOf, type Approval, type Standing, type Vote } from "../core/approval.ts";
import type { UserId } from "../core/ids.ts";
import { mayAsk, mayDecide } from "./company.ts";
import { roomVouches, ruleOf, tierOf } from "./rules.ts";
import type { World } from "./world.ts";

/** How it stands by the table and the clock; `joined` narrows whose word counts to those in the room. */
export function standingNow(
  world: World,
  approval: Approval,
  joined?: ReadonlySet<UserId>,
): Standing {
  const rule = ruleOf(world, approval);
  const isHeard = roomVouches(world, approval.room, tierOf(world, approval));
  const standing = standingOf(approval, rule, (vote) => {
    if (!isHeard || (joined !== undefined && !joined.has(vote.by))) return false;
    return isOwnCommand(approval, vote)
      ? mayAsk(world, approval)
      : mayDecide(world, approval, vote.by);
  });
  const isInTime = !isOver(approval, world.clock.now());
  return { ...standing, isAgreed: standing.isAgreed && isInTime };
}

/** Who asks need not be one who may approve. */
function isOwnCommand({ command }: Approval, { event }: Vote): boolean {
  return event === command;
}
