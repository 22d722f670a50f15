// Who must agree to what is asked: the tier that its effects give it, raised by the config, eased for who acts alone in need.
import type { AskingTier, Rule } from "../core/approval.ts";
import { matchesGlob } from "../core/glob.ts";
import type { AppName, RoomId, ServerName, UserId } from "../core/ids.ts";
import type { Danger, Tier } from "../core/plan.ts";
import { updateIn, type Proposal } from "../core/proposal.ts";
import type { Permission } from "../core/roles.ts";
import { chatOf, type World } from "./world.ts";

/** Something a person wants done, as far as the rules look at it. */
export interface Matter {
  readonly proposal: Proposal;
  readonly permission: Permission;
  /** By its effects alone. */
  readonly tier: Tier;
  readonly server?: ServerName;
  readonly app?: AppName;
  readonly by: UserId;
  readonly room: RoomId;
  /** Asked by someone who learns: a mentor must agree. */
  readonly isApprentice: boolean;
}

/** What nobody does alone, whatever burns (design: break-glass). */
const NEVER_ALONE: readonly Permission[] = [
  "remove",
  "secrets",
  "run",
  "grant",
  "revoke",
  "servers.edit",
];

/** Higher than the effects say where the config raises this command, server or app; what changes nothing stays as it is. */
export function tierOf(
  world: World,
  matter: Pick<Matter, "tier" | "permission" | "server" | "app">,
): Tier {
  if (matter.tier === "routine") return "routine";
  const { commands, servers, apps } = world.policy.raise;
  const raised = [
    commands.get(matter.permission),
    ...tiersFor(servers, matter.server),
    ...tiersFor(apps, matter.app),
  ];
  return matter.tier === "danger" || raised.includes("danger") ? "danger" : "change";
}

function tiersFor(
  raise: ReadonlyMap<string, AskingTier>,
  name: string | undefined,
): readonly AskingTier[] {
  if (name === undefined) return [];
  return [...raise].filter(([glob]) => matchesGlob(glob, name)).map(([, tier]) => tier);
}

const ALONE: Rule = { people: 1, requesterCounts: true, isStrong: false };

/** Two others have looked at what one did alone. */
export const REVIEW: Rule = { people: 2, requesterCounts: false, isStrong: false };

/** Undefined: it runs on the asker's own word. */
export function ruleFor(world: World, matter: Matter): Rule | undefined {
  const { tier, isApprentice } = matter;
  if (tier !== "routine") return ruleOf(world, { ...matter, tier });
  return isApprentice ? ruleOf(world, { ...matter, tier: "change" }) : undefined;
}

export function ruleOf(world: World, matter: Matter & { readonly tier: AskingTier }): Rule {
  if (matter.proposal.kind === "review") return REVIEW;
  const tier = tierOf(world, matter) === "danger" ? "danger" : "change";
  const rule = world.policy[tier];
  if (matter.isApprentice) return { ...rule, requesterCounts: false };
  // moot asked, so whoever is first to say yes is one like the others.
  if (updateIn(matter.proposal) !== undefined) return { ...rule, requesterCounts: true };
  return actsAlone(world, matter) ? { ...rule, ...ALONE } : rule;
}

/** Milliseconds UTC. What was done alone stays to be reviewed until it is, and an alert stays until it is decided. */
export function expiryOf(
  world: World,
  matter: Matter,
  now: number,
): { readonly expiresAt?: number } {
  if (matter.proposal.kind === "review" || updateIn(matter.proposal) !== undefined) return {};
  const tier = tierOf(world, matter);
  return { expiresAt: now + world.policy[tier === "routine" ? "change" : tier].expires };
}

function actsAlone(world: World, { proposal, permission, app, server, by }: Matter): boolean {
  if (NEVER_ALONE.includes(permission) || destroys(proposal)) return false;
  return world.ledger.breakglasses
    .standing(world.clock.now())
    .some((one) => one.by === by && one.app === app && one.server === server);
}

/** Whatever it is called: what is gone for good, no need of the hour brings back. */
function destroys(proposal: Proposal): boolean {
  if (proposal.kind !== "plan") return false;
  const { losses, dangers } = proposal.plan;
  const has = (wanted: Danger["kind"]): boolean => dangers.some(({ kind }) => kind === wanted);
  // What is written over without a safety snapshot does not come back either.
  const isOverwritten = has("overwrites") && has("without-backup");
  return losses.length > 0 || has("destroys") || isOverwritten;
}

/** Whether a word said in this room counts for the tier: whoever reaches moot's socket can say it is anybody. */
export function roomVouches(world: World, room: RoomId, tier: Tier): boolean {
  return tier !== "danger" || chatOf(world, room).vouches === "danger";
}
