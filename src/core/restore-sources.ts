// Decides what of a snapshot goes into which volume on which node, and what bars that.
import type { BackupPlan } from "./backup-steps.ts";
import type { RestoreBar } from "./restore-errors.ts";
import { targetsOf, type PointPart, type RestorePoint } from "./restore.ts";
import type { RestoreSource } from "./restore-steps.ts";
import type { RestoredVolume } from "./vault.ts";

/** Where the volumes are into which it goes, and which services there are for its hooks. */
export type Placing = Pick<BackupPlan, "stack" | "loads" | "services">;

export type Sources =
  | {
      readonly kind: "found";
      readonly sources: readonly RestoreSource[];
      /** Volumes that are written to. */
      readonly touched: readonly string[];
    }
  | { readonly kind: "barred"; readonly bars: readonly RestoreBar[] };

export function sourcesOf(point: RestorePoint, placing: Placing): Sources {
  const { manifest, parts, repository } = point;
  const stacks = { from: manifest.stack, to: placing.stack };
  const placed = parts.flatMap((part) =>
    targetsOf(part.volumes, stacks).map((volume) => placeOf(part, volume, placing)),
  );
  const bars = [
    ...(placed.length === 0 ? [{ kind: "nothing-in-it" } as const] : []),
    ...placed.flatMap((one) => ("bar" in one ? [one.bar] : [])),
    ...homeless(point, placing),
  ];
  if (bars.length > 0) return { kind: "barred", bars };
  const found = placed.flatMap((one) => ("bar" in one ? [] : [one]));
  const groups = Map.groupBy(found, ({ part, node }) => `${part.snapshot} ${node}`);
  const sources = [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { part, node } = first;
    const volumes = group.map(({ volume }) => volume);
    return [{ repository, snapshot: part.snapshot, node, volumes }];
  });
  return { kind: "found", sources, touched: found.map(({ volume }) => volume.to) };
}

type Placed =
  | { readonly part: PointPart; readonly node: string; readonly volume: RestoredVolume }
  | { readonly bar: RestoreBar };

/** Where several nodes have one of that name, the one that gave the data. */
function placeOf(part: PointPart, volume: RestoredVolume, { loads }: Placing): Placed {
  const nodes = loads
    .filter(({ volumes }) => volumes.some(({ name }) => name === volume.to))
    .map(({ node }) => node);
  const [only, ...more] = nodes;
  if (only === undefined) return { bar: { kind: "volume-absent", volume: volume.to } };
  if (more.length === 0) return { part, node: only, volume };
  if (nodes.includes(part.node)) return { part, node: part.node, volume };
  return { bar: { kind: "volume-twice", volume: volume.to, nodes: nodes.toSorted() } };
}

function homeless(
  { manifest: { hooks } }: RestorePoint,
  { services }: Placing,
): readonly RestoreBar[] {
  const lost = hooks.filter(
    ({ service, when }) => when === "restore-post" && !services.includes(service),
  );
  return [...new Set(lost.map(({ service }) => service))].map((service) => ({
    kind: "hook-homeless",
    service,
  }));
}
