// Reads the config file: one frozen Config, or every mistake in it at once.
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, resolve } from "node:path";
import { meaningMistakes } from "./config/meaning.ts";
import type { Places } from "./config/places.ts";
import { mistakesOf, sentences } from "./config/problems.ts";
import { configSchema, type Settings } from "./config/schema.ts";
import { readSource } from "./config/source.ts";
import { warningsOf } from "./config/warnings.ts";
import { Refusal } from "./core/errors.ts";

export interface Config extends Settings {
  /** The config file itself. */
  readonly file: string;
  /** Sentences on what is allowed but hardly meant. */
  readonly warnings: readonly string[];
}

/** Throws Refusal `bad-config`. Secrets are not read here: see Secret.reveal and checkSecrets. */
export async function readConfig(path: string): Promise<Config> {
  const file = resolve(path);
  const places = { file, folder: dirname(file), home: homedir(), env: process.env };
  return parseConfig(await readText(file), places);
}

export function parseConfig(text: string, places: Places): Config {
  const { file } = places;
  const source = readSource(text);
  if (source.problems.length > 0) throw refusal(file, source.problems);
  const schema = configSchema(places);
  const read = schema.safeParse(source.value);
  const mistakes = [
    ...(read.success ? [] : mistakesOf(read.error, schema)),
    ...meaningMistakes(source.value),
  ];
  if (!read.success || mistakes.length > 0) throw refusal(file, sentences(mistakes, source));
  const config = { ...read.data, file, warnings: warningsOf(read.data) };
  freeze(config);
  return config;
}

function freeze(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  Object.freeze(value);
  for (const inner of value instanceof Map ? value.values() : Object.values(value)) freeze(inner);
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    throw refusal(file, [`it cannot be read (${code}); name the file with --config FILE`], error);
  }
}

function refusal(file: string, problems: readonly string[], cause?: unknown): Refusal {
  return new Refusal({ kind: "bad-config", file, problems }, cause);
}
