// Keeps which apps were seen to run otherwise than moot left them, and what was told of it.
import { z } from "zod";
import type { Drifts, SeenDrift } from "../src/core/server-ledger.ts";
import type { Database } from "./database.ts";
import { app, decode, exactly, server, time } from "./decode.ts";

const seen = exactly<SeenDrift>()(
  z.strictObject({ app, server, seenAt: time, told: z.string(), toldAt: time.exactOptional() }),
);

export function openDrifts(database: Database): Drifts {
  const columns = "app, server, seen_at AS seenAt, told, told_at AS toldAt";
  const of = database.prepare(`SELECT ${columns} FROM drift WHERE server = @server ORDER BY app`);
  // What moot has deployed since is as moot left it, until somebody looks again.
  const standing = database.prepare(`
    SELECT ${columns} FROM drift
    WHERE seen_at > COALESCE((SELECT MAX(at) FROM deployment WHERE deployment.app = drift.app), -1)
    ORDER BY app`);
  const clear = database.prepare("DELETE FROM drift WHERE server = @server");
  const keep = database.prepare(`
    INSERT INTO drift (app, server, seen_at, told, told_at)
    VALUES (@app, @server, @seenAt, @told, @toldAt)
    ON CONFLICT (app) DO UPDATE SET server = excluded.server, seen_at = excluded.seen_at,
      told = excluded.told, told_at = excluded.told_at`);
  return {
    of: (name) => of.all({ server: name }).map((row) => decode(seen, row)),
    standing: () => standing.all({}).map((row) => decode(seen, row)),
    replace: (name, drifts) =>
      database.together(() => {
        clear.run({ server: name });
        for (const { toldAt = null, ...one } of drifts) keep.run({ ...one, toldAt });
      }),
  };
}
