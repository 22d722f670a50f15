// Keeps what is wrong on servers and what was told of it, one row a trouble.
import { z } from "zod";
import type { Troubles } from "../src/core/server-ledger.ts";
import type { KnownTrouble, Trouble } from "../src/core/trouble.ts";
import type { Database } from "./database.ts";
import { app, decode, exactly, jsonText, server, stack, time } from "./decode.ts";

const text = z.string();

const trouble = exactly<Trouble>()(
  z.discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("crash-loop"),
      server,
      stack,
      service: text,
      app: app.exactOptional(),
      failures: z.int(),
      reason: text,
    }),
    z.strictObject({ kind: z.literal("host-silent"), server, problem: text }),
    z.strictObject({ kind: z.literal("disk"), server, free: z.number(), total: z.number() }),
    z.strictObject({
      kind: z.literal("certificate"),
      server,
      domain: app,
      until: time.exactOptional(),
    }),
    z.strictObject({
      kind: z.literal("job-failed"),
      server,
      app,
      job: z.int(),
      verb: text,
      state: z.enum(["failed", "interrupted"]),
      problem: text.exactOptional(),
    }),
    z.strictObject({
      kind: z.literal("backup"),
      server,
      app: app.exactOptional(),
      problem: text.exactOptional(),
      job: z.int().exactOptional(),
      lastGood: time.exactOptional(),
    }),
    z.strictObject({
      kind: z.literal("repository"),
      server,
      what: z.enum(["access", "data"]),
      problem: text,
      next: text,
    }),
    z.strictObject({ kind: z.literal("ping"), server, problem: text }),
  ]),
);

const known = exactly<KnownTrouble>()(
  z.strictObject({
    key: text,
    trouble: jsonText(trouble),
    since: time,
    seenAt: time,
    times: z.int(),
    good: z.int(),
    toldAt: time.exactOptional(),
    notice: text.exactOptional(),
    noticedAt: time.exactOptional(),
    endedAt: time.exactOptional(),
    how: z.enum(["recovered", "gone", "old"]).exactOptional(),
  }),
);

const COLUMNS = `key, trouble, since, seen_at AS seenAt, times, good, told_at AS toldAt, notice,
  noticed_at AS noticedAt, ended_at AS endedAt, how`;

export function openTroubles(database: Database): Troubles {
  const of = database.prepare(`SELECT ${COLUMNS} FROM trouble WHERE server = @server ORDER BY key`);
  const standing = database.prepare(
    `SELECT ${COLUMNS} FROM trouble WHERE ended_at IS NULL ORDER BY since, key`,
  );
  const inNotice = database.prepare(
    `SELECT ${COLUMNS} FROM trouble WHERE notice = @notice ORDER BY key`,
  );
  const save = database.prepare(`
    INSERT OR REPLACE INTO trouble (key, server, trouble, since, seen_at, times, good, told_at,
      notice, noticed_at, ended_at, how)
    VALUES (@key, @server, @trouble, @since, @seenAt, @times, @good, @toldAt, @notice, @noticedAt,
      @endedAt, @how)`);
  const forget = database.prepare("DELETE FROM trouble WHERE key = @key");
  const prune = database.prepare("DELETE FROM trouble WHERE ended_at < @before");
  return {
    of: (name) => of.all({ server: name }).map((row) => decode(known, row)),
    standing: () => standing.all({}).map((row) => decode(known, row)),
    inNotice: (notice) => inNotice.all({ notice }).map((row) => decode(known, row)),
    save: ({ toldAt, notice, noticedAt, endedAt, how, ...one }) =>
      void save.run({
        ...one,
        server: one.trouble.server,
        trouble: JSON.stringify(one.trouble),
        toldAt: toldAt ?? null,
        notice: notice ?? null,
        noticedAt: noticedAt ?? null,
        endedAt: endedAt ?? null,
        how: how ?? null,
      }),
    forget: (key) => void forget.run({ key }),
    prune: (before) => prune.run({ before }),
  };
}
