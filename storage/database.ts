// Opens a database file so that it is ours alone; the only door to SQLite.
import { chmodSync, closeSync, openSync, rmSync } from "node:fs";
import Sqlite from "better-sqlite3";
import { Refusal } from "../src/core/errors.ts";

export type Value = string | number | null | Uint8Array;
export type Values = Readonly<Record<string, Value>>;

/** Prepared once; parameters are named, as in `@event`. Rows are whatever the file holds: decode them. */
export interface Statement {
  /** How many rows changed. */
  run(values: Values): number;
  /** The id of the row inserted. */
  insert(values: Values): number;
  get(values: Values): unknown;
  all(values: Values): readonly unknown[];
}

/** Throws Refusal `disk-full` and `database-unusable` from every method. */
export interface Database {
  prepare(sql: string): Statement;
  /** Runs SQL that gives no rows. */
  execute(sql: string): void;
  /** All or nothing; inside another one it is a part of that. */
  together<T>(act: () => T): T;
  /** All of it as it is at one moment, while it goes on being used; `copy` is made anew. */
  copyTo(copy: string): Promise<void>;
  close(): void;
}

/** Another moot may be on its way out: so long it is waited for. */
const PATIENCE = 1000;
const OURS_ALONE = 0o600;
/** Bytes; else the journal stays as large as it ever was. */
const LARGEST_JOURNAL = 4 * 1024 * 1024;

/** What to do with a file that is damaged. */
export const FROM_BACKUP = "put the newest backup in its place";

export function openDatabase(path: string, cure = FROM_BACKUP): Database {
  return refusing({ path, cure }, () => {
    makeFile(path);
    const sqlite = new Sqlite(path, { timeout: PATIENCE });
    try {
      // Set before the first read: then the lock is taken once, and no memory is shared through a file.
      sqlite.pragma("locking_mode = EXCLUSIVE");
      sqlite.pragma("journal_mode = WAL");
      sqlite.pragma("synchronous = FULL");
      sqlite.pragma(`journal_size_limit = ${LARGEST_JOURNAL}`);
      sqlite.pragma("foreign_keys = ON");
      sqlite.exec("BEGIN IMMEDIATE; COMMIT");
    } catch (error) {
      sqlite.close();
      throw error;
    }
    return guarded(sqlite, { path, cure });
  });
}

/** A database that is gone with the process. */
export function openMemory(): Database {
  return guarded(new Sqlite(":memory:"), { path: ":memory:", cure: FROM_BACKUP });
}

/** The mode is set by path: to open and close the file here would drop this process's own locks on it. */
function makeFile(path: string): void {
  try {
    closeSync(openSync(path, "wx", OURS_ALONE));
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
    chmodSync(path, OURS_ALONE);
  }
}

interface Place {
  readonly path: string;
  readonly cure: string;
}

function guarded(sqlite: Sqlite.Database, place: Place): Database {
  const guard = <T>(act: () => T): T => refusing(place, act);
  return {
    prepare(sql) {
      const statement = guard(() => sqlite.prepare<[Values]>(sql));
      return {
        run: (values) => guard(() => statement.run(values).changes),
        insert: (values) => guard(() => Number(statement.run(values).lastInsertRowid)),
        get: (values) => guard(() => statement.get(values)),
        all: (values) => guard(() => statement.all(values)),
      };
    },
    execute: (sql) => guard(() => void sqlite.exec(sql)),
    together: (act) => guard(() => sqlite.transaction(act).immediate()),
    copyTo: async (copy) => {
      const there = { ...place, path: copy };
      refusing(there, () => {
        rmSync(copy, { force: true });
        makeFile(copy);
      });
      await sqlite.backup(copy).catch((error: unknown) => refusing(there, () => raise(error)));
    },
    close: () => void sqlite.close(),
  };
}

function raise(error: unknown): never {
  throw error;
}

/** Turns what the operator can mend into refusals. */
function refusing<T>({ path, cure }: Place, act: () => T): T {
  try {
    return act();
  } catch (error) {
    const code = codeOf(error);
    if (code === "SQLITE_FULL" || code === "ENOSPC") {
      throw new Refusal({ kind: "disk-full", where: path }, error);
    }
    const problem = code.startsWith("SQLITE_CORRUPT")
      ? `it is damaged; move it away and ${cure}`
      : PROBLEMS.find(([pattern]) => pattern.test(code))?.[1];
    if (problem === undefined) throw error;
    throw new Refusal({ kind: "database-unusable", path, problem }, error);
  }
}

const PROBLEMS: readonly (readonly [code: RegExp, problem: string])[] = [
  [
    /^SQLITE_BUSY/,
    "another moot is using it; stop that one first, or give this one a file of its own",
  ],
  [
    /^SQLITE_NOTADB/,
    "it is no database; name another file under storage.database, or move this one away",
  ],
  [/^ENOENT|^ENOTDIR/, "its folder is not there; make it, or name another under storage.database"],
  [
    /^EACCES|^EPERM|^EROFS|^SQLITE_READONLY|^SQLITE_CANTOPEN|^SQLITE_PERM/,
    "it may not be read and written by the user moot runs as; mend its owner or mode",
  ],
];

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
