// The library on the store: what it keeps, and what is said of a file that cannot be used.
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { isEventId, isRoomId, isUserId } from "../../../src/core/ids.ts";
import type { CryptoStore } from "../../../src/core/crypto-store.ts";
import { positionOf } from "../../../src/matrix/crypto/ciphertext.ts";
import { openMachine } from "../../../src/matrix/crypto/opening.ts";
import { openCryptoStore } from "../../../storage/crypto-store.ts";
import { openDatabase } from "../../../storage/database.ts";
import { named } from "../../named.ts";
import { refusedWith } from "../../refused.ts";
import { freshPath } from "../../storage/opened.ts";

const user = named(isUserId, "@moot:moot.test");
const owner = { user, device: "DEVICE" };
const room = named(isRoomId, "!room:moot.test");
const manner = {
  encryption: { rotateAfter: 7 * 24 * 3600 * 1000, rotateAfterMessages: 100 },
  visibility: "shared",
} as const;

function store(path: string, whose = owner): CryptoStore {
  const opened = openCryptoStore(path, whose);
  onTestFinished(() => opened.close());
  return opened;
}

async function refusal(open: () => unknown): Promise<string> {
  return refusedWith(Promise.resolve().then(open));
}

test("what was encrypted before a restart is read after it, by the same device", async () => {
  const path = freshPath();
  const before = openCryptoStore(path, owner);
  const first = await openMachine(owner, before, "key");
  await first.shareKey(room, [user], manner);
  const content = await first.encrypt(room, "m.room.message", { body: "hello" });
  const print = first.fingerprint;
  first.close();
  before.close();
  const second = await openMachine(owner, store(path), "key");
  expect(second.fingerprint).toBe(print);
  const event = {
    type: "m.room.encrypted",
    event_id: "$1",
    sender: user,
    origin_server_ts: 1,
    content,
  };
  const shared = { encryption: manner.encryption, visibility: "joined" } as const;
  expect(await second.shareKey(room, [user], shared)).toEqual([]);
  const next = await second.encrypt(room, "m.room.message", { body: "again" });
  expect(positionOf({ ...event, content })?.position).toBe(0);
  // Another visibility asks for another key.
  expect(positionOf({ ...event, content: next })?.session).not.toBe(positionOf(event)?.session);
  expect(await second.decrypt(room, event)).toMatchObject({ content: { body: "hello" } });
  const elsewhere = named(isRoomId, "!elsewhere:moot.test");
  await expect(second.decrypt(elsewhere, event)).rejects.toMatchObject({ name: "Unreadable" });
});

test("a week is a week: the key is the same after ten minutes' worth of milliseconds", async () => {
  const machine = await openMachine(owner, store(freshPath()), "key");
  await machine.shareKey(room, [user], manner);
  const session = async (): Promise<string | undefined> => {
    const content = await machine.encrypt(room, "m.room.message", { body: "x" });
    return positionOf({ event_id: "$1", content })?.session;
  };
  const first = await session();
  const later = Date.now() + 20 * 60_000;
  const { now } = Date;
  onTestFinished(() => void (Date.now = now));
  Date.now = () => later;
  await machine.shareKey(room, [user], manner);
  expect(await session()).toBe(first);
  Date.now = () => later + manner.encryption.rotateAfter;
  await machine.shareKey(room, [user], manner);
  expect(await session()).not.toBe(first);
});

test("another key opens nothing, and what to do is said", async () => {
  const path = freshPath();
  const before = openCryptoStore(path, owner);
  (await openMachine(owner, before, "one")).close();
  before.close();
  expect(await refusal(() => openMachine(owner, store(path), "other"))).toContain(
    "it was written with another key. Put the one from before into matrix.storeKey",
  );
});

test("the keys of another device or account are left alone", async () => {
  const path = freshPath();
  openCryptoStore(path, owner).close();
  const device = { user, device: "OTHER" };
  expect(await refusal(() => openCryptoStore(path, device))).toContain(
    "it holds the keys of @moot:moot.test/DEVICE, and moot is @moot:moot.test/OTHER now; move it away",
  );
  const account = { user: named(isUserId, "@bot:moot.test"), device: "DEVICE" };
  expect(await refusal(() => openCryptoStore(path, account))).toContain(
    "@bot:moot.test/DEVICE now",
  );
});

test("a file that is in use, newer, damaged or no store is left alone", async () => {
  const path = freshPath();
  openCryptoStore(path, owner).close();
  {
    using held = new DisposableStack();
    held.adopt(openCryptoStore(path, owner), (opened) => opened.close());
    expect(await refusal(() => openCryptoStore(path, owner))).toContain("another moot is using it");
  }
  const database = openDatabase(path);
  database.execute("PRAGMA user_version = 99");
  database.close();
  const words = await refusal(() => openCryptoStore(path, owner));
  expect(words).toContain("it was written by a newer moot (schema 99");
  // Keys that were used must not come back.
  expect(words).not.toContain("backup");
  expect(await refusal(() => openCryptoStore(import.meta.filename, owner))).toContain(
    "no database",
  );
});

test("a store that a newer library wrote is left alone", async () => {
  const path = freshPath();
  const before = openCryptoStore(path, owner);
  (await openMachine(owner, before, "key")).close();
  before.close();
  const database = openDatabase(path);
  database.execute("UPDATE idb_database SET version = 10000");
  database.close();
  expect(await refusal(() => openMachine(owner, store(path), "key"))).toContain(
    "it was written by a newer moot. Start that one",
  );
});

test("the folder that is gone is named", async () => {
  const path = join(freshPath(), "none", "moot.crypto.db");
  expect(await refusal(() => openCryptoStore(path, owner))).toContain("its folder is not there");
});

test("what is kept beside the keys is kept once, and on the disk when it is said to be", async () => {
  const path = freshPath();
  const event = named(isEventId, "$1");
  const other = named(isEventId, "$2");
  const before = openCryptoStore(path, owner);
  await before.sealed.keep("old", "{}", 0);
  await before.sealed.keep("txn", '{"a":1}', 8 * 24 * 3600 * 1000);
  await before.held.add({ event, room, raw: "{}", since: 5 });
  await before.held.add({ event, room, raw: "{}", since: 6 });
  expect(await before.hear("session", 3, event)).toBe(true);
  await before.notes.set("identity", "key");
  before.close();
  const after = store(path);
  expect(after.sealed.get("txn")).toBe('{"a":1}');
  expect(after.sealed.get("old")).toBeUndefined();
  expect(after.held.all()).toEqual([{ event, room, raw: "{}", since: 5 }]);
  await after.held.remove(event);
  expect(after.held.all()).toEqual([]);
  expect(await after.hear("session", 3, event)).toBe(true);
  expect(await after.hear("session", 3, other)).toBe(false);
  expect(after.notes.get("identity")).toBe("key");
});
