// Small states and inputs for tests of planning.
import { createHash } from "node:crypto";
import { isAppName, isRecipeName, isServerName, isStackName } from "../../src/core/ids.ts";
import type { Obstacle, Plan } from "../../src/core/plan.ts";
import { planStack } from "../../src/core/planning.ts";
import type { Making, PlanInput } from "../../src/core/planning-input.ts";
import type { Rendered } from "../../src/core/ports.ts";
import type { NeededSecret } from "../../src/core/secrets.ts";
import type { Actual, ServiceState, StackState, SwarmNames } from "../../src/core/state.ts";
import { named } from "../named.ts";

export type Part = Partial<PlanInput>;

export const STACK = named(isStackName, "wiki_example_coop");
export const APP = named(isAppName, "wiki.example.coop");
export const SERVER = named(isServerName, "alpha.example.coop");

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** No app carries the room. */
export const MAKING: Making = { sha256, policy: { carriesRoom: new Set() } };

export function digest(digit: number): string {
  return `sha256:${String(digit).repeat(64)}`;
}

export function service(part: Partial<ServiceState> = {}): ServiceState {
  return {
    name: "app",
    image: "registry.example/wiki:1",
    digest: digest(1),
    env: {},
    labels: {},
    secrets: [],
    configs: [],
    volumes: [],
    binds: [],
    networks: [],
    replicas: 1,
    template: {},
    endpoint: {},
    outer: {},
    ...part,
  };
}

export function stackState(
  services: readonly ServiceState[] = [service()],
  configs: StackState["configs"] = [],
): StackState {
  return { stack: STACK, services, configs };
}

export function secret(name: string, part: Partial<NeededSecret> = {}): NeededSecret {
  return { name, generate: true, make: { kind: "passphrase", words: 6 }, ...part };
}

export function rendered(state: StackState, part: Partial<Rendered> = {}): Rendered {
  return {
    yaml: "",
    state,
    externalSecrets: [],
    externalNetworks: [],
    externalConfigs: [],
    files: [],
    ignored: [],
    powers: [],
    ...part,
  };
}

/** A server on which the given stack runs, or nothing. */
export function actual(live?: StackState, swarm: Partial<SwarmNames> = {}): Actual {
  return {
    ...(live !== undefined && { live }),
    revision: Object.fromEntries((live?.services ?? []).map(({ name }) => [name, 7])),
    swarm: {
      secrets: [],
      configs: live?.configs ?? [],
      networks: [],
      routers: [],
      owners: {},
      ...swarm,
    },
    addresses: ["192.0.2.1"],
  };
}

/** An existing app, deployed at 1.0.0+1 and asked for again: nothing to do. */
export function planInput(part: Partial<PlanInput> = {}): PlanInput {
  const desired = part.desired ?? stackState();
  return {
    act: "deploy",
    app: APP,
    server: SERVER,
    recipe: named(isRecipeName, "wiki"),
    stack: STACK,
    file: { path: "alpha/wiki.env", text: "TYPE=wiki\n", before: "TYPE=wiki\n" },
    env: {},
    sample: {},
    version: { from: "1.0.0+1", to: "1.0.0+1", isChaos: false, commit: "c0ffee" },
    isInCatalogue: true,
    rendered: rendered(desired),
    compose: JSON.stringify(desired),
    desired,
    actual: actual(stackState()),
    secrets: [],
    images: {},
    neighbours: [],
    unset: [],
    newKeys: [],
    notes: [],
    programs: [],
    obstacles: [],
    timeout: 300,
    ...part,
  };
}

/** The app wants its service so, and nothing else is different. */
export function wanting(part: Partial<ServiceState>, more: Partial<Rendered> = {}): Part {
  const desired = stackState([service(part)]);
  return { desired, rendered: rendered(desired, more) };
}

/** The app with a new image, so that something restarts. */
export function changed(part: Partial<ServiceState> = {}): Part {
  return wanting({ image: "registry.example/wiki:2", digest: digest(2), ...part });
}

/** The plan; throws when there is none. */
export function plan(part: Partial<PlanInput> = {}, making = MAKING): Plan {
  const planning = planStack(planInput(part), making);
  if (planning.kind === "impossible") throw new Error(JSON.stringify(planning.obstacles));
  return planning.plan;
}

export function obstacles(part: Partial<PlanInput>): readonly Obstacle[] {
  const planning = planStack(planInput(part), MAKING);
  return planning.kind === "impossible" ? planning.obstacles : [];
}
