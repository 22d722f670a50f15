// Keeps who did what, as a chain; the schema lets nobody change a row, nor remove one that no cut stands for.
import { createHash } from "node:crypto";
import { z } from "zod";
import type { Audit, AuditCut, AuditEntry, AuditFacts, Break, Link } from "../src/core/audit.ts";
import { canonicalJson } from "../src/core/canonical-json.ts";
import {
  BEFORE_ALL,
  breakAt,
  cutText,
  EXPORT_NAME,
  EXPORT_VERSION,
  exportText,
  factsOf,
  hashAfter,
} from "../src/core/chain.ts";
import { openAuditKey, type AuditKey } from "./audit-key.ts";
import type { Database } from "./database.ts";
import { decode, decodeIfAny, exactly, json, jsonText, time } from "./decode.ts";

const entry = exactly<AuditEntry>()(
  z.strictObject({
    id: z.int(),
    at: time,
    who: z.string(),
    what: z.string(),
    on: z.string().exactOptional(),
    event: z.string().exactOptional(),
    detail: jsonText(json),
    hash: z.string(),
  }),
);
const link = exactly<Link>()(z.strictObject({ id: z.int(), hash: z.string() }));
const cutRow = exactly<AuditCut>()(
  z.strictObject({
    id: z.int(),
    hash: z.string(),
    count: z.int(),
    at: time,
    signature: z.string(),
  }),
);
const lastRow = z.strictObject({ last: z.int().exactOptional() });

const PAGE = 1_000;

type Statements = ReturnType<typeof prepare>;

export function openAudit(database: Database): Audit {
  const key = openAuditKey(database);
  const sql = prepare(database);
  database.together(() => chainOld(sql));
  return {
    key: key.open,
    append: (facts, at) => database.together(() => append(sql, facts, at)),
    recent: (limit) => find(sql, { limit }),
    find: (query) => find(sql, query),
    head: () => headOf(sql),
    export: (at) => database.together(() => exportOf(sql, key, at)),
    cut: (before, at) => database.together(() => cut(sql, key, before, at)),
    check: (most) => check(sql, key, most),
  };
}

function append(sql: Statements, told: Omit<AuditFacts, "id" | "at">, at: number): void {
  const before = headOf(sql);
  const facts = { id: before.id + 1, at, ...wellFormed(told) };
  const { on = null, event = null, detail, ...rest } = facts;
  sql.append.run({
    ...rest,
    on,
    event,
    detail: canonicalJson(detail),
    hash: hashAfter(before, facts, sha256),
  });
}

/** As the database gives it back: half a character cannot be kept outside of JSON, which writes it as an escape. */
function wellFormed({ who, what, on, event, detail }: Omit<AuditFacts, "id" | "at">) {
  return {
    who: who.toWellFormed(),
    what: what.toWellFormed(),
    ...(on === undefined ? {} : { on: on.toWellFormed() }),
    ...(event === undefined ? {} : { event: event.toWellFormed() }),
    detail,
  };
}

function find(sql: Statements, query: Parameters<Audit["find"]>[0]): readonly AuditEntry[] {
  const { who = null, on = null, limit } = query;
  const { since = null, before = null, under = null } = query;
  return sql.find
    .all({ who, on, since, before, under, limit })
    .map((row): AuditEntry => decode(entry, row));
}

function headOf(sql: Statements): Link {
  return decodeIfAny(link, sql.head.get({})) ?? cutOf(sql) ?? BEFORE_ALL;
}

function cutOf(sql: Statements): AuditCut | undefined {
  return decodeIfAny(cutRow, sql.cut.get({}));
}

/** All entries after a number, the oldest first. */
function* entriesAfter(sql: Statements, id: number): Generator<AuditEntry> {
  let after = id;
  for (;;) {
    const rows = sql.page.all({ after, limit: PAGE });
    for (const row of rows) {
      const found = decode(entry, row);
      yield found;
      after = found.id;
    }
    if (rows.length < PAGE) return;
  }
}

/** Entries from before there was a chain; where only some lack a hash, somebody made them by hand, and they stay without. */
function chainOld(sql: Statements): void {
  if (sql.chained.get({}) !== undefined) return;
  let before = BEFORE_ALL;
  for (const old of entriesAfter(sql, 0)) {
    before = { id: old.id, hash: hashAfter(before, factsOf(old), sha256) };
    sql.chain.run({ ...before });
  }
}

function exportOf(sql: Statements, key: AuditKey, at: number): string {
  const entries = [...entriesAfter(sql, 0)];
  const { id, hash } = headOf(sql);
  const head = {
    moot: EXPORT_NAME,
    version: EXPORT_VERSION,
    at,
    key: key.open,
    entries: entries.length,
    head: { id, hash },
  } as const;
  return exportText(head, cutOf(sql), entries, (text) => key.sign(text));
}

function cut(sql: Statements, key: AuditKey, before: number, at: number): number {
  const kept = decode(lastRow, sql.firstKept.get({ before })).last;
  const through = kept === undefined ? headOf(sql).id : kept - 1;
  const last = decodeIfAny(link, sql.link.get({ id: through }));
  if (last === undefined) return 0;
  const stub = { ...last, count: last.id, at };
  sql.keepCut.run({ ...stub, signature: key.sign(cutText(stub)) });
  return sql.remove.run({ through });
}

function check(sql: Statements, key: AuditKey, most: number): Break | undefined {
  const head = headOf(sql);
  const stub = cutOf(sql);
  const start: Link = stub ?? BEFORE_ALL;
  // What is signed twice by one key of this kind has the same signature.
  if (stub !== undefined && key.sign(cutText(stub)) !== stub.signature)
    return { id: stub.id, why: "cut-forged" };
  if (sql.link.get({ id: start.id + 1 }) === undefined && head.id > start.id)
    return { id: start.id + 1, why: "missing" };
  const from = decodeIfAny(link, sql.link.get({ id: head.id - most })) ?? start;
  return breakAfter(sql, from) ?? tailBreak(sql, head);
}

function breakAfter(sql: Statements, from: Link): Break | undefined {
  let before = from;
  for (const found of entriesAfter(sql, from.id)) {
    const broken = breakAt(before, found, sha256);
    if (broken !== undefined) return broken;
    before = found;
  }
  return undefined;
}

/** SQLite remembers the highest number it ever gave out. */
function tailBreak(sql: Statements, head: Link): Break | undefined {
  const highest = decodeIfAny(lastRow, sql.highest.get({}))?.last ?? 0;
  return highest > head.id ? { id: head.id + 1, why: "tail-missing" } : undefined;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function prepare(database: Database) {
  const columns = `id, at, who, what, subject AS "on", event, detail, hash`;
  return {
    append: database.prepare(`
      INSERT INTO audit (id, at, who, what, subject, event, detail, hash)
      VALUES (@id, @at, @who, @what, @on, @event, @detail, @hash)`),
    find: database.prepare(`
      SELECT ${columns} FROM audit
      WHERE (@who IS NULL OR who = @who) AND (@on IS NULL OR subject = @on)
        AND (@since IS NULL OR at >= @since) AND (@before IS NULL OR at < @before)
        AND (@under IS NULL OR id < @under)
      ORDER BY id DESC LIMIT @limit`),
    page: database.prepare(
      `SELECT ${columns} FROM audit WHERE id > @after ORDER BY id LIMIT @limit`,
    ),
    head: database.prepare("SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1"),
    link: database.prepare("SELECT id, hash FROM audit WHERE id = @id"),
    cut: database.prepare(
      "SELECT id, hash, count, at, signature FROM audit_cut ORDER BY id DESC LIMIT 1",
    ),
    chained: database.prepare("SELECT 1 FROM audit WHERE hash <> '' LIMIT 1"),
    chain: database.prepare("UPDATE audit SET hash = @hash WHERE id = @id"),
    firstKept: database.prepare("SELECT min(id) AS last FROM audit WHERE at >= @before"),
    keepCut: database.prepare(`
      INSERT INTO audit_cut (id, hash, count, at, signature)
      VALUES (@id, @hash, @count, @at, @signature)`),
    remove: database.prepare("DELETE FROM audit WHERE id <= @through"),
    highest: database.prepare("SELECT seq AS last FROM sqlite_sequence WHERE name = 'audit'"),
  };
}
