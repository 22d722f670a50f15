// Keeps the recipes that people added by their address.
import { z } from "zod";
import type { AddedRecipes } from "../src/core/ledger.ts";
import type { AddedRecipe } from "../src/core/ports.ts";
import type { Database } from "./database.ts";
import { decode, decodeIfAny, exactly, recipe, time, user } from "./decode.ts";

const added = exactly<AddedRecipe>()(
  z.strictObject({ name: recipe, address: z.string(), by: user, at: time }),
);

export function openAddedRecipes(database: Database): AddedRecipes {
  const add = database.prepare(`
    INSERT INTO recipe (name, address, by, at) VALUES (@name, @address, @by, @at)
    ON CONFLICT (name) WHERE removed_at IS NULL DO NOTHING`);
  const standing = database.prepare(`
    SELECT name, address, by, at FROM recipe WHERE removed_at IS NULL ORDER BY name`);
  const find = database.prepare(`
    SELECT name, address, by, at FROM recipe WHERE removed_at IS NULL AND name = @name`);
  const forget = database.prepare(`
    UPDATE recipe SET removed_at = @at, removed_by = @by
    WHERE name = @name AND removed_at IS NULL`);
  return {
    add: (one) => add.run({ ...one }) === 1,
    find: (name) => decodeIfAny(added, find.get({ name })),
    standing: () => standing.all({}).map((row) => decode(added, row)),
    forget: (name, by, at) => forget.run({ name, by, at }) === 1,
  };
}
