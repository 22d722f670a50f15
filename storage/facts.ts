// Keeps the small facts of the edges: the sync position, the session.
import { z } from "zod";
import type { Facts } from "../src/core/ledger.ts";
import type { Database } from "./database.ts";
import { decodeIfAny } from "./decode.ts";

const fact = z.strictObject({ value: z.string() });

export function openFacts(database: Database): Facts {
  const get = database.prepare("SELECT value FROM fact WHERE name = @name");
  const set = database.prepare(`
    INSERT INTO fact (name, value) VALUES (@name, @value)
    ON CONFLICT (name) DO UPDATE SET value = excluded.value`);
  const forget = database.prepare("DELETE FROM fact WHERE name = @name");
  return {
    get: (name) => decodeIfAny(fact, get.get({ name }))?.value,
    set: (name, value) => {
      if (value === undefined) forget.run({ name });
      else set.run({ name, value });
    },
  };
}
