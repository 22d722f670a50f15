// Keeps what each job left running, so that there is a point to return to.
import { z } from "zod";
import type { Deployments } from "../src/core/ledger.ts";
import type { Database } from "./database.ts";
import { decodeIfAny, exactly, time } from "./decode.ts";

type Good = NonNullable<ReturnType<Deployments["lastGood"]>>;

const good = exactly<Good>()(
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
  return {
    record: (entry) => void record.run({ ...entry, good: entry.good ? 1 : 0 }),
    lastGood: (app) => decodeIfAny(good, lastGood.get({ app })),
  };
}
