// Opens one of an app's own snapshots for those who may restore it: what it holds is what the app keeps secret.
import { Refusal } from "../core/errors.ts";
import { isStackName } from "../core/ids.ts";
import type { AppFile } from "../core/ports.ts";
import type { Request } from "../core/roles.ts";
import { snapshotTyped, type OwnSnapshot, type SnapshotSight } from "../core/snapshots.ts";
import { stackOf } from "./app-facts.ts";
import { Gate } from "./gate.ts";
import { findPoint } from "./restore-points.ts";
import type { World } from "./world.ts";

/**
 * Throws Refusal `not-permitted` to who may look at backups and not restore, also to someone who learns; `unknown-snapshot`,
 * `foreign-snapshot` or `snapshot-unclear` for a name that is none, another's, or that of several.
 */
export async function openSnapshot(
  world: World,
  request: Pick<Request, "user" | "room">,
  { file, typed }: { readonly file: AppFile; readonly typed: string },
  signal: AbortSignal,
): Promise<SnapshotSight> {
  const gate = new Gate(world, { ...request, permission: "restore" });
  gate.require({ server: file.server, app: file.app }, `what backups of ${file.app} hold`);
  const snapshot = await findSnapshot(world, file, typed, signal);
  const { server, id } = snapshot;
  gate.require({ server, app: file.app }, `what backups of ${file.app} on ${server} hold`);
  const vault = world.vaults.get(server);
  return {
    snapshot,
    list: (path, ending) => vault.contents(id, path, ending),
    weigh: async (paths, ending) => {
      const measures = await vault.measure(id, paths, ending);
      return new Map(measures.map(({ path, bytes }) => [path, bytes]));
    },
    diff: (newer, ending) => vault.diff(id, newer.id, ending),
    read: (path, limit, ending) => vault.read(id, path, limit, ending),
  };
}

async function findSnapshot(
  world: World,
  file: AppFile,
  typed: string,
  signal: AbortSignal,
): Promise<OwnSnapshot> {
  const { app, server: repository } = file;
  const snapshot = snapshotTyped(typed);
  if (snapshot === undefined) throw unknown(file, typed);
  const point = await findPoint(world, { app, repository, snapshot }, signal);
  const part = point.parts.find((one) => one.snapshot.startsWith(snapshot));
  if (part === undefined) throw unknown(file, typed);
  const { stack } = point.manifest;
  return {
    id: part.snapshot,
    server: point.repository,
    at: point.at,
    volumes: part.volumes.map(({ name }) => name),
    stack: isStackName(stack) ? stack : stackOf(file),
  };
}

const MOST_SHOWN = 64;

function unknown({ server, app }: AppFile, typed: string): Refusal {
  const snapshot = typed.slice(0, MOST_SHOWN);
  return new Refusal({ kind: "unknown-snapshot", server, snapshot, app });
}
