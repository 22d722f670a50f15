// Keeps the keys of encrypted rooms: one file, one device, in use by one moot.
import { z } from "zod";
import type { CryptoOwner, CryptoStore, HeldEvent } from "../src/core/crypto-store.ts";
import { Refusal } from "../src/core/errors.ts";
import { openDatabase, type Database } from "./database.ts";
import { decode, decodeIfAny, event, exactly, room, time } from "./decode.ts";
import { mountIndexedDb, type Mounted } from "./indexeddb/index.ts";
import { migrate, readMigrations } from "./migrate.ts";

/** No backup: keys that were used once must not come back. */
const CURE =
  "move it away and start again: moot is a new device then, and cannot read what was said to the old one";

/** Milliseconds: longer than a homeserver remembers a transaction id. */
const SEALED_FOR = 7 * 24 * 3600 * 1000;

const value = z.strictObject({ value: z.string() });
const content = z.strictObject({ content: z.string() });
const eventRow = z.strictObject({ event });
const held = exactly<HeldEvent>()(z.strictObject({ event, room, raw: z.string(), since: time }));

export function openCryptoStore(path: string, owner: CryptoOwner): CryptoStore {
  const database = openDatabase(path, CURE);
  try {
    migrate(database, path, readMigrations("crypto-migrations"), CURE);
    const name = `${owner.user}/${owner.device}`;
    requireOwner(database, path, name);
    const mounted = mountIndexedDb(name, database);
    const { between } = mounted;
    return {
      path,
      name,
      notes: openNotes(database, between),
      sealed: openSealed(database, between),
      held: openHeld(database, between),
      hear: openHearing(database, between),
      asOne: mounted.asOne,
      get trouble() {
        return mounted.trouble;
      },
      close: () => {
        mounted.unmount();
        database.close();
      },
    };
  } catch (error) {
    database.close();
    throw error;
  }
}

type Between = Mounted["between"];

function requireOwner(database: Database, path: string, name: string): void {
  database.prepare("INSERT INTO note VALUES ('owner', @name) ON CONFLICT DO NOTHING").run({ name });
  const found = database.prepare("SELECT value FROM note WHERE name = 'owner'").get({});
  const owner = decode(value, found).value;
  if (owner === name) return;
  const problem = `it holds the keys of ${owner}, and moot is ${name} now; ${CURE}`;
  throw new Refusal({ kind: "database-unusable", path, problem });
}

function openNotes(database: Database, between: Between): CryptoStore["notes"] {
  const get = database.prepare("SELECT value FROM note WHERE name = @name");
  const set = database.prepare(`
    INSERT INTO note (name, value) VALUES (@name, @text)
    ON CONFLICT (name) DO UPDATE SET value = excluded.value`);
  return {
    get: (name) => decodeIfAny(value, get.get({ name }))?.value,
    set: (name, text) => between(() => void set.run({ name, text })),
  };
}

function openSealed(database: Database, between: Between): CryptoStore["sealed"] {
  const get = database.prepare("SELECT content FROM sealed WHERE txn = @txn");
  const keep = database.prepare("INSERT INTO sealed (txn, content, at) VALUES (@txn, @text, @at)");
  const prune = database.prepare("DELETE FROM sealed WHERE at < @before");
  return {
    get: (txn) => decodeIfAny(content, get.get({ txn }))?.content,
    keep: (txn, text, at) =>
      between(() => {
        prune.run({ before: at - SEALED_FOR });
        keep.run({ txn, text, at });
      }),
  };
}

function openHeld(database: Database, between: Between): CryptoStore["held"] {
  const add = database.prepare(`
    INSERT INTO held (event, room, raw, since) VALUES (@event, @room, @raw, @since)
    ON CONFLICT (event) DO NOTHING`);
  const all = database.prepare("SELECT event, room, raw, since FROM held ORDER BY since, event");
  const remove = database.prepare("DELETE FROM held WHERE event = @event");
  return {
    add: (one) => between(() => void add.run({ ...one })),
    all: () => all.all({}).map((row) => decode(held, row)),
    remove: (which) => between(() => void remove.run({ event: which })),
  };
}

function openHearing(database: Database, between: Between): CryptoStore["hear"] {
  const note = database.prepare(`
    INSERT INTO heard (session, position, event) VALUES (@session, @position, @event)
    ON CONFLICT (session, position) DO NOTHING`);
  const get = database.prepare(
    "SELECT event FROM heard WHERE session = @session AND position = @position",
  );
  return (session, position, which) =>
    between(() => {
      if (note.run({ session, position, event: which }) > 0) return true;
      return decode(eventRow, get.get({ session, position })).event === which;
    });
}
