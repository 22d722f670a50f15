// The audit is a chain in the database: kept, cut by a signed stub alone, and found when edited by hand.
import { readFileSync } from "node:fs";
import Sqlite from "better-sqlite3";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { AuditQuery } from "../../src/core/audit.ts";
import { openDatabase } from "../../storage/database.ts";
import { openLedger } from "../../storage/ledger.ts";
import { migrate } from "../../storage/migrate.ts";
import { verified } from "../core/chain-export.ts";
import { freshPath, opened } from "./opened.ts";

const ALL = 1_000;

/** A ledger with that many entries, made at 1, 2, 3 …, closed. */
function trailOf(count: number): string {
  const path = freshPath();
  const ledger = openLedger(path);
  for (let at = 1; at <= count; at += 1)
    ledger.audit.append({ who: "moot", what: "start", detail: { at } }, at);
  ledger.close();
  return path;
}

/** Does to the file what somebody with sqlite3 could, who puts the triggers back afterwards. */
function editByHand(path: string, sql: string): void {
  const sqlite = new Sqlite(path);
  const triggers = sqlite
    .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND name LIKE 'audit%'")
    .all();
  const all = z.array(z.object({ name: z.string(), sql: z.string() })).parse(triggers);
  for (const { name } of all) sqlite.exec(`DROP TRIGGER ${name}`);
  sqlite.exec(sql);
  for (const { sql: trigger } of all) sqlite.exec(trigger);
  sqlite.close();
}

describe("the chain in the database", () => {
  test("goes on over restarts, and its export holds", () => {
    const path = trailOf(3);
    const { audit } = opened(path);
    audit.append({ who: "moot", what: "start", detail: {} }, 4);
    const { hash } = audit.head();
    expect(verified(audit.export(9), hash)).toMatchObject({ entries: 4, anchored: { id: 4 } });
    expect(audit.check(ALL)).toBeUndefined();
  });

  test("takes any text, also half a character, and the export holds", () => {
    const { audit } = opened();
    const text = fc.string({
      unit: fc.integer({ max: 0xffff }).map((unit) => String.fromCharCode(unit)),
    });
    fc.assert(
      fc.property(text, text, text, (who, on, typed) => {
        audit.append({ who, what: "command", on, detail: { typed } }, 1);
      }),
    );
    expect(audit.check(ALL)).toBeUndefined();
    expect(verified(audit.export(9))).toMatchObject({ kind: "consistent", entries: 100 });
  });

  test("takes in the entries from before there was a chain", () => {
    const path = freshPath();
    const first = new URL("../../storage/migrations/0001-first.sql", import.meta.url);
    const database = openDatabase(path);
    migrate(database, path, [readFileSync(first, "utf8")]);
    database.execute(`INSERT INTO audit (at, who, what, detail)
      VALUES (1, 'moot', 'start', '{"b":1,"a":2}'), (2, '@ana:x', 'command', 'null')`);
    database.close();
    const { audit } = opened(path);
    audit.append({ who: "moot", what: "start", detail: {} }, 3);
    expect(audit.check(ALL)).toBeUndefined();
    expect(verified(audit.export(9))).toMatchObject({ kind: "consistent", entries: 3 });
  });

  test.each([
    ["a changed word", "UPDATE audit SET who = '@eve:x' WHERE id = 3", { id: 3, why: "changed" }],
    ["a changed time", "UPDATE audit SET at = 9 WHERE id = 5", { id: 5, why: "changed" }],
    ["a changed hash", "UPDATE audit SET hash = '' WHERE id = 2", { id: 2, why: "changed" }],
    ["a missing row", "DELETE FROM audit WHERE id = 3", { id: 3, why: "missing" }],
    ["a missing beginning", "DELETE FROM audit WHERE id < 3", { id: 1, why: "missing" }],
    ["a missing end", "DELETE FROM audit WHERE id > 3", { id: 4, why: "tail-missing" }],
    [
      "a row of one's own",
      "INSERT INTO audit (at, who, what, detail) VALUES (9, '@ana:x', 'command', '{}')",
      { id: 6, why: "changed" },
    ],
    [
      "a cut of one's own",
      `INSERT INTO audit_cut SELECT id, hash, id, 9, '00' FROM audit WHERE id = 2;
       DELETE FROM audit WHERE id <= 2`,
      { id: 2, why: "cut-forged" },
    ],
  ])("%s is found at the next start", (_, sql, found) => {
    const path = trailOf(5);
    editByHand(path, sql);
    expect(opened(path).audit.check(ALL)).toEqual(found);
  });

  test("is checked as far back as is asked", () => {
    const path = trailOf(5);
    editByHand(path, "UPDATE audit SET who = '@eve:x' WHERE id = 2");
    const { audit } = opened(path);
    expect(audit.check(2)).toBeUndefined();
    expect(audit.check(4)).toEqual({ id: 2, why: "changed" });
  });
});

describe("a cut", () => {
  test("takes the oldest away, leaves a signed stub, and the chain goes on", () => {
    const path = trailOf(5);
    const first = openLedger(path);
    const before = first.audit.recent(3).at(-1)?.hash;
    expect(first.audit.cut(3, 9)).toBe(2);
    expect(first.audit.cut(3, 9)).toBe(0);
    first.close();
    const { audit } = opened(path);
    expect(audit.recent(9).map(({ id }) => id)).toEqual([5, 4, 3]);
    expect(audit.check(ALL)).toBeUndefined();
    expect(verified(audit.export(10), before)).toMatchObject({
      entries: 3,
      anchored: { id: 3, entries: 1 },
      cut: { id: 2, at: 9 },
    });
  });

  test("may take all there is, and again later", () => {
    const { audit } = opened(trailOf(3));
    expect(audit.cut(100, 100)).toBe(3);
    audit.append({ who: "moot", what: "cut", detail: {} }, 101);
    expect(audit.recent(9)).toMatchObject([{ id: 4 }]);
    expect(audit.cut(200, 200)).toBe(1);
    audit.append({ who: "moot", what: "cut", detail: {} }, 201);
    expect(verified(audit.export(300))).toMatchObject({ entries: 1, cut: { id: 4, at: 200 } });
    expect(audit.check(ALL)).toBeUndefined();
  });

  test("takes nothing that is newer, and nothing that is older but came after something newer", () => {
    const { audit } = opened();
    for (const at of [1, 50, 2, 60]) audit.append({ who: "moot", what: "start", detail: {} }, at);
    expect(audit.cut(40, 99)).toBe(1);
    expect(audit.recent(9).map(({ at }) => at)).toEqual([60, 2, 50]);
  });
});

describe("the schema of the audit", () => {
  const hash = "0".repeat(64);
  test.each([
    ["an entry is changed", "UPDATE audit SET who = 'x'", "append only"],
    ["a hash is taken off", "UPDATE audit SET hash = ''", "append only"],
    ["an entry is removed", "DELETE FROM audit", "append only"],
    [
      "an entry has no hash",
      "INSERT INTO audit (at, who, what, detail) VALUES (1, 'x', 'y', 'null')",
      "has a hash",
    ],
    [
      "a cut ends with no entry",
      `INSERT INTO audit_cut VALUES (2, '${hash}', 2, 1, '')`,
      "ends with an entry",
    ],
    ["the key is changed", "UPDATE audit_key SET secret = 'x'", "stays"],
    ["the key is removed", "DELETE FROM audit_key", "stays"],
    ["there is a second key", "INSERT INTO audit_key VALUES (2, 'x')", "CHECK"],
  ])("bars that %s", (_, sql, reason) => {
    const database = openDatabase(trailOf(3));
    expect(() => database.execute(sql)).toThrow(reason);
    database.close();
  });
});

test("entries are found by who, by what they are about, and by time, the newest first", () => {
  const { audit } = opened();
  const about = (on: string): { readonly on: string } => ({ on });
  audit.append({ who: "@ana:x", what: "command", ...about("a.x"), detail: {} }, 1);
  audit.append({ who: "@bea:x", what: "command", ...about("b.x"), detail: {} }, 2);
  audit.append({ who: "@ana:x", what: "command", ...about("b.x"), detail: {} }, 3);
  const ids = (query: Omit<AuditQuery, "limit">): readonly number[] =>
    audit.find({ ...query, limit: 9 }).map(({ id }) => id);
  expect(ids({})).toEqual([3, 2, 1]);
  expect(ids({ who: "@ana:x" })).toEqual([3, 1]);
  expect(ids({ on: "b.x" })).toEqual([3, 2]);
  expect(ids({ on: "b.x", who: "@ana:x" })).toEqual([3]);
  expect(ids({ since: 2, before: 3 })).toEqual([2]);
  expect(ids({ under: 3 })).toEqual([2, 1]);
});
