// What keeps an update from being done at this moment, from all that moot knows without asking anybody.
import { Refusal } from "../core/errors.ts";
import type { AppFile } from "../core/ports.ts";
import type { Plan, Tier } from "../core/plan.ts";
import { updateIn } from "../core/proposal.ts";
import type { Approval } from "../core/approval.ts";
import { entryOf, parseEnv } from "../core/envfile.ts";
import { rulesFor, type UpdateRules } from "../core/update-rules.ts";
import type { Update } from "../core/update.ts";
import { stepBetween } from "../core/version.ts";
import { blockersOf, type Blocker, type UpdateFacts } from "../core/why-not-now.ts";
import type { Needs } from "../words/alerts.ts";
import { holdsOn } from "./holding.ts";
import { tierOf } from "./rules.ts";
import type { World } from "./world.ts";

/** `ENABLE_AUTO_UPDATE`, as the env file has it. */
export function autoUpdateIn({ text }: Pick<AppFile, "text">): string | undefined {
  const env = parseEnv(text);
  return env.kind === "env" ? entryOf(env, "ENABLE_AUTO_UPDATE")?.value : undefined;
}

/** Moments as the config's time zone has them. */
export function clockOf({ calendar, policy }: World): (at: number) => string {
  const { zone } = policy.updates;
  return (at) => `${calendar.local(at, zone)} ${zone}`;
}

/** By what the env file said at the newest look. */
function rulesOn(world: World, update: Update): UpdateRules {
  return rulesBy(world, update, world.ledger.looks.lookAt(update.app)?.autoUpdate);
}

/** By what the env file says of `ENABLE_AUTO_UPDATE`. */
export function rulesBy(
  { policy }: World,
  { app, server }: Update,
  enableAutoUpdate: string | undefined,
): UpdateRules {
  return rulesFor(policy.updates, {
    app,
    server,
    ...(enableAutoUpdate !== undefined && { enableAutoUpdate }),
  });
}

/** `needs`: absent where nobody could agree to it. */
export function blockersFor(
  world: World,
  update: Update,
  needs: Needs | undefined,
): readonly Blocker[] {
  const { recipe, from, to, plan, problem, seenAt } = update;
  const { missing = 0, who: whoMay = [], objections = [] } = needs ?? {};
  return blockersOf({
    ...timesOf(world, update),
    step: stepBetween(from, to),
    seenAt: world.ledger.looks.versionSeen(recipe, to, seenAt),
    holds: holdsOn(world, update),
    missing,
    whoMay,
    objections,
    ...(plan !== undefined && { tier: tierFor(world, update, plan) }),
    ...(problem !== undefined && { problem }),
    ...whereabouts(world, update),
  });
}

/** What the config raises goes by itself no more than what is a danger by its effects. */
export function tierFor(world: World, { app, server }: Update, { tier }: Plan): Tier {
  return tierOf(world, { permission: "upgrade", tier, app, server });
}

/** What the clock has to say of it. */
function timesOf(
  world: World,
  update: Update,
): Pick<UpdateFacts, "now" | "rules" | "look" | "snoozed"> {
  const { state, by, until } = update;
  const now = world.clock.now();
  const rules = rulesOn(world, update);
  const { window, zone } = rules;
  return {
    now,
    rules,
    ...(window !== undefined && { look: world.calendar.look(window, zone, now) }),
    ...(state === "snoozed" && by !== undefined && { snoozed: { by, until: until ?? now } }),
  };
}

/** What its app and its server are busy with. */
function whereabouts(
  { ledger }: World,
  { app, server }: Update,
): Pick<UpdateFacts, "busyWith" | "unreachable"> {
  const busy = ledger.jobs.activeOf(app);
  const silent = ledger.looks.blindnesses().find(({ target }) => target === server);
  return {
    ...(busy !== undefined && { busyWith: busy.id }),
    ...(silent !== undefined && { unreachable: { server, since: silent.since } }),
  };
}

/** What time alone lifts holds back also what people agreed to. */
const TIMELY: ReadonlySet<Blocker["kind"]> = new Set<Blocker["kind"]>(["window", "too-young"]);

/** Throws Refusal `update-waits` where an update was agreed to whose window is closed, or whose version is too young. */
export function requireItsTime(world: World, { proposal }: Pick<Approval, "proposal">): void {
  const id = updateIn(proposal);
  const update = id === undefined ? undefined : world.ledger.updates.get(id);
  if (update === undefined) return;
  const blockers = blockersFor(world, update, undefined).filter(({ kind }) => TIMELY.has(kind));
  if (blockers.length > 0) {
    const { app, from, to } = update;
    throw new Refusal({ kind: "update-waits", update: { app, from, to }, blockers });
  }
}
