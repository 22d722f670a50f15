// Decides what of a server's stock nothing needs.
import { SHARED_NETWORKS } from "../core/abra.ts";
import { parseImage } from "../core/imageref.ts";
import type { Kept, Waste } from "../core/servers.ts";
import { stackOf } from "./live.ts";
import type { Stock } from "./stock.ts";

/** Those of Docker's own that no listing calls predefined. */
const PREDEFINED = ["bridge", "host", "none", "ingress", "docker_gwbridge"];
const OVER = ["exited", "dead"];
const TASK = "com.docker.swarm.task.id";

export function wasteIn(stock: Stock, kept: Kept): readonly Waste[] {
  // What somebody started by hand may be started again, and what it wrote would go with it.
  const over = stock.containers.filter(
    ({ State, Labels }) => OVER.includes(State) && Labels[TASK] !== undefined,
  );
  // What only such a container holds is waste too.
  const held = stock.containers.filter((one) => !over.includes(one));
  const found = [
    ...over.map(({ Id, Names, SizeRw }): Waste => ({
      kind: "container",
      id: Id,
      name: (Names[0] ?? Id.slice(0, 12)).replace(/^\//, ""),
      ...bytes(SizeRw),
    })),
    ...imagesIn(stock, held, kept),
    ...networksIn(stock, held, kept),
    ...configsIn(stock, kept),
  ];
  const name = "build cache";
  return stock.buildCache === 0
    ? found
    : [...found, { kind: "build-cache", id: name, name, bytes: stock.buildCache }];
}

function bytes(size: number): { readonly bytes?: number } {
  return size > 0 ? { bytes: size } : {};
}

function imagesIn(
  { images, specs }: Stock,
  held: Stock["containers"],
  kept: Kept,
): readonly Waste[] {
  const named = specs.flatMap(({ TaskTemplate }) => TaskTemplate?.ContainerSpec?.Image ?? []);
  const needed = new Set([...named, ...kept.images].flatMap(namesOf));
  const running = new Set(held.map(({ ImageID }) => ImageID));
  return images
    .filter(({ Id }) => !running.has(Id))
    .filter(({ RepoTags, RepoDigests }) =>
      [...RepoTags, ...RepoDigests].flatMap(namesOf).every((one) => !needed.has(one)),
    )
    .map(({ Id, RepoTags, RepoDigests, Size, SharedSize }) => ({
      kind: "image",
      id: Id,
      name: [...RepoTags, ...RepoDigests].find(isNamed) ?? Id.slice(0, 19),
      ...bytes(Size - Math.max(0, SharedSize)),
    }));
}

/** An image that has lost its tag to a newer one is listed as `<none>`. */
function isNamed(text: string): boolean {
  return !text.includes("<none>");
}

/** By its digest and by its tag, each alone: either is enough to be needed. */
function namesOf(text: string): readonly string[] {
  const parsed = isNamed(text) ? parseImage(text) : undefined;
  if (parsed === undefined) return [];
  const { registry, name, tag, digest } = parsed;
  const byTag =
    tag === undefined && digest !== undefined ? [] : [`${registry}/${name}:${tag ?? "latest"}`];
  return digest === undefined ? byTag : [...byTag, digest];
}

function networksIn(
  { networks, specs }: Stock,
  held: Stock["containers"],
  kept: Kept,
): readonly Waste[] {
  const ofServices = specs
    .flatMap(({ TaskTemplate, Networks = [] }) => [...Networks, ...(TaskTemplate?.Networks ?? [])])
    .flatMap(({ Target }) => Target ?? []);
  const ofContainers = held.flatMap(({ NetworkSettings }) =>
    Object.entries(NetworkSettings.Networks ?? {}).flatMap(([name, { NetworkID }]) => [
      name,
      NetworkID,
    ]),
  );
  const needed = new Set([...ofServices, ...ofContainers, ...kept.networks, ...SHARED_NETWORKS]);
  return networks
    .filter(({ Ingress, Labels }) => !Ingress && stackOf(Labels) === undefined)
    .filter(({ Name }) => !PREDEFINED.includes(Name))
    .filter(({ Id, Name }) => !needed.has(Id) && !needed.has(Name))
    .map(({ Id, Name }) => ({ kind: "network", id: Id, name: Name }));
}

/** Those of stacks alone; what somebody made by hand may be for something that is yet to come. */
function configsIn({ configs, specs }: Stock, kept: Kept): readonly Waste[] {
  const used = specs
    .flatMap(({ TaskTemplate }) => TaskTemplate?.ContainerSpec?.Configs ?? [])
    .flatMap(({ ConfigName }) => ConfigName ?? []);
  const needed = new Set([...used, ...kept.configs]);
  return configs
    .filter(({ Spec }) => stackOf(Spec.Labels) !== undefined && !needed.has(Spec.Name))
    .map(({ ID, Spec }) => ({ kind: "config", id: ID, name: Spec.Name }));
}
