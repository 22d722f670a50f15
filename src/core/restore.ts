// What there is to restore from, and what of it differs from what an app is now.
import type { BackupFault, SavedPart } from "./backup.ts";
import { envChanges } from "./envedit.ts";
import { parseEnv } from "./envfile.ts";
import type { ServerName } from "./ids.ts";
import type { Manifest } from "./manifest.ts";
import type { LoadedVolume, RestoredVolume } from "./vault.ts";

/** One backup: a snapshot of each node that gave something. */
export interface RestorePoint {
  /** Whose repository holds it. */
  readonly repository: ServerName;
  /** When it was taken, milliseconds UTC. */
  readonly at: number;
  readonly parts: readonly PointPart[];
  /** moot remembers taking it. */
  readonly isKnown: boolean;
  /** Why it does not count; absent where nobody judged it. */
  readonly faults?: readonly BackupFault[];
  readonly manifest: Manifest;
  /** The app's env file as it was. */
  readonly env?: string;
}

export type PointPart = Pick<SavedPart, "node" | "snapshot" | "volumes">;

/** Worth knowing of a restore before people agree to it. */
export type RestoreMatter =
  /** While its services are stopped, these volumes are saved whole, and put back if anything fails. */
  | { readonly kind: "safety"; readonly volumes: readonly string[] }
  | { readonly kind: "unjudged"; readonly snapshot: string }
  | { readonly kind: "not-counted"; readonly faults: readonly BackupFault[] }
  | { readonly kind: "other-version"; readonly then: string; readonly now: string }
  | { readonly kind: "other-env"; readonly keys: readonly string[] }
  /** These have another value now than when the snapshot was taken. */
  | {
      readonly kind: "rotated";
      readonly app: string;
      readonly secrets: readonly string[];
      readonly snapshot: string;
    }
  /** The snapshot has nothing of these. */
  | { readonly kind: "stays"; readonly volumes: readonly string[] }
  /** Databases are in these, and no hook takes up what was saved of them. */
  | { readonly kind: "nothing-loads"; readonly volumes: readonly string[] }
  /** They cannot be stopped for a while, and go on. */
  | { readonly kind: "runs-on"; readonly services: readonly string[] }
  /** It does not run, so that its hook before a restore cannot be run. */
  | { readonly kind: "hook-skipped"; readonly services: readonly string[] }
  /** Nothing of the app runs, and nothing is started. */
  | { readonly kind: "stays-down" }
  /** It lives on another server from then on: its name must lead to these addresses, and its backups go to that server's repository. */
  | {
      readonly kind: "new-home";
      readonly domain?: string;
      readonly from: ServerName;
      readonly server: ServerName;
      readonly addresses: readonly string[];
      readonly hasRepository: boolean;
    };

/** What an app was at that time, its secrets included, is brought up. `at`: milliseconds UTC. */
export type Revival =
  /** As another app. */
  | {
      readonly kind: "beside";
      readonly app: string;
      readonly snapshots: readonly string[];
      readonly at: number;
    }
  /** As itself: nothing of it is left where it was, or can be asked for. `isSilent`: nobody knows what runs there. */
  | {
      readonly kind: "rebuilds";
      /** Where it was, if not there. */
      readonly from?: { readonly server: ServerName; readonly isSilent: boolean };
      readonly snapshots: readonly string[];
      readonly at: number;
    };

export interface Compared {
  /** What runs. */
  readonly version: string;
  readonly env: string;
  /** Those that what runs uses, and when each was made; a rotation makes one anew, under the next name or the same. */
  readonly secrets: readonly { readonly name: string; readonly createdAt: number }[];
  /** The app's volumes. */
  readonly volumes: readonly string[];
}

/** In what the app is otherwise now than the snapshot has it. */
export function mattersOf(point: RestorePoint, now: Compared): readonly RestoreMatter[] {
  const { manifest, env, faults, parts } = point;
  const held = parts.flatMap(({ volumes }) => volumes.map(({ name }) => name));
  const keys = env === undefined ? [] : changedKeys(env, now.env);
  const secrets = rotated(point, now);
  const left = now.volumes.filter((name) => !held.includes(name));
  const snapshot = shortOf(point);
  return [
    ...(faults === undefined ? [{ kind: "unjudged", snapshot } as const] : []),
    ...(faults !== undefined && faults.length > 0
      ? [{ kind: "not-counted", faults } as const]
      : []),
    ...(manifest.version === now.version
      ? []
      : [{ kind: "other-version", then: manifest.version, now: now.version } as const]),
    ...(keys.length > 0 ? [{ kind: "other-env", keys } as const] : []),
    ...(secrets.length > 0
      ? [{ kind: "rotated", app: manifest.app, secrets, snapshot } as const]
      : []),
    ...(left.length > 0 ? [{ kind: "stays", volumes: left } as const] : []),
  ];
}

/** As people type it; of several parts the first stands for all. */
export function shortOf({ parts }: Pick<RestorePoint, "parts">): string {
  return parts[0]?.snapshot.slice(0, 8) ?? "";
}

/** By their names alone: a value could be secret. The line that names recipe and version is told by itself. */
function changedKeys(then: string, now: string): readonly string[] {
  const [before, after] = [parseEnv(then), parseEnv(now)];
  if (before.kind === "problem" || after.kind === "problem") return [];
  const keys = envChanges(before, after).map(({ key }) => key);
  return [...new Set(keys)].filter((key) => !["TYPE", "RECIPE"].includes(key)).toSorted();
}

/** One that a newer version brought with it has no older value. */
function rotated({ manifest, at }: RestorePoint, { secrets }: Compared): readonly string[] {
  const known = new Set(manifest.secrets.map(withoutVersion));
  return secrets
    .filter(({ name }) => known.has(withoutVersion(name)))
    .filter(({ name, createdAt }) => !manifest.secrets.includes(name) || createdAt > at)
    .map(({ name }) => name)
    .toSorted();
}

/** Swarm's names end in the version that the env file gives. */
function withoutVersion(secret: string): string {
  return secret.replace(/_[^_]*$/, "");
}

/** Swarm's name of a volume of one stack as it is called in another. */
export function renamed(volume: string, from: string, to: string): string {
  return volume.startsWith(`${from}_`) ? `${to}${volume.slice(from.length)}` : volume;
}

/** Where each volume of a part goes, whole or within the paths that were saved. */
export function targetsOf(
  volumes: readonly LoadedVolume[],
  stacks: { readonly from: string; readonly to: string },
): readonly RestoredVolume[] {
  return volumes.map(({ name, paths }) => ({
    from: name,
    to: renamed(name, stacks.from, stacks.to),
    isEmptied: true,
    ...(paths !== undefined && { paths }),
  }));
}
