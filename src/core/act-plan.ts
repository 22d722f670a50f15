// Makes the plan of an act on an app that writes no stack anew: taking it down, its files, its secrets, its programs.
import type { Release } from "./backup-steps.ts";
import { sortedOnce } from "./canonical-json.ts";
import { hashPlan } from "./fingerprint.ts";
import type { AppName, RecipeName, ServerName, StackName } from "./ids.ts";
import type { Act, Danger, Loss, Plan, Scope, Tier, Warning, WayBack } from "./plan.ts";
import type { Step } from "./step.ts";
import type { Making } from "./planning-input.ts";
import type { ServiceChange } from "./service-change.ts";
import { roomWarnings } from "./warnings.ts";

export interface ActInput {
  readonly act: Act;
  readonly app: AppName;
  readonly server: ServerName;
  readonly recipe: RecipeName;
  readonly stack: StackName;
  /** What runs, or what the env file says ran last; empty where nobody knows. */
  readonly version: string;
  readonly services?: readonly ServiceChange[];
  readonly losses?: readonly Loss[];
  readonly warnings?: readonly Warning[];
  /** Any makes it `danger`. */
  readonly dangers?: readonly Danger[];
  /** By its effects, where nothing is a danger. */
  readonly tier: Exclude<Tier, "danger">;
  readonly steps: readonly Step[];
  readonly secrets?: readonly string[];
  readonly volumes?: readonly string[];
  readonly hosts?: readonly string[];
  readonly revision?: Readonly<Record<string, number>>;
  /** Where it comes from, of an app that moves. */
  readonly from?: ServerName;
  readonly back?: WayBack;
  readonly release?: Release<Step>;
}

export function planAct(input: ActInput, making: Making): Plan {
  const { act, app, server, recipe, version } = input;
  const { services = [], losses = [], steps, revision = {} } = input;
  const dangers = sortedOnce(input.dangers ?? []);
  const plan: Omit<Plan, "hash"> = {
    act,
    app,
    server,
    recipe,
    isNew: false,
    version: { from: version, to: version, step: "same" },
    services,
    secretsToMake: steps.flatMap((step) => (step.kind === "create-secret" ? [step.name] : [])),
    notes: [],
    newKeys: [],
    losses,
    warnings: sortedOnce([
      ...(input.warnings ?? []),
      ...roomWarnings({ ...input, services }, making),
    ]),
    dangers,
    tier: dangers.length > 0 ? "danger" : input.tier,
    scope: scopeOf(input),
    steps,
    revision,
    ...(input.back === undefined ? {} : { back: input.back }),
    ...(input.release === undefined ? {} : { release: input.release }),
  };
  return { ...plan, hash: hashPlan(plan, making.sha256) };
}

function scopeOf(input: ActInput): Scope {
  const { server, from, app, stack, secrets = [], volumes = [], hosts = [] } = input;
  return {
    server,
    ...(from === undefined ? {} : { from }),
    app,
    stack,
    secrets: sortedOnce(secrets),
    volumes: sortedOnce(volumes),
    hosts: sortedOnce(hosts),
  };
}
