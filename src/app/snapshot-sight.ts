// Opens one of an app's own snapshots for those who may restore it: what it holds is what the app keeps secret.
import { Refusal } from "../core/errors.ts";
import type { AppFile } from "../core/ports.ts";
import type { Request } from "../core/roles.ts";
import {
  appTag,
  snapshotsOf,
  snapshotTyped,
  volumesIn,
  type OwnSnapshot,
  type SnapshotSight,
} from "../core/snapshots.ts";
import { shortId } from "../words/phrases.ts";
import { stackOf } from "./app-facts.ts";
import { Gate } from "./gate.ts";
import type { World } from "./world.ts";

/** More than retention leaves of any app. */
const LOOKED_AT = 10_000;

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

/** First among those that moot took; a moot that lost its memory finds them in the repository. */
async function findSnapshot(
  world: World,
  file: AppFile,
  typed: string,
  signal: AbortSignal,
): Promise<OwnSnapshot> {
  const { app, server } = file;
  const name = snapshotTyped(typed);
  if (name === undefined) throw unknown(file, typed);
  const stack = stackOf(file);
  const known = snapshotsOf(world.ledger.backups.of(app, LOOKED_AT), stack, name);
  const only = onlyOne(file, typed, known);
  if (only !== undefined) return only;
  const all = await world.vaults.get(server).snapshots({}, signal);
  const named = all.filter(({ id }) => id.startsWith(name));
  const own = named.filter(({ tags }) => tags.includes(appTag(app)));
  const kept = own.map((one) => {
    const { id, at } = one;
    return { id, at, server, stack, volumes: volumesIn(one) };
  });
  const found = onlyOne(file, typed, kept);
  if (found !== undefined) return found;
  if (named.length === 0) throw unknown(file, typed);
  throw new Refusal({ kind: "foreign-snapshot", app, snapshot: typed.slice(0, MOST_SHOWN) });
}

const MOST_SHOWN = 64;

function onlyOne(
  { app }: AppFile,
  typed: string,
  found: readonly OwnSnapshot[],
): OwnSnapshot | undefined {
  const [one, ...others] = found;
  if (others.length === 0) return one;
  const snapshots = found.map(({ id }) => shortId(id));
  throw new Refusal({ kind: "snapshot-unclear", app, snapshot: typed, found: snapshots });
}

function unknown({ server, app }: AppFile, typed: string): Refusal {
  const snapshot = typed.slice(0, MOST_SHOWN);
  return new Refusal({ kind: "unknown-snapshot", server, snapshot, app });
}
