// Lists what a whole swarm has, by name, and which stack each thing belongs to.
import { z } from "zod";
import type { StackName } from "../core/ids.ts";
import type { SecretSight } from "../core/ports.ts";
import { routerHosts } from "../core/router.ts";
import { ownLabels } from "../core/service-state.ts";
import type { SwarmNames } from "../core/state.ts";
import type { Engine } from "./docker.ts";
import {
  liveNetwork,
  liveObject,
  liveService,
  liveVolumes,
  type LiveNetwork,
  type LiveObject,
  type LiveService,
} from "./engine-schema.ts";
import { liveConfig, networkIds, stackOf } from "./live.ts";

/** What the engine lists, read in one go. */
export interface Inventory {
  readonly services: readonly LiveService[];
  readonly networks: readonly LiveNetwork[];
  readonly secrets: readonly LiveObject[];
  readonly configs: readonly LiveObject[];
  readonly volumes: z.infer<typeof liveVolumes>["Volumes"];
}

export async function takeInventory(engine: Engine, signal: AbortSignal): Promise<Inventory> {
  const list = <T>(path: string, schema: z.ZodType<T>): Promise<T[]> =>
    engine.ask({ path }, z.array(schema), signal);
  const [services, networks, secrets, configs, { Volumes }] = await Promise.all([
    list("/services", liveService),
    list("/networks", liveNetwork),
    list("/secrets", liveObject),
    list("/configs", liveObject),
    engine.ask({ path: "/volumes" }, liveVolumes, signal),
  ]);
  return { services, networks, secrets, configs, volumes: Volumes };
}

export function swarmNames(inventory: Inventory): SwarmNames {
  const { services, networks, secrets, configs } = inventory;
  return {
    secrets: secrets.map(({ Spec }) => Spec.Name).toSorted(),
    configs: configs.map(liveConfig).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    networks: networks
      .filter(({ Scope }) => Scope === "swarm")
      .map(({ Name }) => Name)
      .toSorted(),
    routers: services.flatMap(({ Spec }) => {
      const hosts = routerHosts(ownLabels(Spec.Labels ?? {}));
      // A service by itself is an owner as good as a stack.
      return hosts.length === 0 ? [] : [{ stack: stackOf(Spec.Labels) ?? Spec.Name ?? "", hosts }];
    }),
    owners: ownersOf(inventory),
  };
}

function ownersOf(inventory: Inventory): Readonly<Record<string, string>> {
  const { services, networks, secrets, configs, volumes = [] } = inventory;
  const specs = [...services, ...secrets, ...configs].map(({ Spec }) => Spec);
  const owned = [
    ...specs.map(({ Name = "", Labels }) => [Name, stackOf(Labels)] as const),
    ...[...networks, ...volumes].map(({ Name, Labels }) => [Name, stackOf(Labels)] as const),
  ];
  const known = owned.flatMap(([name, stack]) =>
    stack === undefined ? [] : [[name, stack] as const],
  );
  return Object.fromEntries(known);
}

const dated = z.array(
  z.object({
    CreatedAt: z.string().transform((text) => Date.parse(text)),
    Spec: z.object({ Name: z.string(), Labels: z.record(z.string(), z.string()).optional() }),
  }),
);

export async function secretsOf(
  engine: Engine,
  stack: StackName,
  signal: AbortSignal,
): Promise<readonly SecretSight[]> {
  const secrets = await engine.ask({ path: "/secrets" }, dated, signal);
  return secrets
    .filter(({ Spec: { Name, Labels } }) => {
      const owner = stackOf(Labels) ?? stack;
      return Name.startsWith(`${stack}_`) && owner === stack;
    })
    .map(({ CreatedAt, Spec }) => ({ name: Spec.Name, createdAt: CreatedAt }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Names by id; those of the predefined networks (`host`) are listed nowhere and have to be asked for. */
export async function networkNames(
  engine: Engine,
  services: readonly LiveService[],
  networks: readonly LiveNetwork[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const names = new Map(networks.map(({ Id, Name }) => [Id, Name]));
  for (const id of services.flatMap(networkIds)) {
    if (names.has(id)) continue;
    const network = await engine.ask({ path: `/networks/${id}` }, liveNetwork, signal);
    names.set(id, network.Name);
  }
  return names;
}
