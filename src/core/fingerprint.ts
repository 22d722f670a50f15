// Tells whether two plans are the same, and if not, what moved between them.
import { canonicalJson } from "./canonical-json.ts";
import type { Plan, Step } from "./plan.ts";

/** The whole plan as one text, its hash left out; the order in which its keys were set does not matter. */
export function fingerprint(plan: Omit<Plan, "hash">): string {
  return canonicalJson({ ...plan, hash: undefined });
}

export function hashPlan(plan: Omit<Plan, "hash">, sha256: (text: string) => string): string {
  return sha256(fingerprint(plan));
}

export function samePlan(one: Plan, other: Plan): boolean {
  return one.hash === other.hash;
}

/** What differs between a plan people saw and the one made now, in words; empty when nothing does. */
export function whatMoved(old: Plan, now: Plan): readonly string[] {
  if (samePlan(old, now)) return [];
  const moved = PARTS.filter(({ of }) => canonicalJson(of(old)) !== canonicalJson(of(now)));
  const causes = [
    ...versionMoved(old, now),
    ...revisionMoved(old, now),
    ...moved.filter(({ isCause }) => isCause).map(({ words }) => words),
  ];
  const effect = moved.find(({ isCause }) => !isCause)?.words;
  if (causes.length > 0) return causes;
  return [effect ?? "its steps are not the same any more"];
}

/** The parts people care for. What is no cause is told only where no cause can be named, and then only the first. */
const PARTS: readonly {
  readonly words: string;
  readonly isCause: boolean;
  readonly of: (plan: Plan) => unknown;
}[] = [
  { words: "its env file was changed", isCause: true, of: (plan) => stepOf(plan, "write-env") },
  {
    words: "other secrets are missing than before",
    isCause: true,
    of: (plan) => plan.secretsToMake,
  },
  {
    words: "it would touch other secrets, volumes or domains",
    isCause: true,
    of: (plan) => plan.scope,
  },
  {
    words: "its risks are judged differently now",
    isCause: true,
    of: (plan) => [plan.tier, plan.dangers],
  },
  { words: "other things would change than before", isCause: false, of: (plan) => plan.services },
  {
    words: "the recipe or its images give another stack now",
    isCause: false,
    of: (plan) => stepOf(plan, "deploy-stack"),
  },
  { words: "there are other warnings than before", isCause: false, of: (plan) => plan.warnings },
];

function versionMoved(old: Plan, now: Plan): readonly string[] {
  const shown = (version: string | undefined): string => version ?? "nothing with a version";
  return [
    ...(old.version.to === now.version.to
      ? []
      : [`the version to deploy is ${now.version.to} now, it was ${old.version.to}`]),
    ...(old.version.from === now.version.from
      ? []
      : [`the server runs ${shown(now.version.from)} now, it ran ${shown(old.version.from)}`]),
  ];
}

function revisionMoved(old: Plan, now: Plan): readonly string[] {
  const names = [
    ...new Set([...Object.keys(old.revision), ...Object.keys(now.revision)]),
  ].toSorted();
  return names.flatMap((name) => {
    const [before, after] = [old.revision[name], now.revision[name]];
    if (before === after) return [];
    if (before === undefined) return [`the service ${name} appeared on the server`];
    if (after === undefined) return [`the service ${name} is gone from the server`];
    return [`the service ${name} was changed on the server`];
  });
}

function stepOf({ steps }: Plan, kind: Step["kind"]): Step | undefined {
  return steps.find((step) => step.kind === kind);
}
