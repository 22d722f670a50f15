// Whether a backup may be restored as it was judged.
import { Refusal } from "../core/errors.ts";
import type { RestoreRequest } from "../core/request.ts";
import { shortOf, type RestorePoint } from "../core/restore.ts";

/** Where nobody judged it, nobody knows that it is bad. */
export function requireGood(
  app: RestoreRequest["app"],
  point: RestorePoint,
  { isAnyway }: RestoreRequest,
): void {
  const { faults = [] } = point;
  if (faults.length === 0 || isAnyway) return;
  throw new Refusal({ kind: "bad-snapshot", app, snapshot: shortOf(point), faults });
}
