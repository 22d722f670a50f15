// Brings a database to the newest schema, after making sure that it is one of ours and whole.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { Refusal } from "../src/core/errors.ts";
import { type Database, FROM_BACKUP, openMemory } from "./database.ts";

/** `moot` in ASCII. */
const APPLICATION = 0x6d6f6f74;

/** SQL by number: the first makes version 1. */
export type Migrations = readonly string[];

export function migrate(
  database: Database,
  path: string,
  migrations: Migrations = readMigrations("migrations"),
  cure = FROM_BACKUP,
): void {
  const problem = problemOf(database, migrations, cure);
  if (problem !== undefined) throw new Refusal({ kind: "database-unusable", path, problem });
  apply(database, migrations);
}

/** From a folder beside this file. */
export function readMigrations(name: string): Migrations {
  const folder = fileURLToPath(new URL(`./${name}/`, import.meta.url));
  const files = readdirSync(folder)
    .filter((file) => file.endsWith(".sql"))
    .sort();
  return files.map((file, index) => {
    const number = String(index + 1).padStart(4, "0");
    if (!file.startsWith(`${number}-`))
      throw new Error(`migration ${number} is missing before ${file}`);
    return readFileSync(`${folder}${file}`, "utf8");
  });
}

function apply(database: Database, migrations: Migrations): void {
  migrations.slice(versionOf(database)).forEach((sql) => {
    const next = versionOf(database) + 1;
    database.together(() => {
      database.execute(sql);
      database.execute(`PRAGMA user_version = ${next}`);
    });
  });
}

function problemOf(database: Database, migrations: Migrations, cure: string): string | undefined {
  const version = versionOf(database);
  const found = schemaOf(database);
  const isOurs = pragma(database, "application_id") === APPLICATION;
  if (!isOurs && (found.size > 0 || version > 0)) {
    return "it belongs to another program; name another file under storage.database";
  }
  if (version > migrations.length) {
    return `it was written by a newer moot (schema ${version}, this one knows ${migrations.length}); start that one, or ${cure === FROM_BACKUP ? "put the backup from before the update in its place" : cure}`;
  }
  const damage = pragma(database, "quick_check");
  if (damage !== "ok") return `it is damaged (${String(damage)}); ${cure}`;
  return schemaProblem(found, schemaAt(version, migrations), cure);
}

type Schema = ReadonlyMap<string, string>;

function schemaProblem(found: Schema, wanted: Schema, cure: string): string | undefined {
  const names = new Set([...found.keys(), ...wanted.keys()]);
  const edited = [...names].filter((name) => found.get(name) !== wanted.get(name));
  if (edited.length === 0) return undefined;
  return `its schema was changed by hand (${edited.join(", ")}), so what it holds cannot be trusted; ${cure}`;
}

function schemaAt(version: number, migrations: Migrations): Schema {
  const database = openMemory();
  try {
    apply(database, migrations.slice(0, version));
    return schemaOf(database);
  } finally {
    database.close();
  }
}

const objectRow = z.object({ name: z.string(), sql: z.string() });

function schemaOf(database: Database): Schema {
  const rows = database
    .prepare("SELECT type || ' ' || name AS name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
    .all({});
  return new Map(rows.map((row) => objectRow.parse(row)).map(({ name, sql }) => [name, sql]));
}

function versionOf(database: Database): number {
  return z.number().parse(pragma(database, "user_version"));
}

function pragma(database: Database, name: string): unknown {
  return Object.values(
    z.record(z.string(), z.unknown()).parse(database.prepare(`PRAGMA ${name}`).get({})),
  )[0];
}
