// Keeps what each job left running, so that there is a point to return to.
import { z } from "zod";
import type { Deployments, Point } from "../src/core/ledger.ts";
import { KEPT_POINTS } from "../src/core/return-points.ts";
import type { Database } from "./database.ts";
import { decode, decodeIfAny, exactly, time } from "./decode.ts";

const point = exactly<Point>()(
  z.strictObject({
    job: z.int(),
    version: z.string(),
    compose: z.string(),
    env: z.string(),
    at: time,
  }),
);

export function openDeployments(database: Database): Deployments {
  // A step repeated after a restart records the same job again.
  const record = database.prepare(`
    INSERT INTO deployment (job, app, server, stack, version, compose, env, at, good)
    VALUES (@job, @app, @server, @stack, @version, @compose, @env, @at, @good)
    ON CONFLICT (job) DO UPDATE SET version = excluded.version, compose = excluded.compose,
      env = excluded.env, at = excluded.at, good = excluded.good`);
  const lastGood = database.prepare(`
    SELECT job, version, compose, env, at FROM deployment
    WHERE app = @app AND good = 1 ORDER BY at DESC, job DESC LIMIT 1`);
  const latest = database.prepare(`
    SELECT job, version, compose, env, at FROM deployment
    WHERE app = @app ORDER BY at DESC, job DESC LIMIT 1`);
  const kept = database.prepare(`
    SELECT job, version, compose, env, at FROM (
      SELECT *, ROW_NUMBER() OVER (PARTITION BY app ORDER BY at DESC, job DESC) AS place
      FROM deployment WHERE server = @server AND good = 1)
    WHERE place <= @most ORDER BY job`);
  return {
    record: (entry) => void record.run({ ...entry, good: entry.good ? 1 : 0 }),
    lastGood: (app) => decodeIfAny(point, lastGood.get({ app })),
    latest: (app) => decodeIfAny(point, latest.get({ app })),
    keptPoints: (server) =>
      kept.all({ server, most: KEPT_POINTS }).map((row) => decode(point, row)),
  };
}
