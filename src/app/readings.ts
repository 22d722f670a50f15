// Gathers how moot is from what it remembers and what it last found, so that a reading waits for nobody.
import type {
  AppReading,
  Gauges,
  Health,
  Readings,
  ServerReading,
  SyncAge,
} from "../core/readings.ts";
import type { World } from "./world.ts";

/** Milliseconds. A sync is held for half a minute and then given up after another; two such in a row are trouble. */
const FRESH = 120_000;
/** A disk that was measured longer ago may be full by now. */
const MEASURED = 600_000;

export function openGauges(world: World, version: string): Gauges {
  return {
    health: () => healthOf(world, version),
    readings: () => readingsOf(world, version),
  };
}

/**
 * A server that is down leaves moot well: moot is what tells of it, and restarting moot, which is what mostly follows where a
 * health check fails, would mend no server and only hush the one that tells.
 */
function healthOf(world: World, version: string): Health {
  const known = remembered(world);
  const syncs = (known ?? []).map((sync) => ({ ...sync, isFresh: isFresh(sync) }));
  return {
    isWell: known !== undefined && syncs.every((sync) => sync.isFresh),
    version,
    hasDatabase: known !== undefined,
    syncs,
    servers: serversOf(world),
  };
}

/** Undefined where the database does not answer. */
function remembered(world: World): readonly SyncAge[] | undefined {
  try {
    world.ledger.outbox.waiting();
    return syncsOf(world);
  } catch (error) {
    // Whatever it is, that is the answer to the question.
    world.log.warn("the database does not answer a health check", { error });
    return undefined;
  }
}

function isFresh({ age }: SyncAge): boolean {
  return age !== undefined && age <= FRESH;
}

function readingsOf(world: World, version: string): Readings {
  const { jobs, approvals, outbox, updates } = world.ledger;
  return {
    version,
    syncs: syncsOf(world),
    jobs: jobs.countByState(),
    approvals: approvals.countStanding(),
    outbox: outbox.waiting(),
    servers: serversOf(world),
    apps: appsOf(world),
    updates: updates.countOpen(),
  };
}

/** As the newest look found them; one that could not be compared has no number. */
function appsOf({ ledger, clock }: World): readonly AppReading[] {
  const taken = ledger.backups.lastGoodTimes();
  return ledger.looks.looks().map(({ app, server, behind }) => {
    const at = taken.get(app);
    return {
      app,
      server,
      ...(behind !== undefined && { behind }),
      // A clock that was put back makes nothing younger than new.
      ...(at !== undefined && { backup: Math.max(0, clock.now() - at) }),
    };
  });
}

function syncsOf({ chats, clock }: World): readonly SyncAge[] {
  return chats.flatMap(({ self: account, lastHeard }): readonly SyncAge[] => {
    if (lastHeard === undefined) return [];
    const at = lastHeard();
    // A clock that was put back makes nothing younger than new.
    return [{ account, ...(at !== undefined && { age: Math.max(0, clock.now() - at) }) }];
  });
}

function serversOf({ hosts, clock }: World): readonly ServerReading[] {
  return hosts.servers.map((server) => {
    const { contact, disk } = hosts.get(server).known;
    const isRecent = disk !== undefined && clock.now() - disk.at <= MEASURED;
    return { server, ...(contact && { contact }), ...(isRecent && { disk }) };
  });
}
