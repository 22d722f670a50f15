// The tables in which the stores of IndexedDB stand, and the shape of those stores.
import { z } from "zod";
import type { Database } from "../database.ts";
import { decode, decodeIfAny, jsonText } from "../decode.ts";
import { failure } from "./errors.ts";
import { keyPath, type KeyPath } from "./paths.ts";
import type { Stretch } from "./range.ts";
import { Writes } from "./writes.ts";

export interface IndexShape {
  readonly id: number;
  readonly path: KeyPath;
  readonly isUnique: boolean;
}

export interface StoreShape {
  readonly id: number;
  readonly indexes: Map<string, IndexShape>;
}

export interface DatabaseShape {
  version: number;
  readonly stores: Map<string, StoreShape>;
}

/** `place`: by what it is sorted; in an index, the record's key stands behind the key there. */
export interface Row {
  readonly place: Uint8Array;
  readonly primary: Uint8Array;
  readonly value: Uint8Array;
}

const bytes = z.instanceof(Uint8Array);
const row = z.strictObject({ place: bytes, primary: bytes, value: bytes });
const primaryRow = z.strictObject({ primary: bytes });
const countRow = z.strictObject({ count: z.int() });
const databaseRow = z.strictObject({ name: z.string(), version: z.int() });
const storeRow = z.strictObject({ id: z.int(), database: z.string(), name: z.string() });
const indexRow = z.strictObject({
  id: z.int(),
  store: z.int(),
  name: z.string(),
  path: jsonText(keyPath),
  isUnique: z.int().transform((flag) => flag === 1),
});

/** One file. Writing happens within the transaction that runs; see transaction.ts. */
export class Shelf {
  readonly writes: Writes;
  /** Why a write failed, where a person can mend that: the library passes on no more than a word of it. */
  trouble: unknown;
  readonly #shapes = new Map<string, DatabaseShape>();
  readonly #sql: ReturnType<typeof prepare>;

  constructor(database: Database) {
    this.writes = new Writes(database);
    this.#sql = prepare(database);
    this.reload();
  }

  /** Reads the shapes anew: what a transaction made of them is gone with it. */
  reload(): void {
    this.#shapes.clear();
    const { databases, stores, indexes } = this.#sql;
    for (const found of databases.all({})) {
      const { name, version } = decode(databaseRow, found);
      this.#shapes.set(name, { version, stores: new Map() });
    }
    const byId = new Map<number, StoreShape>();
    for (const found of stores.all({})) {
      const { id, database, name } = decode(storeRow, found);
      const shape: StoreShape = { id, indexes: new Map() };
      byId.set(id, shape);
      this.#shapes.get(database)?.stores.set(name, shape);
    }
    for (const found of indexes.all({})) {
      const { store, name, ...shape } = decode(indexRow, found);
      byId.get(store)?.indexes.set(name, shape);
    }
  }

  shapeOf(name: string): DatabaseShape {
    return this.#shapes.get(name) ?? { version: 0, stores: new Map() };
  }

  setVersion(name: string, version: number): void {
    this.#sql.setVersion.run({ name, version });
    const shape = this.shapeOf(name);
    shape.version = version;
    this.#shapes.set(name, shape);
  }

  addStore(database: string, name: string): StoreShape {
    const shape = { id: this.#sql.addStore.insert({ database, name }), indexes: new Map() };
    this.shapeOf(database).stores.set(name, shape);
    return shape;
  }

  dropStore(database: string, name: string): void {
    const { stores } = this.shapeOf(database);
    const shape = stores.get(name);
    if (shape === undefined) throw failure("NotFoundError", `there is no store ${name}`);
    for (const { id } of shape.indexes.values()) this.#sql.dropEntries.run({ id });
    this.#sql.dropRecords.run({ id: shape.id });
    this.#sql.dropStore.run({ id: shape.id });
    stores.delete(name);
  }

  addIndex(store: StoreShape, name: string, path: KeyPath, isUnique: boolean): IndexShape {
    const values = { store: store.id, name, path: JSON.stringify(path) };
    const id = this.#sql.addIndex.insert({ ...values, isUnique: isUnique ? 1 : 0 });
    const shape = { id, path, isUnique };
    store.indexes.set(name, shape);
    return shape;
  }

  rows(store: StoreShape, { from, to }: Stretch, limit: number): readonly Row[] {
    return this.#sql.rows.all({ store: store.id, from, to, limit }).map((one) => decode(row, one));
  }

  rowsBy(
    index: IndexShape,
    store: StoreShape,
    { from, to }: Stretch,
    limit: number,
  ): readonly Row[] {
    const values = { idx: index.id, store: store.id, from, to, limit };
    return this.#sql.rowsBy.all(values).map((one) => decode(row, one));
  }

  primaries(store: StoreShape, { from, to }: Stretch, limit: number): readonly Uint8Array[] {
    const found = this.#sql.primaries.all({ store: store.id, from, to, limit });
    return found.map((one) => decode(primaryRow, one).primary);
  }

  primariesBy(index: IndexShape, { from, to }: Stretch, limit: number): readonly Uint8Array[] {
    const found = this.#sql.primariesBy.all({ idx: index.id, from, to, limit });
    return found.map((one) => decode(primaryRow, one).primary);
  }

  count(store: StoreShape, { from, to }: Stretch): number {
    return decode(countRow, this.#sql.count.get({ store: store.id, from, to })).count;
  }

  countBy(index: IndexShape, { from, to }: Stretch): number {
    return decode(countRow, this.#sql.countBy.get({ idx: index.id, from, to })).count;
  }

  /** Whether another record than this one has the key in a unique index. */
  isTaken(index: IndexShape, { from, to }: Stretch, record: Uint8Array): boolean {
    const found = this.#sql.another.get({ idx: index.id, from, to, record });
    return decodeIfAny(primaryRow, found) !== undefined;
  }

  write(store: StoreShape, key: Uint8Array, value: Uint8Array): void {
    this.#sql.write.run({ store: store.id, key, value });
  }

  enter(index: IndexShape, key: Uint8Array, record: Uint8Array): void {
    this.#sql.enter.run({ idx: index.id, place: Buffer.concat([key, record]), record });
  }

  /** Takes the records out of every index. */
  unlist(store: StoreShape, { from, to }: Stretch): void {
    for (const { id } of store.indexes.values()) this.#sql.unlist.run({ idx: id, from, to });
  }

  remove(store: StoreShape, stretch: Stretch): void {
    this.unlist(store, stretch);
    this.#sql.remove.run({ store: store.id, from: stretch.from, to: stretch.to });
  }
}

const WITHIN = "key >= @from AND key < @to";
const PLACED = "place >= @from AND place < @to";

function prepare(database: Database) {
  const records = `FROM idb_record WHERE store = @store AND ${WITHIN}`;
  const entries = `FROM idb_entry WHERE idx = @idx AND ${PLACED}`;
  return {
    databases: database.prepare("SELECT name, version FROM idb_database"),
    stores: database.prepare("SELECT id, database, name FROM idb_store"),
    indexes: database.prepare("SELECT id, store, name, path, is_unique AS isUnique FROM idb_index"),
    setVersion: database.prepare(`INSERT INTO idb_database (name, version) VALUES (@name, @version)
      ON CONFLICT (name) DO UPDATE SET version = excluded.version`),
    addStore: database.prepare("INSERT INTO idb_store (database, name) VALUES (@database, @name)"),
    dropStore: database.prepare("DELETE FROM idb_store WHERE id = @id"),
    dropRecords: database.prepare("DELETE FROM idb_record WHERE store = @id"),
    dropEntries: database.prepare("DELETE FROM idb_entry WHERE idx = @id"),
    addIndex: database.prepare(`INSERT INTO idb_index (store, name, path, is_unique)
      VALUES (@store, @name, @path, @isUnique)`),
    rows: database.prepare(
      `SELECT key AS place, key AS "primary", value ${records} ORDER BY key LIMIT @limit`,
    ),
    rowsBy: database.prepare(`SELECT listed.place, listed.record AS "primary", idb_record.value
      FROM (SELECT place, record ${entries} ORDER BY place LIMIT @limit) AS listed
      JOIN idb_record ON idb_record.store = @store AND idb_record.key = listed.record
      ORDER BY listed.place`),
    primaries: database.prepare(`SELECT key AS "primary" ${records} ORDER BY key LIMIT @limit`),
    primariesBy: database.prepare(
      `SELECT record AS "primary" ${entries} ORDER BY place LIMIT @limit`,
    ),
    count: database.prepare(`SELECT count(*) AS count ${records}`),
    countBy: database.prepare(`SELECT count(*) AS count ${entries}`),
    another: database.prepare(
      `SELECT record AS "primary" ${entries} AND record <> @record LIMIT 1`,
    ),
    write:
      database.prepare(`INSERT INTO idb_record (store, key, value) VALUES (@store, @key, @value)
      ON CONFLICT (store, key) DO UPDATE SET value = excluded.value`),
    enter: database.prepare(
      "INSERT INTO idb_entry (idx, place, record) VALUES (@idx, @place, @record)",
    ),
    // Named, since the planner would look through the whole index by its first column.
    unlist: database.prepare(`DELETE FROM idb_entry INDEXED BY idb_entry_record
      WHERE idx = @idx AND record >= @from AND record < @to`),
    remove: database.prepare(`DELETE ${records}`),
  };
}
