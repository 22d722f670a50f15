// Which backup a restore takes: the one that was named, or else the newest, if it counts and nothing newer is passed over.
import { Refusal } from "../core/errors.ts";
import type { ServerName } from "../core/ids.ts";
import type { RestoreRequest } from "../core/request.ts";
import { shortOf, type RestorePoint } from "../core/restore.ts";
import { findPoint } from "./restore-points.ts";
import { newerUnknown } from "./unknown-backups.ts";
import type { World } from "./world.ts";

interface Places {
  /** Of the app, whose repository is looked into. */
  readonly server: ServerName;
  /** Where its data are to go. */
  readonly to: ServerName;
}

/** Throws Refusal `bad-snapshot` or `newer-unknown`, and as `findPoint` does. */
export async function choosePoint(
  world: World,
  request: RestoreRequest,
  { server, to }: Places,
  signal: AbortSignal,
): Promise<RestorePoint> {
  const { app, snapshot } = request;
  const named = snapshot === undefined ? {} : { snapshot };
  const point = await findPoint(world, { app, repository: server, to, ...named }, signal);
  requireGood(request, point);
  if (snapshot !== undefined) return point;
  const unknown = await newerUnknown(world, { app, server }, point, signal);
  if (unknown === undefined) return point;
  const known = { snapshot: shortOf(point), at: point.at };
  throw new Refusal({ kind: "newer-unknown", app, unknown, known });
}

/** Where nobody judged it, nobody knows that it is bad. */
function requireGood({ app, isAnyway }: RestoreRequest, point: RestorePoint): void {
  const { faults = [] } = point;
  if (faults.length === 0 || isAnyway) return;
  throw new Refusal({ kind: "bad-snapshot", app, snapshot: shortOf(point), faults });
}
