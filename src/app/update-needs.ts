// Whose yes an update takes, as things stand.
import type { RoomId } from "../core/ids.ts";
import { updateEvent, type Update } from "../core/update.ts";
import type { Needs } from "../words/alerts.ts";
import { deciders } from "./company.ts";
import { ruleOf } from "./rules.ts";
import { standingNow } from "./standing.ts";
import { requestFor } from "./update-request.ts";
import type { World } from "./world.ts";

/** Who must still say yes; absent where there is no plan to agree to. */
export function needsOf(world: World, update: Update, room: RoomId): Needs | undefined {
  const { id, app, server, plan } = update;
  const approval = world.ledger.approvals.ofCommand(updateEvent(id));
  if (approval !== undefined) {
    const { yes, objections, missing } = standingNow(world, approval);
    const { people, isStrong } = ruleOf(world, approval);
    const who = deciders(world, approval).filter((user) => !yes.includes(user));
    return { people, isStrong, yes, objections, missing, who, approval: approval.id };
  }
  if (plan === undefined || plan.tier === "routine") return undefined;
  const proposal = { kind: "plan", request: requestFor(update), plan, update: id } as const;
  const subject = { proposal, permission: "upgrade", server, app, room } as const;
  const [by = world.chats[0]?.self] = deciders(world, subject);
  if (by === undefined) return undefined;
  const rule = ruleOf(world, { ...subject, tier: plan.tier, by, isApprentice: false });
  const { people, isStrong } = rule;
  const who = deciders(world, subject);
  return { people, isStrong, yes: [], objections: [], missing: people, who };
}
