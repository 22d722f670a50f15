// A composer without the docker CLI: a stack's text is its state in JSON, as the fake host reads it.
import { z } from "zod";
import type { ComposeInput, Composer, Rendered } from "../../src/core/ports.ts";
import type { ServiceState, StackState } from "../../src/core/state.ts";
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

  seal(yaml: string, seal: Parameters<Composer["seal"]>[1]): ReturnType<Composer["seal"]> {
    const before = meaningOfJson(yaml);
    const services = before.services.map((service) => sealService(service, seal));
    const state = { ...before, services };
    return { compose: JSON.stringify(state), state };
  }
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
