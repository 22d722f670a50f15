// What of a stack a backup takes, from its labels and from where its volumes are, and what it has to leave.
import type { BackupLabels, LabelOddity } from "./backup-labels.ts";
import type { KnownTask } from "./sighting.ts";
import type { ServiceState } from "./state.ts";
import type { LoadedVolume } from "./vault.ts";
import type { VolumeSight } from "./volumes.ts";

export type BackupOddity =
  | LabelOddity
  /** Another app's or nobody's; only the app's own are taken. */
  | { readonly kind: "foreign-volume"; readonly service: string; readonly volume: string }
  /** A path of the server itself. */
  | { readonly kind: "host-path"; readonly service: string; readonly path: string }
  /** One of that name on a node where no task uses it is not taken. */
  | { readonly kind: "left-volume"; readonly volume: string; readonly nodes: readonly string[] }
  /** Whole volumes are read while these write to them, and no hook prepares that. */
  | { readonly kind: "as-it-runs"; readonly services: readonly string[] }
  /** Nothing tells an image to read them with. */
  | { readonly kind: "secrets-unread"; readonly secrets: readonly string[] }
  /** Nothing runs, so the volumes are taken whole, as they lie. */
  | { readonly kind: "at-rest" };

export interface BackupSubject {
  /** What runs; none where nothing does. */
  readonly services: readonly ServiceState[];
  readonly labels: BackupLabels;
  /** The app's own, on every node. */
  readonly volumes: readonly VolumeSight[];
  readonly tasks: readonly KnownTask[];
  /** Whole volumes, whatever the labels say. */
  readonly isAll: boolean;
  /** Services that are stopped meanwhile. */
  readonly stopped: readonly string[];
}

export interface BackupScope {
  readonly loads: readonly { readonly node: string; readonly volumes: readonly LoadedVolume[] }[];
  readonly oddities: readonly BackupOddity[];
}

export function scopeOfBackup(subject: BackupSubject): BackupScope {
  const { volumes } = subject;
  const isUp = subject.services.length > 0;
  const placed = placedVolumes(subject);
  const nodes = [...new Set(placed.map(({ node }) => node))].toSorted();
  return {
    loads: nodes.map((node) => ({
      node,
      volumes: placed.filter((one) => one.node === node).map(({ volume }) => volume),
    })),
    oddities: [
      ...(isUp ? subject.labels.oddities : [{ kind: "at-rest" } as const]),
      ...subject.services.flatMap((service) => leftOf(service, volumes)),
      ...leftVolumes(subject),
      ...asItRuns(subject),
    ],
  };
}

/** Nothing that rests can be dumped anew, so what is to be left out or narrowed down while it runs is taken then. */
function takesWhole({ services, isAll }: BackupSubject): boolean {
  return isAll || services.length === 0;
}

function placedVolumes(
  subject: BackupSubject,
): readonly { readonly node: string; readonly volume: LoadedVolume }[] {
  const { labels, volumes } = subject;
  return volumes
    .filter(({ name }) => takesWhole(subject) || !labels.excluded.includes(name))
    .filter((sight) => isTaken(sight, subject))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, node }) => {
      const paths = takesWhole(subject) ? undefined : labels.paths.get(name);
      return { node, volume: { name, ...(paths !== undefined && { paths }) } };
    });
}

/** Where one name is on several nodes, those where tasks use it; all of them where nothing tells. */
function isTaken({ name, node }: VolumeSight, { volumes, tasks }: BackupSubject): boolean {
  const same = volumes.filter((one) => one.name === name);
  const used = nodesUsing(name, tasks).filter((one) => same.some((other) => other.node === one));
  return used.length === 0 || used.includes(node);
}

function nodesUsing(volume: string, tasks: readonly KnownTask[]): readonly string[] {
  const users = tasks.filter(
    (task) => task.volumes.includes(volume) && ["running", "ready"].includes(task.desired),
  );
  return [...new Set(users.flatMap(({ node }) => node ?? []))];
}

function leftVolumes(subject: BackupSubject): readonly BackupOddity[] {
  const left = subject.volumes.filter((sight) => !isTaken(sight, subject));
  const groups = [...Map.groupBy(left, ({ name }) => name)].toSorted();
  return groups.map(([volume, sights]) => ({
    kind: "left-volume",
    volume,
    nodes: sights.map(({ node }) => node).toSorted(),
  }));
}

const SOCKET = "docker.sock";

function leftOf(
  { name: service, volumes: used, binds }: ServiceState,
  own: readonly VolumeSight[],
): readonly BackupOddity[] {
  return [
    ...used
      .filter((volume) => !own.some(({ name }) => name === volume))
      .map((volume) => ({ kind: "foreign-volume", service, volume }) as const),
    ...binds
      .filter((path) => !path.endsWith(SOCKET))
      .map((path) => ({ kind: "host-path", service, path }) as const),
  ];
}

/** Of a service with a hook its recipe knows what it does. */
function asItRuns({ services, labels, stopped, isAll }: BackupSubject): readonly BackupOddity[] {
  if (!isAll) return [];
  const prepared = labels.hooks.map(({ service }) => service);
  const writing = services
    .filter(({ name, volumes }) => volumes.length > 0 && ![...stopped, ...prepared].includes(name))
    .map(({ name }) => name);
  return writing.length === 0 ? [] : [{ kind: "as-it-runs", services: writing }];
}
