// Makes the plan of a deploy from what is wanted and what runs: a pure function, so that the same facts give the same plan.
import { sortedOnce } from "./canonical-json.ts";
import { compareStacks, imageText } from "./compare.ts";
import { findDangers } from "./dangers.ts";
import { timeoutOf } from "./environment.ts";
import { hashPlan } from "./fingerprint.ts";
import { hostsOf } from "./foreign.ts";
import { isAppName } from "./ids.ts";
import { findObstacles } from "./obstacles.ts";
import type { Obstacle, Plan, Scope, Tier, VersionStep } from "./plan.ts";
import type { Step } from "./step.ts";
import type { ServiceChange } from "./service-change.ts";
import type { Making, PlanInput } from "./planning-input.ts";
import { rotationLosses, rotationSteps } from "./rotation.ts";
import type { NeededSecret } from "./secrets.ts";
import type { ServiceState, StackState } from "./state.ts";
import { stepBetween } from "./version.ts";
import { findWarnings, roomWarnings } from "./warnings.ts";
import { wayBack } from "./way-back.ts";

export type Planning =
  | { readonly kind: "possible"; readonly plan: Plan }
  | { readonly kind: "impossible"; readonly obstacles: readonly Obstacle[] };

/** Of a stack that is to be written, whatever for. */
export function planStack(input: PlanInput, making: Making): Planning {
  const obstacles = sortedOnce(findObstacles(input));
  if (obstacles.length > 0) return { kind: "impossible", obstacles };
  const services = compareStacks(input.desired, input.actual.live);
  const toMake = secretsToMake(input);
  const changesStack = toMake.length > 0 || services.some(({ fate }) => fate !== "unchanged");
  const isIdle = !changesStack && input.file.before === input.file.text;
  const dangers = isIdle ? [] : sortedOnce(findDangers(input, services));
  const steps = stepsOf(input, services, toMake);
  const back = wayBack(input, steps);
  const plan: Omit<Plan, "hash"> = {
    act: input.act,
    app: input.app,
    server: input.server,
    recipe: input.recipe,
    isNew: input.file.before === undefined,
    version: versionOf(input),
    services,
    secretsToMake: toMake.map(({ name }) => name),
    notes: input.notes,
    newKeys: input.newKeys,
    losses: rotationLosses(input),
    warnings: sortedOnce([...findWarnings(input), ...roomWarnings({ ...input, services }, making)]),
    dangers,
    tier: tierOf(isIdle, dangers.length > 0),
    scope: scopeOf(input),
    steps,
    ...(back === undefined ? {} : { back }),
    revision: input.actual.revision,
  };
  return { kind: "possible", plan: { ...plan, hash: hashPlan(plan, making.sha256) } };
}

function tierOf(isIdle: boolean, isDangerous: boolean): Tier {
  if (isIdle) return "routine";
  return isDangerous ? "danger" : "change";
}

function versionOf({ version: { from, to, isChaos }, actual }: PlanInput): Plan["version"] {
  const isUnlabelled = from === undefined && actual.live !== undefined;
  const measured = isUnlabelled ? "unknown" : stepBetween(from, to);
  const step: VersionStep = isChaos ? "chaos" : measured;
  return { ...(from !== undefined && { from }), to, step };
}

function scopeOf(input: PlanInput): Scope {
  const { server, app, stack, desired, rendered } = input;
  const all = (pick: (service: ServiceState) => readonly string[]): readonly string[] =>
    sortedOnce(desired.services.flatMap(pick));
  return {
    server,
    app,
    stack,
    secrets: sortedOnce([...rendered.externalSecrets, ...all(({ secrets }) => secrets)]),
    volumes: all(({ volumes }) => volumes),
    hosts: hostsOf(input),
  };
}

function secretsToMake({ secrets, actual }: PlanInput): readonly NeededSecret[] {
  return secrets
    .filter(({ name }) => !actual.swarm.secrets.includes(name))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Everything is fetched before the first write, and nothing is removed before the new state stands. */
function stepsOf(
  input: PlanInput,
  services: readonly ServiceChange[],
  toMake: readonly NeededSecret[],
): readonly Step[] {
  const { stack, version, compose } = input;
  const desired = sortedState(input.desired);
  const removed = services.filter(({ fate }) => fate === "removed").map(({ service }) => service);
  const isWritten = services.some(({ fate }) => fate !== "unchanged" && fate !== "removed");
  const labels = desired.services.find(({ name }) => name === "app")?.labels ?? {};
  const watched = desired.services.map(({ name }) => name);
  const seconds = timeoutOf(labels, stack) ?? input.timeout;
  const domain = input.env["DOMAIN"]?.toLowerCase() ?? "";
  return [
    ...pulls(desired, services),
    ...writeEnv(input),
    ...toMake.map(({ name, make }): Step => ({ kind: "create-secret", name, make })),
    ...(isWritten
      ? [{ kind: "deploy-stack", stack, compose, desired, env: input.file.text } as const]
      : []),
    { kind: "watch", stack, services: watched, seconds },
    ...(removed.length === 0
      ? []
      : [{ kind: "remove-services", stack, services: removed } as const]),
    ...(isWritten ? input.programs : []).map((one): Step => ({
      kind: "run-function",
      stack,
      ...one,
    })),
    { kind: "record-version", version: version.to },
    ...(isAppName(domain) ? [{ kind: "probe", domain } as const] : []),
    ...rotationSteps(input),
  ];
}

function pulls(desired: StackState, changes: readonly ServiceChange[]): readonly Step[] {
  const changed = changes
    .filter(
      ({ fate, changes: fields }) =>
        fate === "starts" || fields.some(({ what }) => what === "image"),
    )
    .map(({ service }) => service);
  const firstUser = new Map(
    desired.services
      .filter(({ name }) => changed.includes(name))
      .toReversed()
      .map((service) => [imageText(service), service.name]),
  );
  return [...firstUser]
    .map(([image, service]): Step => ({ kind: "pull", service, image }))
    .toReversed();
}

function writeEnv({ file: { path, text, before } }: PlanInput): readonly Step[] {
  if (text === before) return [];
  return [{ kind: "write-env", path, text, ...(before !== undefined && { before }) }];
}

function sortedState({ stack, services, configs }: StackState): StackState {
  const byName = (a: { readonly name: string }, b: { readonly name: string }): number =>
    a.name < b.name ? -1 : 1;
  return { stack, services: services.toSorted(byName), configs: configs.toSorted(byName) };
}
