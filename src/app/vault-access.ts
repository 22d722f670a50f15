// Tries a server's repository before it is used, from both sides, so that one trouble is told once and not for each app.
import { Refusal } from "../core/errors.ts";
import type { ServerName } from "../core/ids.ts";
import { isOfVault, tellAccess } from "./backup-news.ts";
import { problemOf } from "./fleet.ts";
import type { World } from "./world.ts";

interface Tried {
  readonly until: number;
  readonly why?: string;
}

const tried = new WeakMap<World, Map<ServerName, Tried>>();

const GOOD_FOR = 30 * 60_000;
const BAD_FOR = 10 * 60_000;

/** Undefined: it can be used. What dead owners left locked is free then. */
export async function whyUnusable(
  world: World,
  server: ServerName,
  signal: AbortSignal,
): Promise<string | undefined> {
  const known = tried.get(world) ?? new Map<ServerName, Tried>();
  tried.set(world, known);
  const before = known.get(server);
  const now = world.clock.now();
  if (before !== undefined && now < before.until) return before.why;
  const why = await tryIt(world, server, signal);
  const until = world.clock.now() + (why === undefined ? GOOD_FOR : BAD_FOR);
  known.set(server, { until, ...(why !== undefined && { why }) });
  return why;
}

async function tryIt(
  world: World,
  server: ServerName,
  signal: AbortSignal,
): Promise<string | undefined> {
  const vault = world.vaults.get(server);
  try {
    await vault.reach("server", signal);
    await vault.unlockStale(signal);
    tellAccess(world, server);
    return undefined;
  } catch (error) {
    if (signal.aborted || !(error instanceof Refusal)) throw error;
    if (isOfVault(error)) tellAccess(world, server, error);
    return problemOf(error);
  }
}
