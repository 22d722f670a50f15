// Which files are opened as moot's database, and which are refused with what to do.
import { existsSync, mkdirSync, statSync, writeFileSync, chmodSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import Sqlite from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { Refusal, type RefusalReason } from "../../src/core/errors.ts";
import { openDatabase, openMemory } from "../../storage/database.ts";
import { openLedger } from "../../storage/ledger.ts";
import { migrate } from "../../storage/migrate.ts";
import { freshPath, opened } from "./opened.ts";
import { asked, typed } from "./samples.ts";

function refusalOf(act: () => unknown): RefusalReason {
  try {
    act();
  } catch (error) {
    if (error instanceof Refusal) return error.reason;
    throw error;
  }
  throw new Error("it was not refused");
}

function problemOf(path: string): string {
  const reason = refusalOf(() => openLedger(path));
  expect(reason).toMatchObject({ kind: "database-unusable", path });
  return reason.kind === "database-unusable" ? reason.problem : "";
}

/** A ledger's file after somebody else has been at it. */
function edited(sql: string): string {
  const path = freshPath();
  openLedger(path).close();
  const sqlite = new Sqlite(path);
  sqlite.exec(sql);
  sqlite.close();
  return path;
}

describe("a database", () => {
  test("is made for its owner alone, and what was kept is there again", () => {
    const path = freshPath();
    const first = openLedger(path);
    first.inbox.record([typed("a")], 1);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    first.close();
    chmodSync(path, 0o644);
    expect(opened(path).inbox.pending(1)).toHaveLength(1);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test("shares no memory through a file, and its log is as private as itself", () => {
    const path = freshPath();
    opened(path).inbox.record([typed("a")], 1);
    expect(existsSync(`${path}-shm`)).toBe(false);
    expect(statSync(`${path}-wal`).mode & 0o777).toBe(0o600);
  });

  test("is refused to a second moot, and stays with the first", () => {
    const path = freshPath();
    const first = opened(path);
    expect(problemOf(path)).toContain("another moot is using it");
    first.inbox.record([typed("a")], 1);
    expect(problemOf(path)).toContain("another moot is using it");
  });

  test("that a newer moot wrote is refused", () => {
    expect(problemOf(edited("PRAGMA user_version = 99"))).toContain("schema 99");
  });

  test("of another program is refused, its tables untouched", () => {
    const path = edited("PRAGMA application_id = 7");
    expect(problemOf(path)).toContain("another program");
    const foreign = freshPath();
    new Sqlite(foreign).exec("CREATE TABLE t (a)").close();
    const before = readFileSync(foreign);
    expect(problemOf(foreign)).toContain("another program");
    expect(readFileSync(foreign).subarray(100)).toEqual(before.subarray(100));
  });

  test.each([
    ["a dropped trigger", "DROP TRIGGER audit_is_not_deleted", "audit_is_not_deleted"],
    ["a dropped index", "DROP INDEX job_holds_app", "job_holds_app"],
    ["a new column", "ALTER TABLE job ADD COLUMN x TEXT", "table job"],
    ["a new trigger", "CREATE TRIGGER t DELETE ON fact BEGIN SELECT 1; END", "trigger t"],
  ])("with %s is refused, and the place is named", (_, sql, place) => {
    expect(problemOf(edited(sql))).toContain(place);
  });

  test("that is no database, or a damaged one, is refused", () => {
    const text = freshPath();
    writeFileSync(text, "dear diary ".repeat(1000));
    expect(problemOf(text)).toContain("no database");
    const path = freshPath();
    const ledger = openLedger(path);
    ledger.jobs.enqueue(asked("c"), 1);
    ledger.close();
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0xff, 4096));
    expect(problemOf(path)).toContain("damaged");
  });

  test("in a folder that is not there, or that is a folder, is refused", () => {
    const path = freshPath();
    expect(problemOf(join(dirname(path), "missing", "moot.db"))).toContain("folder");
    mkdirSync(path);
    expect(problemOf(path)).toContain("read and written");
  });

  test("whose rows were edited by hand does not pass for ours", () => {
    const path = freshPath();
    const ledger = openLedger(path);
    ledger.jobs.enqueue(asked("c"), 1);
    ledger.close();
    const sqlite = new Sqlite(path);
    sqlite.exec(`UPDATE job SET plan = json_remove(plan, '$.tier')`);
    sqlite.close();
    expect(() => opened(path).jobs.active()).toThrow("tier");
  });
});

describe("the schema", () => {
  test.each([
    ["audit is changed", "UPDATE audit SET who = 'x'", "append only"],
    ["audit is removed", "DELETE FROM audit", "append only"],
    [
      "second job takes a held app",
      "INSERT INTO job SELECT 2, app, server, room, 'x', by, verb, plan, state, 1, NULL, NULL, NULL, NULL, NULL FROM job",
      "job.app",
    ],
    ["job runs without a start", "UPDATE job SET state = 'running'", "CHECK"],
    ["job that is open has an end", "UPDATE job SET ended_at = 1", "CHECK"],
    ["state is made up", "UPDATE job SET state = 'done', ended_at = 1", "CHECK"],
    ["time is a text", "UPDATE job SET queued_at = 'noon'", "INTEGER"],
  ])("bars that %s", (_, sql, reason) => {
    const path = freshPath();
    const ledger = openLedger(path);
    ledger.jobs.enqueue(asked("c"), 1);
    ledger.audit.append({ who: "a", what: "start", detail: {} }, 1);
    ledger.close();
    const database = openDatabase(path);
    expect(() => database.execute(sql)).toThrow(reason);
    database.close();
  });

  test("lets no ended job be changed", () => {
    const path = freshPath();
    const ledger = openLedger(path);
    ledger.jobs.enqueue(asked("c"), 1);
    ledger.jobs.advance(1, "queued", "cancelled", 2);
    ledger.close();
    const database = openDatabase(path);
    expect(() => database.execute("UPDATE job SET state = 'failed'")).toThrow("has ended");
    database.close();
  });

  test("is brought up one migration after the other, each whole or not at all", () => {
    const database = openMemory();
    const first = "PRAGMA application_id = 0x6d6f6f74; CREATE TABLE a (x TEXT) STRICT";
    migrate(database, "memory", [first]);
    const broken = [first, "CREATE TABLE b (x TEXT) STRICT; CREATE TABLE a (x TEXT)"];
    expect(() => migrate(database, "memory", broken)).toThrow("already exists");
    const mended = [first, "CREATE TABLE b (x TEXT) STRICT"];
    migrate(database, "memory", mended);
    migrate(database, "memory", mended);
    expect(database.prepare("PRAGMA user_version").get({})).toEqual({ user_version: 2 });
    database.close();
  });
});
