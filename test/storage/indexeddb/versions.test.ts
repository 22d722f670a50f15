// How a database gets its stores, and what is refused.
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { openMemory, type Database } from "../../../storage/database.ts";
import { mountIndexedDb } from "../../../storage/indexeddb/index.ts";
import { migrate, readMigrations } from "../../../storage/migrate.ts";
import { call, hear, opened, read, type Globals } from "./player.ts";

let globals: Globals;
let database: Database;

beforeEach(() => {
  database = openMemory();
  migrate(database, ":memory:", readMigrations("crypto-migrations"));
  const mounted = mountIndexedDb("shelf", database);
  onTestFinished(() => mounted.unmount());
  globals = {
    indexedDB: Reflect.get(globalThis, "indexedDB"),
    IDBKeyRange: Reflect.get(globalThis, "IDBKeyRange"),
  };
});

const nothing = (): void => undefined;

function named(name: string): unknown {
  return expect.objectContaining({ name });
}

test("each version builds on the one before, and an older one is refused", async () => {
  const versions: unknown[] = [];
  const note = (_: unknown, __: unknown, event: unknown): void => {
    versions.push([read(event, "oldVersion"), read(event, "newVersion")]);
  };
  const first = await opened(globals, "shelf", 2, (made, request, event) => {
    note(made, request, event);
    call(made, "createObjectStore", "old");
  });
  call(first, "close");
  const second = await opened(globals, "shelf", 5, (made, request, event) => {
    note(made, request, event);
    call(made, "deleteObjectStore", "old");
    call(made, "createObjectStore", "new");
  });
  expect([...names(second)]).toEqual(["new"]);
  await opened(globals, "shelf", 5, note);
  expect(versions).toEqual([
    [0, 2],
    [2, 5],
  ]);
  await expect(opened(globals, "shelf", 4, note)).rejects.toThrow("VersionError");
});

test("a change that is given up leaves the version and the stores as they were", async () => {
  const failing = opened(globals, "shelf", 1, (made, request) => {
    call(made, "createObjectStore", "half");
    call(read(request, "transaction"), "abort");
  });
  await expect(failing).rejects.toThrow("AbortError");
  const thrown = opened(globals, "shelf", 1, (made) => {
    call(made, "createObjectStore", "half");
    throw new Error("a bug of the library");
  });
  await expect(thrown).rejects.toThrow("UnknownError");
  const whole = await opened(globals, "shelf", 1, (made) => {
    call(made, "createObjectStore", "whole");
  });
  expect([...names(whole)]).toEqual(["whole"]);
});

test("an index made later lists what is there, and is refused where two have its key", async () => {
  const first = await opened(globals, "shelf", 1, (made) => {
    const store = call(made, "createObjectStore", "play");
    for (const key of [1, 2]) call(store, "put", { a: "same", b: 3 - key }, key);
  });
  call(first, "close");
  const indexing = (path: string, unique: boolean) => (_: unknown, request: unknown) => {
    const store = call(read(request, "transaction"), "objectStore", "play");
    call(store, "createIndex", path, path, { unique });
  };
  await expect(opened(globals, "shelf", 2, indexing("a", true))).rejects.toThrow("ConstraintError");
  const second = await opened(globals, "shelf", 2, indexing("b", true));
  const store = call(call(second, "transaction", "play"), "objectStore", "play");
  const keys = call(call(store, "index", "b"), "getAllKeys");
  await new Promise<void>((resolve) => hear(keys, "success", () => resolve()));
  expect(read(keys, "result")).toEqual([2, 1]);
});

test("what the library does not use is refused, and so is what cannot be", async () => {
  const made = await opened(globals, "shelf", 1, (fresh) => {
    expect(() => call(fresh, "createObjectStore", "x", { keyPath: "id" })).toThrow(
      named("NotSupportedError"),
    );
    const store = call(fresh, "createObjectStore", "play");
    const multi = { multiEntry: true };
    expect(() => call(store, "createIndex", "x", "x", multi)).toThrow(named("NotSupportedError"));
    expect(() => call(fresh, "createObjectStore", "play")).toThrow(named("ConstraintError"));
  });
  const { indexedDB } = globals;
  for (const method of ["deleteDatabase", "databases", "cmp"])
    expect(() => call(indexedDB, method, "shelf")).toThrow(named("NotSupportedError"));
  expect(() => call(made, "addEventListener", "close", nothing)).toThrow(
    named("NotSupportedError"),
  );
  expect(() => call(made, "createObjectStore", "late")).toThrow(named("InvalidStateError"));
  expect(() => call(made, "transaction", ["none"])).toThrow(named("NotFoundError"));
  expect(() => call(made, "transaction", [])).toThrow(named("InvalidAccessError"));
  const transaction = call(made, "transaction", ["play"], "readwrite");
  const store = call(transaction, "objectStore", "play");
  expect(() => call(store, "put", nothing, 1)).toThrow(named("DataCloneError"));
  expect(() => call(store, "openCursor", null, "prev")).toThrow(named("NotSupportedError"));
  for (const method of ["getKey", "openKeyCursor", "deleteIndex"])
    expect(() => call(store, method, "x")).toThrow(named("NotSupportedError"));
  expect(() => read(call(store, "get", 1), "result")).toThrow(named("InvalidStateError"));
  await new Promise<void>((resolve) => hear(transaction, "complete", () => resolve()));
  expect(() => call(store, "get", 1)).toThrow(named("TransactionInactiveError"));
  call(made, "close");
  expect(() => call(made, "transaction", ["play"])).toThrow(named("InvalidStateError"));
  await expect(opened(globals, "elsewhere", 1, nothing)).rejects.toThrow("UnknownError");
});

test("what SQLite cannot write is given up whole, and the reason is kept for who can mend it", async () => {
  database.execute(
    "CREATE TRIGGER full BEFORE INSERT ON idb_record BEGIN SELECT RAISE(FAIL, 'disk'); END",
  );
  const failing = opened(globals, "shelf", 1, (made) => {
    call(call(made, "createObjectStore", "play"), "put", 1, 1);
  });
  await expect(failing).rejects.toThrow("UnknownError");
  database.execute("DROP TRIGGER full");
  const made = await opened(globals, "shelf", 1, nothing);
  expect([...names(made)]).toEqual([]);
});

function names(made: unknown): Iterable<unknown> {
  const list = read(made, "objectStoreNames");
  return Array.from({ length: Number(read(list, "length")) }, (_, at) => call(list, "item", at));
}
