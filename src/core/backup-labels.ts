// What a recipe's labels say of backups, in both generations of backup-bot (coopcloud.md §8): hooks, and what of which volume.
import { isRecord } from "./canonical-json.ts";
import type { ServiceState } from "./state.ts";

export type HookTime = "backup-pre" | "backup-post" | "restore-pre" | "restore-post";

export interface Hook {
  readonly service: string;
  readonly when: HookTime;
  /** For a shell in the service's container, as the recipe wrote it. */
  readonly command: string;
}

/** What in the labels is not as the specification has it, and what moot makes of it. */
export type LabelOddity =
  | { readonly kind: "several-services"; readonly services: readonly string[] }
  /** On the container instead of the service, where nobody reads it. */
  | { readonly kind: "container-label"; readonly service: string }
  | { readonly kind: "unknown-label"; readonly service: string; readonly label: string }
  | {
      readonly kind: "unclear-value";
      readonly service: string;
      readonly label: string;
      readonly value: string;
    }
  | { readonly kind: "unknown-volume"; readonly service: string; readonly volume: string }
  /** It leads out of its volume, so the whole volume is taken. */
  | {
      readonly kind: "bad-path";
      readonly service: string;
      readonly volume: string;
      readonly path: string;
    }
  /** The first generation's path is in no volume, so all volumes of its service are taken. */
  | { readonly kind: "path-outside"; readonly service: string; readonly path: string }
  /** The first generation's command is run as a pre-hook. */
  | { readonly kind: "old-command"; readonly service: string }
  /** One service leaves it out, another wants something of it. */
  | { readonly kind: "volume-disputed"; readonly volume: string };

export interface BackupLabels {
  /** Whether any service asks for backups, by the words of all of them. */
  readonly wish: "backup" | "no-backup" | "none";
  readonly hooks: readonly Hook[];
  /** Swarm names. */
  readonly excluded: readonly string[];
  /** From the volume's root, by swarm name; a volume that is not named is taken whole. */
  readonly paths: ReadonlyMap<string, readonly string[]>;
  readonly oddities: readonly LabelOddity[];
}

const SPACE = "backupbot.";
const ENABLED = "backupbot.backup";
const OLD_PATH = "backupbot.backup.path";
const OLD_COMMAND = "backupbot.backup.command";
const HOOKS: Readonly<Record<string, HookTime>> = {
  "backupbot.backup.pre-hook": "backup-pre",
  "backupbot.backup.post-hook": "backup-post",
  "backupbot.restore.pre-hook": "restore-pre",
  "backupbot.restore.post-hook": "restore-post",
};
/** Read by nobody any more, and harmless. */
const IDLE: readonly string[] = ["backupbot.restore"];
const VOLUME = /^backupbot\.backup\.volumes\.(.+?)(\.path)?$/;
const YES = /^(true|yes|1|on)$/i;
const NO = /^(false|no|0|off)$/i;

export function readBackupLabels(stack: string, services: readonly ServiceState[]): BackupLabels {
  const read = services.map((service) => readService(stack, service, services));
  const wishing = read.filter(({ wish }) => wish === "backup").map(({ service }) => service);
  const excluded = [...new Set(read.flatMap((one) => one.excluded))].toSorted();
  const limits = read.flatMap((one) => one.limits);
  const disputed = [...new Set(limits.map(({ volume }) => volume))].filter((volume) =>
    excluded.includes(volume),
  );
  return {
    wish: wishOf(read),
    hooks: read.flatMap((one) => one.hooks),
    excluded,
    paths: merged(limits, excluded),
    oddities: [
      ...(wishing.length > 1 ? [{ kind: "several-services", services: wishing } as const] : []),
      ...read.flatMap((one) => one.oddities),
      ...disputed.map((volume) => ({ kind: "volume-disputed", volume }) as const),
    ],
  };
}

interface Limit {
  readonly volume: string;
  /** Absent: all of it, whatever others say. */
  readonly path?: string;
}

interface Read {
  readonly service: string;
  readonly wish: BackupLabels["wish"];
  readonly hooks: readonly Hook[];
  readonly excluded: readonly string[];
  readonly limits: readonly Limit[];
  readonly oddities: readonly LabelOddity[];
}

function wishOf(read: readonly Read[]): BackupLabels["wish"] {
  const wishes = read.map(({ wish }) => wish);
  if (wishes.includes("backup")) return "backup";
  return wishes.includes("no-backup") ? "no-backup" : "none";
}

function merged(
  limits: readonly Limit[],
  excluded: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const wanted = limits.filter(({ volume }) => !excluded.includes(volume));
  const groups = [...Map.groupBy(wanted, ({ volume }) => volume)];
  return new Map(
    groups.flatMap(([volume, own]) => {
      const paths = own.flatMap(({ path }) => path ?? []);
      if (paths.length < own.length) return [];
      return [[volume, [...new Set(paths)].toSorted()] as const];
    }),
  );
}

function readService(stack: string, state: ServiceState, services: readonly ServiceState[]): Read {
  const { name: service, labels } = state;
  const own = Object.entries(labels).filter(([label]) => label.startsWith(SPACE));
  const volumes = own.flatMap(([label, value]) => volumeLabel(stack, label, value, services));
  const found = volumes.map((one) => readVolume(service, one));
  const old = readOldPath(state);
  return {
    service,
    wish: readWish(labels[ENABLED]),
    hooks: readHooks(service, labels),
    excluded: found.flatMap((one) => one.excluded),
    limits: [...found.flatMap((one) => one.limits), ...old.limits],
    oddities: [
      ...misplaced(state),
      ...own.flatMap((entry) => strange(service, entry)),
      ...found.flatMap((one) => one.oddities),
      ...old.oddities,
    ],
  };
}

function readWish(value: string | undefined): BackupLabels["wish"] {
  if (value === undefined || value.trim() === "") return "none";
  return NO.test(value.trim()) ? "no-backup" : "backup";
}

function readHooks(service: string, labels: ServiceState["labels"]): readonly Hook[] {
  const hooks = Object.entries(HOOKS).flatMap(([label, when]): readonly Hook[] => {
    const command = labels[label]?.trim() ?? "";
    return command === "" ? [] : [{ service, when, command }];
  });
  const command = labels[OLD_COMMAND]?.trim() ?? "";
  const hasPre = hooks.some(({ when }) => when === "backup-pre");
  return command === "" || hasPre ? hooks : [{ service, when: "backup-pre", command }, ...hooks];
}

/** Where `deploy:` was forgotten above the labels (coopcloud.md §8.1). */
function misplaced({ name: service, template, labels }: ServiceState): readonly LabelOddity[] {
  const inside = template["container_labels"];
  if (!isRecord(inside)) return [];
  const lost = Object.keys(inside).some(
    (label) => label.startsWith(SPACE) && labels[label] === undefined,
  );
  return lost ? [{ kind: "container-label", service }] : [];
}

function strange(
  service: string,
  [label, value]: readonly [string, string],
): readonly LabelOddity[] {
  if (label === OLD_COMMAND) return [{ kind: "old-command", service }];
  if (label === ENABLED) {
    const isClear = value.trim() === "" || YES.test(value.trim()) || NO.test(value.trim());
    return isClear ? [] : [{ kind: "unclear-value", service, label, value }];
  }
  const isKnown =
    label in HOOKS || label === OLD_PATH || IDLE.includes(label) || VOLUME.test(label);
  return isKnown ? [] : [{ kind: "unknown-label", service, label }];
}

interface VolumeLabel {
  readonly label: string;
  /** As the label names it. */
  readonly short: string;
  /** Swarm names; none where no service has such a volume. */
  readonly names: readonly string[];
  readonly isPath: boolean;
  readonly value: string;
}

function volumeLabel(
  stack: string,
  label: string,
  value: string,
  services: readonly ServiceState[],
): readonly VolumeLabel[] {
  const [, short, path] = VOLUME.exec(label) ?? [];
  if (short === undefined) return [];
  const all = new Set(services.flatMap(({ volumes }) => volumes));
  const names = [`${stack}_${short}`, short].filter((name) => all.has(name)).slice(0, 1);
  return [{ label, short, names, isPath: path !== undefined, value }];
}

function readVolume(
  service: string,
  { label, short, names, isPath, value }: VolumeLabel,
): Pick<Read, "excluded" | "limits" | "oddities"> {
  const nothing = { excluded: [], limits: [], oddities: [] };
  const [volume] = names;
  if (volume === undefined) {
    return { ...nothing, oddities: [{ kind: "unknown-volume", service, volume: short }] };
  }
  if (isPath) return { ...nothing, ...readPaths(service, volume, value) };
  if (NO.test(value.trim())) return { ...nothing, excluded: [volume] };
  if (YES.test(value.trim())) return nothing;
  return { ...nothing, oddities: [{ kind: "unclear-value", service, label, value }] };
}

function readPaths(
  service: string,
  volume: string,
  value: string,
): Pick<Read, "limits" | "oddities"> {
  const written = value.split(",").map((path) => path.trim());
  const read = written
    .filter((path) => path !== "")
    .map((path) => ({ path, clean: cleanPath(path) }));
  const bad = read.filter(({ clean }) => clean === undefined);
  if (read.length === 0 || bad.length > 0) {
    const oddities = bad.map(({ path }) => ({ kind: "bad-path", service, volume, path }) as const);
    return { limits: [{ volume }], oddities };
  }
  return {
    limits: read.map(({ clean = "" }) => (clean === "" ? { volume } : { volume, path: clean })),
    oddities: [],
  };
}

/** Empty for the root itself; undefined where it leads out. */
function cleanPath(path: string): string | undefined {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  return path.startsWith("/") || parts.includes("..") ? undefined : parts.join("/");
}

/** The first generation names paths of the container. */
function readOldPath(state: ServiceState): Pick<Read, "limits" | "oddities"> {
  const { name: service, labels } = state;
  const paths = (labels[OLD_PATH] ?? "").split(",").flatMap((path) => path.trim() || []);
  if (paths.length === 0) return { limits: [], oddities: [] };
  const placed = paths.map((path) => ({ path, limit: placeOf(state, path) }));
  const lost = placed.filter(({ limit }) => limit === undefined);
  const whole = state.volumes.map((volume) => ({ volume }));
  return {
    limits: lost.length > 0 ? whole : placed.flatMap(({ limit }) => limit ?? []),
    oddities: lost.map(({ path }) => ({ kind: "path-outside", service, path })),
  };
}

/** The volume that is mounted closest above the path. */
function placeOf({ template, volumes }: ServiceState, path: string): Limit | undefined {
  const mounts = template["mounts"];
  const clean = cleanPath(path.replace(/^\/+/, ""));
  if (!isRecord(mounts) || clean === undefined) return undefined;
  const above = Object.entries(mounts)
    .map(([target, mount]) => ({ target: target.replace(/^\/+|\/+$/g, ""), mount }))
    .filter(({ target }) => clean === target || clean.startsWith(`${target}/`))
    .toSorted((a, b) => b.target.length - a.target.length);
  const [closest] = above;
  if (closest === undefined || !isRecord(closest.mount)) return undefined;
  const volume = closest.mount["source"];
  if (typeof volume !== "string" || !volumes.includes(volume)) return undefined;
  const inside = clean.slice(closest.target.length + 1);
  return inside === "" ? { volume } : { volume, path: inside };
}
