// Keeps the servers that the room added, and moot's keys for them.
import { z } from "zod";
import type { AddedServer, Servers } from "../src/core/server-ledger.ts";
import type { KeyPair, Stop } from "../src/core/servers.ts";
import type { Database } from "./database.ts";
import { decode, decodeIfAny, exactly, jsonText, server, time, user } from "./decode.ts";
import { stop } from "./decode-server.ts";

const added = exactly<AddedServer>()(
  z.strictObject({
    id: z.int(),
    server,
    address: jsonText(stop),
    jump: jsonText(stop).exactOptional(),
    publicKey: z.string(),
    by: user,
    at: time,
  }),
);

const pair = exactly<KeyPair>()(z.strictObject({ publicKey: z.string(), privateKey: z.string() }));

export function openServers(database: Database): Servers {
  const sql = prepare(database);
  return {
    keyFor: (name, way, make, at) =>
      database.together(() => {
        const before = decodeIfAny(pair, sql.keyOf.get({ server: name, way }));
        if (before !== undefined) return before;
        const made = make();
        sql.keep.run({ server: name, way, ...made, at });
        return made;
      }),
    keyPair: (publicKey) => decodeIfAny(pair, sql.pair.get({ publicKey })),
    forgetKeys: (before, keep) => sql.forget.run({ before, keep: JSON.stringify(keep) }),
    add: ({ server: name, address, jump, publicKey }, by, at) =>
      void sql.add.run({ name, address: text(address), jump: text(jump), publicKey, by, at }),
    standing: () => sql.standing.all({}).map((row) => decode(added, row)),
    remove: (name, by, at) => sql.remove.run({ name, by, at }) === 1,
  };
}

function text(stop: Stop): string;
function text(stop: Stop | undefined): string | null;
function text(stop: Stop | undefined): string | null {
  return stop === undefined ? null : JSON.stringify(stop);
}

function prepare(database: Database) {
  const columns = "public AS publicKey, private AS privateKey";
  return {
    keyOf: database.prepare(`
      SELECT ${columns} FROM server_key WHERE server = @server AND way = @way`),
    keep: database.prepare(`
      INSERT INTO server_key (public, server, way, private, made_at)
      VALUES (@publicKey, @server, @way, @privateKey, @at)`),
    pair: database.prepare(`SELECT ${columns} FROM server_key WHERE public = @publicKey`),
    forget: database.prepare(`
      DELETE FROM server_key WHERE made_at < @before
        AND public NOT IN (SELECT public FROM server WHERE removed_at IS NULL)
        AND public NOT IN (SELECT value FROM json_each(@keep))`),
    add: database.prepare(`
      INSERT INTO server (name, address, jump, public, by, at)
      VALUES (@name, @address, @jump, @publicKey, @by, @at)`),
    standing: database.prepare(`
      SELECT id, name AS server, address, jump, public AS publicKey, by, at FROM server
      WHERE removed_at IS NULL ORDER BY id`),
    remove: database.prepare(`
      UPDATE server SET removed_by = @by, removed_at = @at
      WHERE name = @name AND removed_at IS NULL`),
  };
}
