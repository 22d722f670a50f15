// Keeps each drill, one a job, with how it went.
import { z } from "zod";
import type { Drill, Drills } from "../src/core/drill.ts";
import type { Database } from "./database.ts";
import { app, decode, decodeIfAny, exactly, jsonText, server, strings, time } from "./decode.ts";

const COLUMNS = "job, app, server, snapshots, saved_at AS savedAt, at, seconds, ok";
const NEWEST = "ORDER BY at DESC, job DESC LIMIT 1";

const drill = exactly<Drill>()(
  z.strictObject({
    job: z.int(),
    app,
    server,
    snapshots: jsonText(strings),
    savedAt: time,
    at: time,
    seconds: z.number(),
    ok: z.int().transform((flag) => flag === 1),
  }),
);

const tried = z.strictObject({ app, at: time });

export function openDrills(database: Database): Drills {
  const sql = prepare(database);
  return {
    record: ({ snapshots, ok, ...made }) =>
      void sql.record.run({ ...made, snapshots: JSON.stringify(snapshots), ok: ok ? 1 : 0 }),
    latest: (name) => decodeIfAny(drill, sql.latest.get({ app: name })),
    proven: (name) => decodeIfAny(drill, sql.proven.get({ app: name })),
    lastTries: () =>
      new Map(
        sql.tries.all({}).map((row) => {
          const { app: name, at } = decode(tried, row);
          return [name, at];
        }),
      ),
  };
}

function prepare(database: Database) {
  return {
    record: database.prepare(`
      INSERT INTO drill (job, app, server, snapshots, saved_at, at, seconds, ok)
      VALUES (@job, @app, @server, @snapshots, @savedAt, @at, @seconds, @ok)
      ON CONFLICT (job) DO NOTHING`),
    latest: database.prepare(`SELECT ${COLUMNS} FROM drill WHERE app = @app ${NEWEST}`),
    proven: database.prepare(`SELECT ${COLUMNS} FROM drill WHERE app = @app AND ok = 1 ${NEWEST}`),
    tries: database.prepare("SELECT app, MAX(at) AS at FROM drill GROUP BY app"),
  };
}
