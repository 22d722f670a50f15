// Keeps every backup that was tried, one a job, with how it was judged.
import { z } from "zod";
import {
  isGoodBackup,
  SAFETY,
  type Backup,
  type Backups,
  type HeldSnapshot,
} from "../src/core/backup.ts";
import type { Database } from "./database.ts";
import { app, decode, decodeIfAny, exactly, jsonText, server, time, user } from "./decode.ts";
import { backupFault, savedPart, volumeMeasure } from "./decode-backup.ts";

const GONE = `SELECT MIN(gone_snapshot.at) FROM json_each(parts)
  JOIN gone_snapshot ON snapshot = json_extract(json_each.value, '$.snapshot')`;

const COLUMNS = `id, job, app, server, version, by, cause, at, seconds, secrets, parts, volumes, faults,
  small_is_right AS isSmallRight, deployment, (${GONE}) AS goneAt`;

/** Good, still there, and more than a restore's way back. */
const COUNTED = `good = 1 AND cause <> '${SAFETY}' AND (${GONE}) IS NULL`;

const backup = exactly<Backup>()(
  z.strictObject({
    id: z.int(),
    job: z.int(),
    app,
    server,
    version: z.string(),
    by: user,
    cause: z.string(),
    at: time,
    seconds: z.number(),
    secrets: z.int(),
    parts: jsonText(z.array(savedPart)),
    volumes: jsonText(z.array(volumeMeasure)),
    faults: jsonText(z.array(backupFault)),
    isSmallRight: z.int().transform((flag) => flag === 1),
    deployment: z.int().exactOptional(),
    goneAt: time.exactOptional(),
  }),
);

const held = exactly<HeldSnapshot>()(z.strictObject({ app, snapshot: z.string() }));

const taken = z.strictObject({ app, at: time });

export function openBackups(database: Database): Backups {
  const sql = prepare(database);
  const all = (rows: readonly unknown[]): readonly Backup[] =>
    rows.map((row) => decode(backup, row));
  return {
    record: ({ parts, volumes, faults, isSmallRight, ...made }) =>
      void sql.record.run({
        ...made,
        parts: JSON.stringify(parts),
        volumes: JSON.stringify(volumes),
        faults: JSON.stringify(faults),
        good: isGoodBackup({ faults }) ? 1 : 0,
        isSmallRight: isSmallRight ? 1 : 0,
      }),
    ofJob: (job) => decodeIfAny(backup, sql.ofJob.get({ job })),
    of: (name, limit) => all(sql.of.all({ app: name, limit })),
    good: (name, place, limit) => all(sql.good.all({ app: name, server: place, limit })),
    lastGood: (name) => decodeIfAny(backup, sql.lastGood.get({ app: name })),
    lastGoodTimes: () =>
      new Map(
        sql.times.all({}).map((row) => {
          const { app: name, at } = decode(taken, row);
          return [name, at];
        }),
      ),
    snapshotsOn: (place) => sql.snapshotsOn.all({ server: place }).map((row) => decode(held, row)),
    gone: (place, snapshots, at) => {
      for (const snapshot of snapshots) sql.gone.run({ server: place, snapshot, at });
    },
  };
}

function prepare(database: Database) {
  return {
    record: database.prepare(`
      INSERT INTO backup (job, app, server, version, by, cause, at, seconds, secrets, parts, volumes,
        faults, good, small_is_right, deployment)
      VALUES (@job, @app, @server, @version, @by, @cause, @at, @seconds, @secrets, @parts, @volumes,
        @faults, @good, @isSmallRight,
        (SELECT job FROM deployment WHERE app = @app AND good = 1 AND at <= @at
          ORDER BY at DESC, job DESC LIMIT 1))
      ON CONFLICT (job) DO NOTHING`),
    ofJob: database.prepare(`SELECT ${COLUMNS} FROM backup WHERE job = @job`),
    of: database.prepare(
      `SELECT ${COLUMNS} FROM backup WHERE app = @app ORDER BY id DESC LIMIT @limit`,
    ),
    good: database.prepare(`
      SELECT ${COLUMNS} FROM backup WHERE app = @app AND server = @server AND ${COUNTED}
      ORDER BY id DESC LIMIT @limit`),
    lastGood: database.prepare(`
      SELECT ${COLUMNS} FROM backup WHERE app = @app AND ${COUNTED} ORDER BY id DESC LIMIT 1`),
    times: database.prepare(`SELECT app, MAX(at) AS at FROM backup WHERE ${COUNTED} GROUP BY app`),
    snapshotsOn: database.prepare(`
      SELECT app, json_extract(json_each.value, '$.snapshot') AS snapshot
      FROM backup, json_each(parts)
      WHERE server = @server
        AND json_extract(json_each.value, '$.snapshot') NOT IN (SELECT snapshot FROM gone_snapshot)`),
    gone: database.prepare(`
      INSERT INTO gone_snapshot (snapshot, server, at) VALUES (@snapshot, @server, @at)
      ON CONFLICT (snapshot) DO NOTHING`),
  };
}
