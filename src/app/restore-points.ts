// Finds the backup that is to be restored: the newest that counts, or the one that somebody named, by moot's memory or by the repository's.
import { isGoodBackup, type Backup } from "../core/backup.ts";
import { Refusal } from "../core/errors.ts";
import type { AppName, ServerName } from "../core/ids.ts";
import { ENV_FILE, MANIFEST_FILE, readManifest, type Manifest } from "../core/manifest.ts";
import type { PointPart, RestorePoint } from "../core/restore.ts";
import type { Snapshot } from "../core/vault.ts";
import { shortId } from "../words/phrases.ts";
import { isBackup, isOfOneJob, ownerOf } from "../core/snapshot-tags.ts";
import type { World } from "./world.ts";

export interface Wanted {
  readonly app: AppName;
  /** Whose repository to look into. */
  readonly repository: ServerName;
  /** As typed. */
  readonly snapshot?: string;
  /** Where it is to go, of what is to be put back. */
  readonly to?: ServerName;
}

/** Backups of an app that are looked through for one that was named. */
const LOOKED_AT = 1_000;
/** Bytes; env files and manifests are far smaller. */
const LARGEST = 1_048_576;

/**
 * Throws Refusal `no-snapshot`, `unknown-snapshot`, `foreign-snapshot`, `snapshot-unclear` or `repository-apart`, and as Vault does.
 */
export async function findPoint(
  world: World,
  wanted: Wanted,
  signal: AbortSignal,
): Promise<RestorePoint> {
  const known = knownBackup(world, wanted);
  requireReach(world, wanted, known?.repository ?? wanted.repository);
  const found = known ?? (await unknownBackup(world, wanted, signal));
  return pointOf(world, wanted.app, found, signal);
}

/** A folder of a server is nowhere else. */
function requireReach(
  { vaults }: World,
  { app, to: server }: Wanted,
  repository: ServerName,
): void {
  vaults.get(repository);
  if (server === undefined || server === repository || vaults.isShared(repository)) return;
  throw new Refusal({ kind: "repository-apart", app, repository, server });
}

type Found = Pick<RestorePoint, "repository" | "at" | "isKnown" | "faults"> & {
  /** Without volumes where only its manifest tells them. */
  readonly parts: readonly (Omit<PointPart, "volumes" | "node"> & Partial<PointPart>)[];
};

function knownBackup(world: World, wanted: Wanted): Found | undefined {
  const { app, snapshot } = wanted;
  const { backups } = world.ledger;
  const found =
    snapshot === undefined
      ? newestGood(world, wanted)
      : oneOf(
          wanted,
          backups.of(app, LOOKED_AT).filter(({ parts }) => holds(parts, snapshot)),
          ({ parts }) => parts.map((part) => part.snapshot),
        );
  return found && { ...found, isKnown: true, repository: found.server };
}

/** An app that came from another server may have none where it is now. */
function newestGood({ ledger, vaults }: World, wanted: Wanted): Backup | undefined {
  const { app, repository, to } = wanted;
  const [own] = ledger.backups.good(app, repository, 1);
  if (own !== undefined || to === undefined) return own;
  const last = ledger.backups.lastGood(app);
  return last !== undefined && vaults.isShared(last.server) ? last : undefined;
}

function holds(parts: Backup["parts"], snapshot: string): boolean {
  return parts.some((part) => part.snapshot.startsWith(snapshot));
}

function oneOf<Thing>(
  { app, snapshot = "" }: Wanted,
  things: readonly Thing[],
  idsOf: (thing: Thing) => readonly string[],
): Thing | undefined {
  if (things.length <= 1) return things[0];
  const found = things
    .flatMap(idsOf)
    .filter((id) => id.startsWith(snapshot))
    .map(shortId);
  throw new Refusal({ kind: "snapshot-unclear", app, snapshot, found });
}

/** What only the repository remembers: of another moot, or of this one before it lost its memory. */
async function unknownBackup(world: World, wanted: Wanted, signal: AbortSignal): Promise<Found> {
  const { app, repository, snapshot } = wanted;
  const all = await world.vaults.get(repository).snapshots({}, signal);
  const named =
    snapshot === undefined
      ? newestOf(all, app, badOnes(world, app))
      : oneOf(
          wanted,
          all.filter(({ id }) => id.startsWith(snapshot)),
          ({ id }) => [id],
        );
  if (named === undefined) {
    if (snapshot === undefined) throw new Refusal({ kind: "no-snapshot", app });
    const other = await withIt(world, { ...wanted, snapshot }, signal);
    if (other !== undefined) return unknownBackup(world, { ...wanted, repository: other }, signal);
    throw new Refusal({ kind: "unknown-snapshot", server: repository, snapshot, app });
  }
  const owner = ownerOf(named);
  if (owner !== app) throw foreign(app, named, owner);
  const parts = [named, ...besideOf(named, all)].map(({ id }) => ({ snapshot: id }));
  return { repository, at: named.at, isKnown: false, parts };
}

/** Those that were judged and do not count: none of them is taken unless somebody names it. */
function badOnes({ ledger }: World, app: AppName): readonly Backup[] {
  return ledger.backups.of(app, LOOKED_AT).filter((backup) => !isGoodBackup(backup));
}

function newestOf(
  all: readonly Snapshot[],
  app: AppName,
  but: readonly Backup[],
): Snapshot | undefined {
  return all
    .filter((one) => ownerOf(one) === app && isBackup(one))
    .find(({ id }) => !but.some(({ parts }) => holds(parts, id)));
}

/** Another repository in reach that has it: where the app came from, for one. Whatever ails them is not what was asked. */
async function withIt(
  { vaults }: World,
  { repository, snapshot, to }: Wanted & { readonly snapshot: string },
  signal: AbortSignal,
): Promise<ServerName | undefined> {
  const others = vaults.servers.filter((one) => one !== repository && vaults.isShared(one));
  for (const other of to === undefined ? [] : others) {
    try {
      const there = await vaults.get(other).snapshots({}, signal);
      if (there.some(({ id }) => id.startsWith(snapshot))) return other;
    } catch (error) {
      if (signal.aborted || !(error instanceof Refusal)) throw error;
    }
  }
  return undefined;
}

/** What the same job saved from other nodes, the last try of each. */
function besideOf(named: Snapshot, all: readonly Snapshot[]): readonly Snapshot[] {
  const others = all
    .filter((one) => one.host !== named.host && isOfOneJob(one, named))
    .toSorted((one, other) => one.at - other.at);
  return [...new Map(others.map((one) => [one.host, one])).values()];
}

function foreign(app: AppName, { id }: Snapshot, owner: string | undefined): Refusal {
  const snapshot = id.slice(0, 8);
  return new Refusal({
    kind: "foreign-snapshot",
    app,
    snapshot,
    ...(owner !== undefined && { owner }),
  });
}

async function pointOf(
  world: World,
  app: AppName,
  { repository, at, isKnown, faults, parts: found }: Found,
  signal: AbortSignal,
): Promise<RestorePoint> {
  const manifests: Manifest[] = [];
  for (const { snapshot } of found)
    manifests.push(await manifestOf(world, { app, repository, snapshot }, signal));
  const [manifest] = manifests;
  const [first] = found;
  // A save that broke off before its snapshot was made.
  if (manifest === undefined || first === undefined)
    throw new Refusal({ kind: "no-snapshot", app });
  const env = await textOf(world, { repository, snapshot: first.snapshot }, ENV_FILE, signal);
  return {
    repository,
    at,
    isKnown,
    ...(faults !== undefined && { faults }),
    manifest,
    parts: found.map(({ snapshot, node, volumes }, index) => ({
      snapshot,
      node: node ?? manifests[index]?.node ?? "",
      volumes: volumes ?? manifests[index]?.volumes ?? [],
    })),
    ...(env !== undefined && { env }),
  };
}

interface Kept {
  readonly repository: ServerName;
  readonly snapshot: string;
}

/** Throws Refusal `foreign-snapshot` where it has none, or another app's. */
async function manifestOf(
  world: World,
  { app, ...kept }: Kept & { readonly app: AppName },
  signal: AbortSignal,
): Promise<Manifest> {
  const text = await textOf(world, kept, MANIFEST_FILE, signal);
  const manifest = text === undefined ? undefined : readManifest(text);
  if (manifest?.app === app) return manifest;
  const snapshot = kept.snapshot.slice(0, 8);
  const owner = manifest === undefined ? {} : { owner: manifest.app };
  throw new Refusal({ kind: "foreign-snapshot", app, snapshot, ...owner });
}

/** Undefined where the snapshot has no such file. */
export async function textOf(
  { vaults }: World,
  { repository, snapshot }: Kept,
  path: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const bytes = await vaults.get(repository).read(snapshot, path, LARGEST, signal);
    return new TextDecoder().decode(bytes);
  } catch (error) {
    const isAbsent = error instanceof Refusal && error.reason.kind === "absent-file";
    if (!isAbsent || signal.aborted) throw error;
    return undefined;
  }
}
