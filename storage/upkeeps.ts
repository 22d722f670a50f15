// Keeps what was done for each repository, and how the backups of moot itself went.
import { z } from "zod";
import type { SelfBackup, SelfBackups } from "../src/core/self.ts";
import type { Upkeep, Upkeeps } from "../src/core/upkeep.ts";
import type { Database } from "./database.ts";
import { decodeIfAny, exactly, server, time } from "./decode.ts";

const upkeep = exactly<Upkeep>()(
  z.strictObject({
    server,
    since: time,
    siftedAt: time.exactOptional(),
    prunedAt: time.exactOptional(),
    checkedAt: time.exactOptional(),
    isDamaged: z.int().transform((flag) => flag === 1),
    part: z.int(),
  }),
);

export function openUpkeeps(database: Database): Upkeeps {
  const of = database.prepare(`
    SELECT server, since, sifted_at AS siftedAt, pruned_at AS prunedAt, checked_at AS checkedAt,
      damaged AS isDamaged, part
    FROM upkeep WHERE server = @server`);
  const save = database.prepare(`
    INSERT OR REPLACE INTO upkeep (server, since, sifted_at, pruned_at, checked_at, damaged, part)
    VALUES (@server, @since, @siftedAt, @prunedAt, @checkedAt, @damaged, @part)`);
  return {
    of: (name) => decodeIfAny(upkeep, of.get({ server: name })),
    save: ({ siftedAt, prunedAt, checkedAt, isDamaged, ...one }) =>
      void save.run({
        ...one,
        siftedAt: siftedAt ?? null,
        prunedAt: prunedAt ?? null,
        checkedAt: checkedAt ?? null,
        damaged: isDamaged ? 1 : 0,
      }),
  };
}

const count = z.int().exactOptional();

const selfBackup = exactly<SelfBackup>()(
  z.strictObject({
    at: time,
    snapshot: z.string().exactOptional(),
    files: count,
    bytes: count,
    added: count,
    seconds: z.number().exactOptional(),
    problem: z.string().exactOptional(),
  }),
);

const COLUMNS = "at, snapshot, files, bytes, added, seconds, problem";

export function openSelfBackups(database: Database): SelfBackups {
  const record = database.prepare(`
    INSERT INTO self_backup (${COLUMNS})
    VALUES (@at, @snapshot, @files, @bytes, @added, @seconds, @problem)`);
  const latest = database.prepare(`SELECT ${COLUMNS} FROM self_backup ORDER BY id DESC LIMIT 1`);
  const lastGood = database.prepare(
    `SELECT ${COLUMNS} FROM self_backup WHERE problem IS NULL ORDER BY id DESC LIMIT 1`,
  );
  return {
    record: ({ at, snapshot, files, bytes, added, seconds, problem }) =>
      void record.run({
        at,
        snapshot: snapshot ?? null,
        files: files ?? null,
        bytes: bytes ?? null,
        added: added ?? null,
        seconds: seconds ?? null,
        problem: problem ?? null,
      }),
    latest: () => decodeIfAny(selfBackup, latest.get({})),
    lastGood: () => decodeIfAny(selfBackup, lastGood.get({})),
  };
}
