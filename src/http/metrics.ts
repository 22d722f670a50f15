// The metrics that moot exports, each with what it says and where its numbers come from.
import { Counter, Gauge, Registry } from "prom-client";
import type { AppReading, Readings, ServerReading } from "../core/readings.ts";

interface Sample {
  /** Names of the config and of files, or words of moot's own: never what somebody else wrote, which would have no end. */
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Metric {
  readonly name: string;
  readonly type: "gauge" | "counter";
  readonly labels: readonly string[];
  readonly help: string;
  /** None: it is not known, and is not exported. */
  readonly read: (readings: Readings) => readonly Sample[];
}

const ENDINGS = ["succeeded", "failed", "cancelled", "interrupted"] as const;

export const METRICS: readonly Metric[] = [
  {
    name: "moot_info",
    type: "gauge",
    labels: ["version"],
    help: "Always 1; the label tells which moot runs",
    read: ({ version }) => [{ labels: { version }, value: 1 }],
  },
  {
    name: "moot_sync_age_seconds",
    type: "gauge",
    labels: ["account"],
    help: "Seconds since the homeserver of moot's account last answered",
    read: ({ syncs }) => syncs.flatMap(({ account, age }) => sample({ account }, seconds(age))),
  },
  {
    name: "moot_jobs_ended_total",
    type: "counter",
    labels: ["ending"],
    help: "Jobs that have ended, by how they did, since the database was made",
    read: ({ jobs }) => ENDINGS.flatMap((ending) => sample({ ending }, jobs[ending])),
  },
  {
    name: "moot_jobs_queued",
    type: "gauge",
    labels: [],
    help: "Jobs that wait for their turn",
    read: ({ jobs }) => sample({}, jobs.queued),
  },
  {
    name: "moot_jobs_running",
    type: "gauge",
    labels: [],
    help: "Jobs that are being run",
    read: ({ jobs }) => sample({}, jobs.running),
  },
  {
    name: "moot_approvals_open",
    type: "gauge",
    labels: [],
    help: "Requests that wait for people to agree",
    read: ({ approvals }) => sample({}, approvals),
  },
  {
    name: "moot_outbox_waiting",
    type: "gauge",
    labels: [],
    help: "Things that moot has to say and that no room has yet",
    read: ({ outbox }) => sample({}, outbox),
  },
  {
    name: "moot_server_reachable",
    type: "gauge",
    labels: ["server"],
    help: "1 if the server answered when moot last asked it something, else 0",
    read: ofServers(({ contact }) => contact && Number(contact.isReachable)),
  },
  {
    name: "moot_server_disk_free_bytes",
    type: "gauge",
    labels: ["server"],
    help: "Bytes free for Docker's data on the server, if moot looked in the last ten minutes",
    read: ofServers(({ disk }) => disk?.free),
  },
  {
    name: "moot_server_disk_size_bytes",
    type: "gauge",
    labels: ["server"],
    help: "Bytes of the disk with Docker's data on the server, if moot looked in the last ten minutes",
    read: ofServers(({ disk }) => disk?.total),
  },
  {
    name: "moot_app_versions_behind",
    type: "gauge",
    labels: ["server", "app"],
    help: "Versions of its recipe that are newer than the one the app runs",
    read: ofApps(({ behind }) => behind),
  },
  {
    name: "moot_updates",
    type: "gauge",
    labels: ["state"],
    help: "Updates that are neither applied nor skipped, by how far they have come",
    read: ({ updates = {} }) =>
      Object.entries(updates).flatMap(([state, count]) => sample({ state }, count)),
  },
  {
    name: "moot_backup_age_seconds",
    type: "gauge",
    labels: ["server", "app"],
    help: "Seconds since the app's newest backup that counts",
    read: ofApps(({ backup }) => seconds(backup)),
  },
];

/** All that is known, in Prometheus's text form. */
export async function exposition(
  readings: Readings,
): Promise<{ readonly type: string; readonly text: string }> {
  // A new one each time: what is gone since, a server say, must not linger.
  const registry = new Registry();
  for (const metric of METRICS) add(registry, metric, metric.read(readings));
  return { type: registry.contentType, text: await registry.metrics() };
}

function add(
  registry: Registry,
  { name, help, type, labels }: Metric,
  samples: readonly Sample[],
): void {
  if (samples.length === 0) return;
  const options = { name, help, labelNames: labels, registers: [registry] };
  const metric = type === "counter" ? new Counter(options) : new Gauge(options);
  // Each starts at nought, so that a counter comes to its value too.
  for (const { labels: at, value } of samples) metric.inc({ ...at }, value);
}

function sample(labels: Sample["labels"], value: number | undefined): readonly Sample[] {
  return value === undefined ? [] : [{ labels, value }];
}

function ofServers(value: (reading: ServerReading) => number | undefined): Metric["read"] {
  return ({ servers }) => servers.flatMap((one) => sample({ server: one.server }, value(one)));
}

function ofApps(value: (reading: AppReading) => number | undefined): Metric["read"] {
  return ({ apps }) =>
    apps.flatMap((one) => sample({ server: one.server, app: one.app }, value(one)));
}

function seconds(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : milliseconds / 1000;
}
