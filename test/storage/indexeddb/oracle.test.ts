// Over SQLite everything is answered as another implementation answers it, also after the file was closed and opened.
import fc from "fast-check";
import * as fake from "fake-indexeddb";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { openDatabase, type Database } from "../../../storage/database.ts";
import { mountIndexedDb } from "../../../storage/indexeddb/index.ts";
import { migrate, readMigrations } from "../../../storage/migrate.ts";
import { freshPath } from "../opened.ts";
import { openedForPlay, play, type Act, type Globals, type Query, type Turn } from "./player.ts";

const key = fc.oneof(
  fc.integer({ min: 0, max: 6 }),
  fc.constantFrom("a", "b", "c"),
  fc.constantFrom([1], ["a", 2], []),
);
const part = fc.oneof(key, fc.constantFrom(undefined, null, { x: 1 }));
const value = fc.oneof(
  { weight: 8, arbitrary: fc.record({ a: part, b: part, only: part }, { requiredKeys: [] }) },
  fc.constantFrom("text", 5, new Uint8Array([1, 2]), { a: { deep: [1, null] } }),
);
const query: fc.Arbitrary<Query> = fc
  .oneof(
    fc.constant({ kind: "all" } as const),
    key.map((one) => ({ kind: "key", key: one }) as const),
    fc.record(
      {
        kind: fc.constant("range" as const),
        lower: key,
        upper: key,
        isLowerOpen: fc.boolean(),
        isUpperOpen: fc.boolean(),
      },
      { requiredKeys: ["kind", "isLowerOpen", "isUpperOpen"] },
    ),
  )
  .filter((one) => one.kind !== "range" || one.lower !== undefined || one.upper !== undefined);
const index = fc.option(fc.constantFrom("one", "two", "alone"), { nil: undefined }).map((name) => {
  return name === undefined ? {} : { index: name };
});
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom("put", "add"), value, key }) },
  fc.record({ kind: fc.constantFrom("get", "delete"), query }),
  fc.constant({ kind: "clear" } as const),
  fc
    .tuple(fc.constantFrom("getAll", "getAllKeys", "count"), query, index)
    .map(([kind, asked, by]) => ({ kind, query: asked, ...by })),
  fc
    .tuple(query, index, fc.constantFrom("look", "update", "delete"))
    // A record that changes its place under a cursor may be met again, and again.
    .map(([asked, by, then]) => ({ kind: "walk" as const, query: asked, ...by, then }))
    .filter((walk) => walk.then !== "update" || !("index" in walk)),
);
const turn: fc.Arbitrary<Turn> = fc.record({
  mode: fc.constantFrom("readonly", "readwrite", "readwrite"),
  acts: fc.array(act, { maxLength: 8 }),
  forgives: fc.boolean(),
  end: fc.constantFrom("by itself", "by itself", "commit", "abort"),
});

function ours(): Globals {
  return {
    indexedDB: Reflect.get(globalThis, "indexedDB"),
    IDBKeyRange: Reflect.get(globalThis, "IDBKeyRange"),
  };
}

/** All that is kept, by each order. */
const LOOK: Turn = {
  mode: "readonly",
  acts: [{}, { index: "one" }, { index: "two" }, { index: "alone" }].map((by) => {
    return { kind: "walk", query: { kind: "all" }, ...by, then: "look" };
  }),
  forgives: false,
  end: "by itself",
};

function freshOracle(): unknown {
  const factory: unknown = Reflect.get(fake, "IDBFactory");
  return Reflect.construct(z.custom<new () => unknown>().parse(factory), []);
}

test("what is asked in transactions is answered as elsewhere, and stands in the file", async () => {
  const path = freshPath();
  const open = (): Database => {
    const opened = openDatabase(path);
    migrate(opened, path, readMigrations("crypto-migrations"));
    return opened;
  };
  let database = open();
  let mounted = mountIndexedDb("oracle", database);
  onTestFinished(() => {
    mounted.unmount();
    database.close();
  });
  let number = 0;
  const check = async (turns: readonly Turn[]): Promise<void> => {
    number += 1;
    const name = `oracle ${number}`;
    const theirs: Globals = { indexedDB: freshOracle(), IDBKeyRange: fake.IDBKeyRange };
    const one = await openedForPlay(theirs, name);
    let other = await openedForPlay(ours(), name);
    for (const each of turns) {
      expect(await play(ours(), other, each)).toEqual(await play(theirs, one, each));
    }
    mounted.unmount();
    database.close();
    database = open();
    mounted = mountIndexedDb("oracle", database);
    other = await openedForPlay(ours(), name);
    expect(await play(ours(), other, LOOK)).toEqual(await play(theirs, one, LOOK));
  };
  await fc.assert(fc.asyncProperty(fc.array(turn, { minLength: 1, maxLength: 4 }), check), {
    numRuns: 60,
  });
});
