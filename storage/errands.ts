// Keeps the small pieces of work on servers that people agreed to, until they are done.
import { z } from "zod";
import type { Errands } from "../src/core/server-ledger.ts";
import type { Errand } from "../src/core/servers.ts";
import type { Database } from "./database.ts";
import { decode, event, exactly, jsonText, room, server, time, user } from "./decode.ts";
import { work } from "./decode-server.ts";

const errand = exactly<Errand>()(
  z.strictObject({
    id: z.int(),
    server,
    room,
    command: event,
    by: user,
    work: jsonText(work),
    queuedAt: time,
    startedAt: time.exactOptional(),
    usedBefore: z.int().exactOptional(),
  }),
);

export function openErrands(database: Database): Errands {
  const queue = database.prepare(`
    INSERT INTO errand (server, room, command, by, work, queued_at)
    VALUES (@server, @room, @command, @by, @work, @at)`);
  const open = database.prepare(`
    SELECT id, server, room, command, by, work, queued_at AS queuedAt, started_at AS startedAt,
      used_before AS usedBefore
    FROM errand WHERE ended_at IS NULL ORDER BY id`);
  const start = database.prepare(`
    UPDATE errand SET started_at = @at WHERE id = @id AND started_at IS NULL`);
  const measured = database.prepare(`
    UPDATE errand SET used_before = @used WHERE id = @id AND used_before IS NULL`);
  const end = database.prepare(`
    UPDATE errand SET ended_at = @at WHERE id = @id AND ended_at IS NULL`);
  return {
    queue: (asked, at) => void queue.run({ ...asked, work: JSON.stringify(asked.work), at }),
    open: () => open.all({}).map((row) => decode(errand, row)),
    start: (id, at) => void start.run({ id, at }),
    measured: (id, used) => void measured.run({ id, used }),
    end: (id, at) => end.run({ id, at }) === 1,
  };
}
