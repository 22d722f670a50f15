// Writes down how well moot is, as /healthz answers it.
import type { Health, ServerReading } from "../core/readings.ts";

export function healthJson({ isWell, version, hasDatabase, syncs, servers }: Health): string {
  const told = {
    status: isWell ? "ok" : "failing",
    version,
    database: hasDatabase ? "ok" : "failing",
    sync: syncs.map(({ account, age, isFresh }) => ({
      account,
      status: isFresh ? "ok" : "failing",
      ageSeconds: age === undefined ? null : Math.round(age / 1000),
    })),
    servers: servers.map(serverJson),
  };
  return `${JSON.stringify(told, undefined, 2)}\n`;
}

/** Null: moot has asked it nothing yet. */
function serverJson({ server, contact }: ServerReading) {
  if (contact === undefined) return { server, reachable: null, since: null };
  const { isReachable, since } = contact;
  return { server, reachable: isReachable, since: new Date(since).toISOString() };
}
