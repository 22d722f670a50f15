// Keeps the roles that the room gave and took away.
import { z } from "zod";
import type { Grant, Revocation } from "../src/core/grants.ts";
import type { Grants } from "../src/core/ledger.ts";
import type { Database } from "./database.ts";
import { decode, exactly, jsonText, time, user } from "./decode.ts";
import { scopeGlobs } from "./decode-proposal.ts";

const grant = exactly<Grant>()(
  z.strictObject({
    id: z.int(),
    user,
    role: z.string(),
    on: jsonText(scopeGlobs).exactOptional(),
    by: user,
    at: time,
    until: time.exactOptional(),
  }),
);

const revocation = exactly<Revocation>()(
  z.strictObject({ id: z.int(), user, role: z.string(), by: user, at: time }),
);

const given = z.strictObject({ version: z.string() });

export function openGrants(database: Database): Grants {
  const sql = prepare(database);
  return {
    version: () => decode(given, sql.version.get({})).version,
    give: ({ on, until = null, ...rest }) => {
      const scope = on === undefined ? null : JSON.stringify(on);
      return decode(grant, sql.get.get({ id: sql.give.insert({ ...rest, scope, until }) }));
    },
    standing: (now) => sql.standing.all({ now }).map((row) => decode(grant, row)),
    expired: (now) => sql.expired.all({ now }).map((row) => decode(grant, row)),
    end: (id, by, why, at) => sql.end.run({ id, by, why, at }) === 1,
    takeAway: (asked) => void sql.takeAway.run({ ...asked }),
    revocations: () => sql.revocations.all({}).map((row) => decode(revocation, row)),
    giveBack: (id, at) => sql.giveBack.run({ id, at }) === 1,
  };
}

function prepare(database: Database) {
  const columns = `id, user, role, scope AS "on", by, at, until`;
  return {
    version: database.prepare("SELECT version FROM given"),
    give: database.prepare(`
      INSERT INTO grant (user, role, scope, by, at, until)
      VALUES (@user, @role, @scope, @by, @at, @until)`),
    get: database.prepare(`SELECT ${columns} FROM grant WHERE id = @id`),
    standing: database.prepare(`
      SELECT ${columns} FROM grant
      WHERE ended_at IS NULL AND (until IS NULL OR until > @now) ORDER BY id`),
    expired: database.prepare(`
      SELECT ${columns} FROM grant WHERE ended_at IS NULL AND until <= @now ORDER BY id`),
    end: database.prepare(`
      UPDATE grant SET ended_at = @at, ended_by = @by, why = @why
      WHERE id = @id AND ended_at IS NULL`),
    takeAway: database.prepare(`
      INSERT INTO revocation (user, role, by, at) VALUES (@user, @role, @by, @at)
      ON CONFLICT (user, role) WHERE returned_at IS NULL DO NOTHING`),
    revocations: database.prepare(`
      SELECT id, user, role, by, at FROM revocation WHERE returned_at IS NULL ORDER BY id`),
    giveBack: database.prepare(`
      UPDATE revocation SET returned_at = @at WHERE id = @id AND returned_at IS NULL`),
  };
}
