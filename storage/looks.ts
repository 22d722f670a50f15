// Keeps what looks at apps and at upstream showed: how far behind each app is, how old versions are, and what could not be looked at.
import { z } from "zod";
import type { Blindness, Looked, Looks } from "../src/core/update-ledger.ts";
import type { Database } from "./database.ts";
import { app, decode, decodeIfAny, exactly, recipe, server, time } from "./decode.ts";

const blindness = exactly<Blindness>()(
  z.strictObject({ target: z.string(), why: z.string(), since: time }),
);
const looked = exactly<Looked>()(
  z.strictObject({
    app,
    server,
    recipe,
    at: time,
    version: z.string().exactOptional(),
    newest: z.string().exactOptional(),
    behind: z.int().exactOptional(),
    next: z.string().exactOptional(),
    autoUpdate: z.string().exactOptional(),
    problem: z.string().exactOptional(),
  }),
);
const datesRow = z.strictObject({ seenAt: time, publishedAt: time.exactOptional() });

const NOTHING = {
  version: null,
  newest: null,
  behind: null,
  next: null,
  autoUpdate: null,
  problem: null,
} as const;
const LOOK = `app, server, recipe, at, version, newest, behind, next, auto_update AS autoUpdate,
  problem`;

export function openLooks(database: Database): Looks {
  const sql = prepare(database);
  return {
    looked: (look) => void sql.looked.run({ ...NOTHING, ...look }),
    lookAt: (name) => decodeIfAny(looked, sql.lookAt.get({ app: name })),
    looks: () => sql.looks.all({}).map((row) => decode(looked, row)),
    forget: (apps) => {
      for (const name of apps) sql.forget.run({ app: name });
    },
    versionSeen: (name, version, at) => {
      sql.seen.run({ recipe: name, version, at });
      return decode(datesRow, sql.dates.get({ recipe: name, version })).seenAt;
    },
    versionDated: (name, version, at) => void sql.dated.run({ recipe: name, version, at }),
    ageOf: (name, version) => {
      const dates = decodeIfAny(datesRow, sql.dates.get({ recipe: name, version }));
      return dates?.publishedAt ?? dates?.seenAt;
    },
    blind: (now, at) => database.together(() => replaceBlind(sql, now, at)),
    blindnesses: () => sql.blind.all({}).map((row) => decode(blindness, row)),
  };
}

function replaceBlind(
  sql: ReturnType<typeof prepare>,
  now: readonly Omit<Blindness, "since">[],
  at: number,
): readonly Blindness[] {
  const before = sql.blind.all({}).map((row) => decode(blindness, row));
  const keyOf = ({ target, why }: Omit<Blindness, "since">): string => `${target} ${why}`;
  const known = new Map(before.map((one) => [keyOf(one), one]));
  sql.unblind.run({});
  const after = now.map((one) => ({ ...one, since: known.get(keyOf(one))?.since ?? at }));
  for (const one of after) sql.blinded.run(one);
  return after.filter((one) => !known.has(keyOf(one)));
}

function prepare(database: Database) {
  return {
    looked: database.prepare(`
      INSERT OR REPLACE INTO looked_at
        (app, server, recipe, at, version, newest, behind, next, auto_update, problem)
      VALUES (@app, @server, @recipe, @at, @version, @newest, @behind, @next, @autoUpdate, @problem)`),
    lookAt: database.prepare(`SELECT ${LOOK} FROM looked_at WHERE app = @app`),
    looks: database.prepare(`SELECT ${LOOK} FROM looked_at ORDER BY app`),
    forget: database.prepare("DELETE FROM looked_at WHERE app = @app"),
    seen: database.prepare(`
      INSERT INTO recipe_version (recipe, version, seen_at) VALUES (@recipe, @version, @at)
      ON CONFLICT (recipe, version) DO NOTHING`),
    dated: database.prepare(
      "UPDATE recipe_version SET published_at = @at WHERE recipe = @recipe AND version = @version",
    ),
    dates: database.prepare(`
      SELECT seen_at AS seenAt, published_at AS publishedAt FROM recipe_version
      WHERE recipe = @recipe AND version = @version`),
    blind: database.prepare("SELECT target, why, since FROM blindness ORDER BY target"),
    unblind: database.prepare("DELETE FROM blindness"),
    blinded: database.prepare(
      "INSERT INTO blindness (target, why, since) VALUES (@target, @why, @since)",
    ),
  };
}
