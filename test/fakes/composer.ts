// A composer without the docker CLI: a stack's text is its state in JSON, as the fake host reads it.
import { z } from "zod";
import type { ComposeInput, Composer, Rendered } from "../../src/core/ports.ts";
import { renamedFor, SCRATCH_LABEL, type Cut, type ScratchFacts } from "../../src/core/scratch.ts";
import type { ServiceState, StackState } from "../../src/core/state.ts";
import { readOutline } from "../../src/swarm/outline.ts";
import { imageOf } from "../../src/core/service-state.ts";

/** What a fake recipe says; all that is left out is plain. */
export type FakeRecipe = (input: ComposeInput) => Partial<Omit<Rendered, "yaml" | "state">> & {
  readonly services: readonly ServiceState[];
  readonly configs?: StackState["configs"];
};

export class FakeComposer implements Composer {
  /** Throws what a bad recipe would. */
  recipe: FakeRecipe;

  constructor(recipe: FakeRecipe) {
    this.recipe = recipe;
  }

  async render(input: ComposeInput, signal: AbortSignal): Promise<Rendered> {
    signal.throwIfAborted();
    const { services, configs = [], ...findings } = this.recipe(input);
    const state = { stack: input.stack, services, configs };
    return { ...plainly(state), ...findings };
  }

  meaning(compose: string): Rendered {
    const state = meaningOfJson(compose);
    const externalSecrets = state.services.flatMap(({ secrets }) => secrets);
    return { ...plainly(state), externalSecrets };
  }

  readonly outline = readOutline;

  seal(yaml: string, seal: Parameters<Composer["seal"]>[1]): ReturnType<Composer["seal"]> {
    const before = meaningOfJson(yaml);
    const services = before.services.map((service) => sealService(service, seal));
    const state = { ...before, services };
    return { compose: JSON.stringify(state), state };
  }

  scratch(compose: string, cut: Cut): ReturnType<Composer["scratch"]> {
    const { services, configs } = meaningOfJson(compose);
    const own = (names: readonly string[]): readonly string[] =>
      names.map((name) => renamedFor(cut, name));
    const cutServices = services.map((service) => {
      const isAway = cut.only !== undefined && !cut.only.includes(service.name);
      const { secrets, volumes, replicas } = service;
      return {
        ...service,
        labels: { [SCRATCH_LABEL]: cut.app },
        networks: [`${cut.to}_default`],
        binds: [],
        secrets: own(secrets),
        volumes: own(volumes),
        configs: own(service.configs),
        endpoint: {},
        replicas: isAway ? 0 : replicas === "global" ? 1 : Math.min(replicas, 1),
      };
    });
    const renamed = configs.map((config) => ({ ...config, name: renamedFor(cut, config.name) }));
    const state = { stack: cut.to, services: cutServices, configs: renamed };
    return { compose: JSON.stringify(state), facts: factsOf(services, cut) };
  }
}

/** The service `app` has a check; the others have none. */
function factsOf(services: readonly ServiceState[], cut: Cut): ScratchFacts {
  const pairs = (names: readonly string[]): ScratchFacts["volumes"] =>
    [...new Set(names)].toSorted().map((from) => ({ from, to: renamedFor(cut, from) }));
  const up = services.filter(({ replicas }) => replicas !== 0).map(({ name }) => name);
  const isChecked = (name: string): boolean => name === "app";
  return {
    services: up,
    checks: up
      .filter(isChecked)
      .map((service) => ({ service, argv: ["check"], timeout: 1_000, tries: 2 })),
    unchecked: up.filter((name) => !isChecked(name)),
    images: services.map(({ name: service, image }) => ({ service, image })),
    volumes: pairs(services.flatMap(({ volumes }) => volumes)),
    mounts: Object.fromEntries(services.map(({ name, volumes }) => [name, volumes])),
    secrets: pairs(services.flatMap(({ secrets }) => secrets)),
    lacking: [],
    memory: 0,
    lacks: [],
    leftOut: services.flatMap(({ name: service, binds }) =>
      binds.map((path) => ({ service, path })),
    ),
  };
}

function plainly(state: StackState): Rendered {
  const external = { externalSecrets: [], externalNetworks: [], externalConfigs: [] };
  return { yaml: JSON.stringify(state), state, ...external, files: [], ignored: [], powers: [] };
}

function sealService(
  service: ServiceState,
  { digests, appLabels, appEnv }: Parameters<Composer["seal"]>[1],
): ServiceState {
  const digest = service.digest ?? digests[service.image];
  const pinned = digest === undefined ? service : { ...service, digest };
  if (service.name !== "app") return pinned;
  return {
    ...pinned,
    labels: { ...service.labels, ...appLabels },
    env: { ...appEnv, ...service.env },
  };
}

const stackState = z.custom<StackState>((value) => typeof value === "object" && value !== null);

/** What the fake host takes a compose text of this composer for. */
export function meaningOfJson(compose: string): StackState {
  return stackState.parse(JSON.parse(compose));
}

/** A service that says nothing beyond its image. */
export function plainService(
  name: string,
  image: string,
  more: Partial<ServiceState> = {},
): ServiceState {
  return {
    name,
    ...imageOf(image),
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
    ...more,
  };
}
