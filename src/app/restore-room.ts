// How much of a server's disk a restore takes.
import type { RestorePoint } from "../core/restore.ts";
import type { World } from "./world.ts";

/** Bytes that stay free on a server's disk beside what is restored. */
export const SPARE = 1_000_000_000;

/** As the repository has counted it when they were made. */
export async function bytesOf(
  world: World,
  { repository, parts }: RestorePoint,
  signal: AbortSignal,
): Promise<number> {
  const all = await world.vaults.get(repository).snapshots({}, signal);
  const sizes = parts.map(
    ({ snapshot }) => all.find(({ id }) => id === snapshot)?.size?.bytes ?? 0,
  );
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}
