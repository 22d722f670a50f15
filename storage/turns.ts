// Keeps whose backup is due when, one row an app.
import { z } from "zod";
import type { Turn, Turns } from "../src/core/backup-turns.ts";
import type { Database } from "./database.ts";
import { app, decode, decodeIfAny, exactly, server, time } from "./decode.ts";

const text = z.string().exactOptional();

const turn = exactly<Turn>()(
  z.strictObject({
    app,
    server,
    rule: z.string(),
    due: time,
    startsAt: time,
    lateAt: time,
    job: z.int().exactOptional(),
    waits: text,
    problem: text,
    failed: z.int().exactOptional(),
    skipped: text,
  }),
);

const COLUMNS = `app, server, rule, due, starts_at AS startsAt, late_at AS lateAt, job, waits, problem,
  failed, skipped`;

export function openTurns(database: Database): Turns {
  const all = database.prepare(`SELECT ${COLUMNS} FROM turn ORDER BY starts_at, app`);
  const of = database.prepare(`SELECT ${COLUMNS} FROM turn WHERE app = @app`);
  const save = database.prepare(`
    INSERT OR REPLACE INTO turn (app, server, rule, due, starts_at, late_at, job, waits, problem,
      failed, skipped)
    VALUES (@app, @server, @rule, @due, @startsAt, @lateAt, @job, @waits, @problem, @failed,
      @skipped)`);
  const forget = database.prepare("DELETE FROM turn WHERE app = @app");
  return {
    all: () => all.all({}).map((row) => decode(turn, row)),
    of: (name) => decodeIfAny(turn, of.get({ app: name })),
    save: ({ job, waits, problem, failed, skipped, ...one }) =>
      void save.run({
        ...one,
        job: job ?? null,
        waits: waits ?? null,
        problem: problem ?? null,
        failed: failed ?? null,
        skipped: skipped ?? null,
      }),
    forget: (name) => void forget.run({ app: name }),
  };
}
