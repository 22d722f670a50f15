// Keeps what came in, each event once, until it is settled.
import { z } from "zod";
import type { Inbox } from "../src/core/ledger.ts";
import type { Database } from "./database.ts";
import { decode, decodeIfAny, time, user } from "./decode.ts";
import { inbound } from "./decode-chat.ts";

const COLUMNS = "kind, room, event, sender, at, body, thread, key, target";

const redactor = z.strictObject({ sender: user });
const arrival = z.looseObject({ receivedAt: time });

export function openInbox(database: Database): Inbox {
  const insert = database.prepare(`
    INSERT INTO event (event, kind, room, sender, at, received_at, body, thread, key, target)
    VALUES (@event, @kind, @room, @sender, @at, @receivedAt, @body, @thread, @key, @target)
    ON CONFLICT (event) DO NOTHING`);
  const oldest = database.prepare(`
    SELECT ${COLUMNS}, received_at AS receivedAt FROM event
    WHERE settled_at IS NULL ORDER BY seq LIMIT @limit`);
  const settle = database.prepare(
    "UPDATE event SET settled_at = @at WHERE event = @event AND settled_at IS NULL",
  );
  const rewrite = database.prepare(
    "UPDATE event SET body = @body WHERE event = @event AND kind = 'message'",
  );
  const find = database.prepare(`SELECT ${COLUMNS} FROM event WHERE event = @event`);
  const redactors = database.prepare(
    "SELECT sender FROM event WHERE kind = 'redaction' AND target = @event",
  );
  const first = database.prepare("SELECT 1 FROM event LIMIT 1");
  const prune = database.prepare(`
    DELETE FROM event WHERE settled_at IS NOT NULL AND received_at < @before
      AND event NOT IN (SELECT value FROM json_each(@keep))`);
  const absent = { body: null, thread: null, key: null, target: null };

  return {
    record: (batch, receivedAt) =>
      database.together(() => {
        for (const one of batch) insert.run({ ...absent, ...one, receivedAt });
      }),
    pending: (limit) =>
      oldest.all({ limit }).map((row) => {
        const { receivedAt, ...columns } = decode(arrival, row);
        return { ...inbound.parse(columns), receivedAt };
      }),
    settle: (event, at) => void settle.run({ event, at }),
    rewrite: (event, body) => void rewrite.run({ event, body }),
    message: (event) => {
      const found = decodeIfAny(inbound, find.get({ event }));
      return found?.kind === "message" ? found : undefined;
    },
    redactorsOf: (event) => redactors.all({ event }).map((row) => decode(redactor, row).sender),
    isEmpty: () => first.get({}) === undefined,
    prune: (before, keep) => prune.run({ before, keep: JSON.stringify(keep) }),
  };
}
