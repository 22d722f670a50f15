// The verb `run`: opens everything, wires it, says that it is ready, and stays until it is told to stop.
import { decideApprovals } from "../app/deciding.ts";
import { followLogs } from "../app/following.ts";
import { runErrands } from "../app/errands.ts";
import { receiveAll, settleInbox } from "../app/intake.ts";
import { deliverOutbox } from "../app/posting.ts";
import { runJobs } from "../app/runner.ts";
import { recordStart } from "../app/starting.ts";
import { keepTime } from "../app/timekeeper.ts";
import { watchUpdates } from "../app/updating.ts";
import type { World } from "../app/world.ts";
import { readConfig } from "../config.ts";
import { stopWhenTold } from "../process/stopping.ts";
import type { VerbOptions } from "./verb.ts";
import { openWorld } from "./wiring.ts";

export function run({ config }: VerbOptions): Promise<number> {
  return runMoot({ config, anyMember: false });
}

export interface RunOptions {
  readonly config: string;
  /** One person at the console may speak for every member; for the demo alone. */
  readonly anyMember: boolean;
  /** Puts something around the world before anything runs in it, as tests do that kill moot at an exact point. */
  readonly decorate?: (world: World) => World;
}

export async function runMoot({
  config: file,
  anyMember,
  decorate = (world) => world,
}: RunOptions): Promise<number> {
  const config = await readConfig(file);
  const stop = stopWhenTold();
  await using opened = await openWorld(config, { anyMember }, stop.signal).catch(
    (error: unknown) => {
      if (!stop.signal.aborted) throw error;
      return undefined;
    },
  );
  // Told to stop while it was still starting.
  if (opened === undefined) return 0;
  const world = decorate(opened.world);
  recordStart(world);
  const loops = [
    receiveAll,
    settleInbox,
    deliverOutbox,
    runJobs,
    decideApprovals,
    followLogs,
    runErrands,
    keepTime,
    watchUpdates,
  ].map((loop) => loop(world, stop.signal));
  for (const warning of config.warnings) world.log.warn("the config has a weak place", { warning });
  world.log.info("ready", { servers: world.hosts.servers });
  try {
    await Promise.all(loops);
  } finally {
    stop.abort(new Error("a part of moot ended"));
    await Promise.allSettled(loops);
  }
  world.log.info("stopped");
  return 0;
}
