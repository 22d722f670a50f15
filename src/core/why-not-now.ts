// Why a pending update does not run at this moment: every rule that holds it back, and who or what lifts each.
import type { WindowLook } from "./calendar.ts";
import type { ServerName, UserId } from "./ids.ts";
import type { Tier, VersionStep } from "./plan.ts";
import type { Hold } from "./proposal.ts";
import { mayGoAlone, type Auto, type UpdateRules } from "./update-rules.ts";
import type { Window } from "./window.ts";

/** Times are milliseconds UTC. */
export type Blocker =
  /** What runs was deployed from a commit: nothing can be called newer. */
  | { readonly kind: "chaos"; readonly commit: string }
  | { readonly kind: "unreachable"; readonly server: ServerName; readonly since: number }
  | { readonly kind: "cannot-plan"; readonly problem: string }
  | { readonly kind: "failed-before"; readonly job: number }
  | { readonly kind: "skipped"; readonly by: UserId }
  | { readonly kind: "snoozed"; readonly by: UserId; readonly until: number }
  | { readonly kind: "held"; readonly hold: Hold }
  | { readonly kind: "objection"; readonly by: UserId; readonly reason?: string }
  | {
      readonly kind: "needs-people";
      /** How many more must say yes. */
      readonly missing: number;
      /** Who could still say it. */
      readonly whoMay: readonly UserId[];
    }
  /** Why it does not go without people. */
  | {
      readonly kind: "auto-off";
      readonly auto: Auto;
      readonly step: VersionStep;
      readonly why: "off" | "step" | "danger";
    }
  | {
      readonly kind: "too-young";
      readonly seenAt: number;
      readonly age: number;
      readonly until: number;
    }
  /** Without `opensAt` it never opens. */
  | { readonly kind: "window"; readonly window: Window; readonly opensAt?: number }
  | { readonly kind: "busy"; readonly job: number };

/** All that is known of an update and its app; what is absent does not stand in its way. */
export interface UpdateFacts {
  readonly now: number;
  readonly rules: UpdateRules;
  readonly step: VersionStep;
  /** By the effects of its plan, where there is one. */
  readonly tier?: Tier;
  /** Since when the version is known. */
  readonly seenAt: number;
  /** How the rules' window stands now. */
  readonly look?: WindowLook;
  /** On the app or its server. */
  readonly holds: readonly Hold[];
  /** How many more must say yes, if it goes by people. */
  readonly missing: number;
  readonly whoMay: readonly UserId[];
  readonly objections: readonly { readonly by: UserId; readonly reason?: string }[];
  readonly skippedBy?: UserId;
  readonly snoozed?: { readonly by: UserId; readonly until: number };
  /** The job in which this same update failed. */
  readonly failedIn?: number;
  /** The job that has the app. */
  readonly busyWith?: number;
  readonly unreachable?: { readonly server: ServerName; readonly since: number };
  /** Why there is no plan, in words. */
  readonly problem?: string;
  readonly chaos?: string;
}

/** Whether it needs nobody's yes. What a plan endangers people must look at, whatever the step is called. */
export function goesAlone({
  rules,
  step,
  tier,
}: Pick<UpdateFacts, "rules" | "step" | "tier">): boolean {
  return tier !== "danger" && mayGoAlone(rules.auto, step);
}

/** Empty when it can run now. What ends only with another version comes first, then what people lift, then what time does. */
export function blockersOf(facts: UpdateFacts): readonly Blocker[] {
  return [...standing(facts), ...liftedByPeople(facts), ...liftedByTime(facts)];
}

function standing({
  chaos,
  unreachable,
  problem,
  failedIn,
  skippedBy,
}: UpdateFacts): readonly Blocker[] {
  return [
    ...some(chaos, (commit) => ({ kind: "chaos", commit })),
    ...some(unreachable, (server) => ({ kind: "unreachable", ...server })),
    ...some(problem, (words) => ({ kind: "cannot-plan", problem: words })),
    ...some(failedIn, (job) => ({ kind: "failed-before", job })),
    ...some(skippedBy, (by) => ({ kind: "skipped", by })),
  ];
}

function liftedByPeople(facts: UpdateFacts): readonly Blocker[] {
  const { holds, objections, now } = facts;
  return [
    ...holds
      .filter(({ until }) => until === undefined || until > now)
      .map((hold): Blocker => ({ kind: "held", hold })),
    ...objections.map(({ by, reason }): Blocker => {
      return { kind: "objection", by, ...(reason === undefined ? {} : { reason }) };
    }),
    ...needed(facts),
  ];
}

function needed(facts: UpdateFacts): readonly Blocker[] {
  const { missing, whoMay, rules, step, tier } = facts;
  if (missing === 0 || goesAlone(facts)) return [];
  const why = rules.auto === "none" ? "off" : tier === "danger" ? "danger" : "step";
  return [
    { kind: "needs-people", missing, whoMay },
    { kind: "auto-off", auto: rules.auto, step, why },
  ];
}

function liftedByTime({
  now,
  rules,
  seenAt,
  look,
  snoozed,
  busyWith,
}: UpdateFacts): readonly Blocker[] {
  const { window, age } = rules;
  const until = seenAt + age;
  const isClosed = window !== undefined && look !== undefined && !look.isOpen;
  return [
    ...(snoozed !== undefined && snoozed.until > now
      ? [{ kind: "snoozed", ...snoozed } as const]
      : []),
    ...(until > now ? [{ kind: "too-young", seenAt, age, until } as const] : []),
    ...(isClosed ? [closed(window, look)] : []),
    ...some(busyWith, (job) => ({ kind: "busy", job })),
  ];
}

function closed(window: Window, { opensAt }: { readonly opensAt?: number }): Blocker {
  return { kind: "window", window, ...(opensAt === undefined ? {} : { opensAt }) };
}

function some<Fact>(fact: Fact | undefined, blocker: (known: Fact) => Blocker): readonly Blocker[] {
  return fact === undefined ? [] : [blocker(fact)];
}
