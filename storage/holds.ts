// Keeps what is held back, and who acts alone.
import { z } from "zod";
import type { Breakglasses, Holds } from "../src/core/ledger.ts";
import type { Breakglass, Hold } from "../src/core/proposal.ts";
import type { Database } from "./database.ts";
import { app, decode, decodeIfAny, exactly, server, time, user } from "./decode.ts";

const hold = exactly<Hold>()(
  z.strictObject({
    id: z.int(),
    target: z.union([app, server]),
    by: user,
    reason: z.string(),
    at: time,
    until: time.exactOptional(),
  }),
);

const breakglass = exactly<Breakglass>()(
  z.strictObject({
    id: z.int(),
    app,
    server,
    by: user,
    reason: z.string(),
    at: time,
    until: time,
    reviewedAt: time.exactOptional(),
  }),
);

export function openHolds(database: Database): Holds {
  const columns = "id, target, by, reason, at, until";
  const add = database.prepare(`
    INSERT INTO hold (target, by, reason, at, until) VALUES (@target, @by, @reason, @at, @until)`);
  const get = database.prepare(`SELECT ${columns} FROM hold WHERE id = @id`);
  const standing = database.prepare(`
    SELECT ${columns} FROM hold
    WHERE lifted_at IS NULL AND (until IS NULL OR until > @now) ORDER BY id`);
  const lift = database.prepare(`
    UPDATE hold SET lifted_by = @by, lifted_at = @at WHERE id = @id AND lifted_at IS NULL`);
  return {
    add: ({ until = null, ...rest }) =>
      decode(hold, get.get({ id: add.insert({ ...rest, until }) })),
    get: (id) => decodeIfAny(hold, get.get({ id })),
    standing: (now) => standing.all({ now }).map((row) => decode(hold, row)),
    lift: (id, by, at) => lift.run({ id, by, at }) === 1,
  };
}

export function openBreakglasses(database: Database): Breakglasses {
  const columns = "id, app, server, by, reason, at, until, reviewed_at AS reviewedAt";
  const add = database.prepare(`
    INSERT INTO breakglass (app, server, by, reason, at, until)
    VALUES (@app, @server, @by, @reason, @at, @until)`);
  const get = database.prepare(`SELECT ${columns} FROM breakglass WHERE id = @id`);
  const standing = database.prepare(`
    SELECT ${columns} FROM breakglass WHERE until > @now ORDER BY id`);
  const reviewed = database.prepare("UPDATE breakglass SET reviewed_at = @at WHERE id = @id");
  return {
    add: (asked) => decode(breakglass, get.get({ id: add.insert({ ...asked }) })),
    get: (id) => decodeIfAny(breakglass, get.get({ id })),
    standing: (now) => standing.all({ now }).map((row) => decode(breakglass, row)),
    reviewed: (id, at) => void reviewed.run({ id, at }),
  };
}
