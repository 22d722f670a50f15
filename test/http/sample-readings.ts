// Readings in which everything is known.
import { isAppName, isServerName, isUserId } from "../../src/core/ids.ts";
import type { Gauges, Health, Readings } from "../../src/core/readings.ts";
import { named } from "../named.ts";

const alpha = named(isServerName, "alpha.example.coop");
const beta = named(isServerName, "beta.example.coop");
export const account = named(isUserId, "@moot:example.coop");
const wiki = named(isAppName, "wiki.example.coop");

export const FULL: Readings = {
  version: '1.0 "odd"\\',
  syncs: [{ account, age: 12_500 }],
  jobs: { queued: 2, running: 1, succeeded: 40, failed: 3, cancelled: 0, interrupted: 1 },
  approvals: 4,
  outbox: 5,
  servers: [
    {
      server: alpha,
      contact: { isReachable: true, since: 0 },
      disk: { free: 30_000_000_000, total: 40_000_000_000 },
    },
    { server: beta, contact: { isReachable: false, since: Date.UTC(2026, 10, 20, 12) } },
  ],
  apps: [{ server: alpha, app: wiki, behind: 2, backup: 86_400_000 }],
  updates: { announced: 3 },
};

export const WELL: Health = {
  isWell: true,
  version: "1.0",
  hasDatabase: true,
  syncs: [{ account, age: 12_500, isFresh: true }],
  servers: FULL.servers,
};

export function gaugesOf(readings = FULL, health = WELL): Gauges {
  return { readings: () => readings, health: () => health };
}
