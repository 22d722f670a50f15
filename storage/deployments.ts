// Keeps what each job left running, so that there is a point to return to.
import { z } from "zod";
import type { Deployments, KeptDeployment } from "../src/core/ledger.ts";
import { KEPT_POINTS } from "../src/core/return-points.ts";
import type { Database } from "./database.ts";
import { decode, decodeIfAny, exactly, server, stack, time } from "./decode.ts";

const kept = exactly<KeptDeployment>()(
  z.strictObject({
    job: z.int(),
    server,
    stack,
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
  const columns = "job, server, stack, version, compose, env, at";
  const good = database.prepare(`
    SELECT ${columns} FROM deployment
    WHERE app = @app AND good = 1 ORDER BY at DESC, job DESC LIMIT @limit`);
  const latest = database.prepare(`
    SELECT ${columns} FROM deployment WHERE app = @app ORDER BY at DESC, job DESC LIMIT 1`);
  const written = database.prepare(
    "SELECT job FROM deployment WHERE app = @app AND compose = @compose LIMIT 1",
  );
  const points = database.prepare(`
    SELECT ${columns} FROM (
      SELECT *, ROW_NUMBER() OVER (PARTITION BY app ORDER BY at DESC, job DESC) AS place
      FROM deployment WHERE server = @name AND good = 1)
    WHERE place <= @most ORDER BY job`);
  return {
    record: (entry) => void record.run({ ...entry, good: entry.good ? 1 : 0 }),
    good: (app, limit) => good.all({ app, limit }).map((row) => decode(kept, row)),
    latest: (app) => decodeIfAny(kept, latest.get({ app })),
    hasWritten: (app, compose) => written.get({ app, compose }) !== undefined,
    keptPoints: (name) => points.all({ name, most: KEPT_POINTS }).map((row) => decode(kept, row)),
  };
}
