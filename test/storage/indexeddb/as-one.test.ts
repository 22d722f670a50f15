// What the crypto library writes in several transactions, and may be killed between, is kept as one where it must be.
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { openDatabase } from "../../../storage/database.ts";
import { mountIndexedDb } from "../../../storage/indexeddb/index.ts";
import { migrate, readMigrations } from "../../../storage/migrate.ts";
import { call, hear, opened, type Globals } from "./player.ts";

const row = z.object({ count: z.int() });

test("a kill between two transactions that are kept as one leaves nothing of either", async () => {
  const folder = await mkdtemp(join(tmpdir(), "moot-as-one-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, "store.db");
  const database = openDatabase(path);
  migrate(database, path, readMigrations("crypto-migrations"));
  const mounted = mountIndexedDb("as-one", database);
  const globals: Globals = {
    indexedDB: Reflect.get(globalThis, "indexedDB"),
    IDBKeyRange: Reflect.get(globalThis, "IDBKeyRange"),
  };
  const connection = await opened(globals, "as-one", 1, (made) => {
    call(made, "createObjectStore", "words");
  });
  const put = async (word: string): Promise<void> => {
    const transaction = call(connection, "transaction", ["words"], "readwrite");
    call(call(transaction, "objectStore", "words"), "put", word, word);
    await new Promise<void>((resolve, reject) => {
      hear(transaction, "complete", () => resolve());
      hear(transaction, "abort", () => reject(new Error("it was given up")));
    });
  };
  const left = async (): Promise<number> => leftBy(path, folder);
  const order: string[] = [];
  await put("before");
  const beside = mounted.between(() => order.push("nothing yet"));
  await beside;
  let later: Promise<unknown> = beside;
  await mounted.asOne(async () => {
    later = mounted.between(() => order.push("beside"));
    await put("first");
    await put("second");
    expect(await left()).toBe(1);
    order.push("as one");
  });
  await later;
  expect(order).toEqual(["nothing yet", "as one", "beside"]);
  expect(await left()).toBe(3);
  await put("third");
  const failed = mounted.asOne(async () => {
    await put("fourth");
    throw new Error("what it does next fails");
  });
  await expect(failed).rejects.toThrow("what it does next fails");
  // The library goes on from what it wrote.
  expect(await left()).toBe(5);
  mounted.unmount();
  database.close();
});

/** How many records a process that was killed at this moment would leave behind. */
async function leftBy(path: string, folder: string): Promise<number> {
  const copy = join(folder, `${crypto.randomUUID()}.db`);
  await copyFile(path, copy);
  await copyFile(`${path}-wal`, `${copy}-wal`);
  const database = openDatabase(copy);
  try {
    return row.parse(database.prepare("SELECT count(*) AS count FROM idb_record").get({})).count;
  } finally {
    database.close();
  }
}
