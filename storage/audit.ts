// Keeps who did what; the schema lets nobody change or remove a row.
import { z } from "zod";
import type { Audit, AuditEntry } from "../src/core/ledger.ts";
import type { Database } from "./database.ts";
import { decode, exactly, json, jsonText, time } from "./decode.ts";

const entry = exactly<AuditEntry>()(
  z.strictObject({
    id: z.int(),
    at: time,
    who: z.string(),
    what: z.string(),
    on: z.string().exactOptional(),
    event: z.string().exactOptional(),
    detail: jsonText(json),
  }),
);

export function openAudit(database: Database): Audit {
  const append = database.prepare(`
    INSERT INTO audit (at, who, what, subject, event, detail)
    VALUES (@at, @who, @what, @on, @event, @detail)`);
  const recent = database.prepare(`
    SELECT id, at, who, what, subject AS "on", event, detail
    FROM audit ORDER BY id DESC LIMIT @limit`);
  return {
    append: ({ who, what, on, event, detail }, at) =>
      void append.run({
        at,
        who,
        what,
        on: on ?? null,
        event: event ?? null,
        detail: JSON.stringify(detail),
      }),
    recent: (limit) => recent.all({ limit }).map((row) => decode(entry, row)),
  };
}
