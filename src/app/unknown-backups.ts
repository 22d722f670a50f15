// Looks into a repository for backups of an app that moot does not remember, so that none is passed over in silence.
import type { AppName, ServerName } from "../core/ids.ts";
import type { RestorePoint } from "../core/restore.ts";
import { appTag, jobOf, MOOTS } from "../core/snapshot-tags.ts";
import { unknownBackups, type UnknownBackups } from "../core/unknown-backups.ts";
import type { Snapshot } from "../core/vault.ts";
import { problemOf } from "./fleet.ts";
import { inTime } from "./in-time.ts";
import type { World } from "./world.ts";

/** More than any app has. */
const MOST = 100_000;
/** Milliseconds by which a server's clock may be wrong. */
const SLACK = 10 * 60_000;
/** Milliseconds that somebody who only wants to see a list waits for a repository. */
const PATIENCE = 20_000;

/** Newer ones than the point, which moot took for the newest; of the repository where it is, or of that of the app's server. */
export async function newerUnknown(
  world: World,
  { app, server }: { readonly app: AppName; readonly server: ServerName },
  { repository, isKnown, at, parts }: RestorePoint,
  signal: AbortSignal,
): Promise<UnknownBackups | undefined> {
  if (!isKnown) return undefined;
  const known = knownTo(world, app);
  for (const place of new Set([repository, server])) {
    if (!world.vaults.servers.includes(place)) continue;
    const all = await snapshotsOf(world, app, place, signal);
    const own = all.find(({ id }) => parts.some(({ snapshot }) => snapshot === id));
    const found = unknownBackups(place, all, known);
    // By the same clock, where that can be had.
    if (found !== undefined && found.newest.at > (own?.at ?? at)) return found;
  }
  return undefined;
}

/** `problem`: why nobody could look. */
export async function unknownOn(
  world: World,
  { app, server }: { readonly app: AppName; readonly server: ServerName },
  signal: AbortSignal,
): Promise<UnknownBackups | { readonly problem: string } | undefined> {
  if (!world.vaults.servers.includes(server)) return undefined;
  const patience = { clock: world.clock, milliseconds: PATIENCE };
  const look = (inner: AbortSignal): Promise<readonly Snapshot[]> =>
    snapshotsOf(world, app, server, inner);
  try {
    const all = await inTime(patience, look, signal);
    if (all === "late") return { problem: `it did not answer within ${PATIENCE / 1000} s.` };
    return unknownBackups(server, all, knownTo(world, app));
  } catch (error) {
    signal.throwIfAborted();
    return { problem: problemOf(error) };
  }
}

function snapshotsOf(
  { vaults }: World,
  app: AppName,
  server: ServerName,
  signal: AbortSignal,
): Promise<readonly Snapshot[]> {
  return vaults.get(server).snapshots({ tags: [MOOTS, appTag(app)] }, signal);
}

/** One that was written down, or that a job of this life was at work on: what a kill broke off is written nowhere. */
function knownTo({ ledger, clock }: World, app: AppName): (snapshot: Snapshot) => boolean {
  const all = ledger.backups.of(app, MOST).flatMap(({ parts }) => parts);
  const ids = new Set(all.map(({ snapshot }) => snapshot));
  return (snapshot) => {
    if (ids.has(snapshot.id)) return true;
    const number = jobOf(snapshot);
    const job = number === undefined ? undefined : ledger.jobs.get(number);
    if (job?.app !== app || !job.plan.steps.some(({ kind }) => kind === "save")) return false;
    const until = job.endedAt ?? clock.now();
    return snapshot.at >= job.queuedAt - SLACK && snapshot.at <= until + SLACK;
  };
}
