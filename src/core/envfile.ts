// An app's env file: read as abra reads it, edited so that every other byte stays (coopcloud.md §2).
import { DIRTY_SUFFIX, RECIPE_KEYS, sampleDomain } from "./abra.ts";
import { readValue, writeValue } from "./envvalue.ts";
import type { AppName, RecipeName } from "./ids.ts";

/** What a trailing comment such as `# length=64 charset=hex` says about a secret. */
export interface Modifiers {
  readonly length?: number;
  readonly charset?: string;
  readonly generate?: boolean;
}

export interface EnvEntry {
  readonly key: string;
  /** From 1. */
  readonly line: number;
  /** The value as written, quotes included. */
  readonly raw: string;
  /** The offset of `raw` in the text. */
  readonly at: number;
  /** Without quotes, escapes undone, variables expanded from the entries above. */
  readonly value: string;
  readonly modifiers: Modifiers;
}

export interface EnvFile {
  readonly kind: "env";
  /** The whole file, byte for byte. */
  readonly text: string;
  /** In the order of the file; of a key written twice the last one counts. */
  readonly entries: readonly EnvEntry[];
}

/** A mistake in an env file; never holds a value, since values may be secret. */
export interface EnvProblem {
  readonly kind: "problem";
  readonly line: number;
  readonly problem: string;
}

/** What the TYPE or RECIPE line says: a recipe's name, or its address without scheme, and the version it is pinned to. */
export interface PinnedRecipe {
  readonly recipe: string;
  readonly version?: string;
  /** The version was deployed from a tree with uncommitted changes. */
  readonly chaosDirty: boolean;
}

const IGNORED = /[^\S\n]*(?:#[^\n]*)?(?:\n|$)/y;
const HEAD = /[^\S\n]*(?:export[^\S\n]+)?([\w.]+)[^\S\n]*[=:]/y;
const NEITHER = "this is neither KEY=value nor a comment";
const OPEN = "a quote is never closed, or something other than a comment follows it";

/** Reads a file; the first mistake ends it, since what follows a lost quote would be misread. */
export function parseEnv(text: string): EnvFile | EnvProblem {
  const entries: EnvEntry[] = [];
  const known = new Map<string, string>();
  let at = 0;
  let line = 1;
  while (at < text.length) {
    const start = at;
    const ignored = matchAt(IGNORED, text, at);
    if (ignored === undefined) {
      const head = matchAt(HEAD, text, at);
      if (head?.[1] === undefined) return { kind: "problem", line, problem: NEITHER };
      const found = readValue(text, at + head[0].length, known);
      if (found === undefined) return { kind: "problem", line, problem: `${head[1]}: ${OPEN}` };
      const { raw, value } = found;
      const modifiers = readModifiers(found.comment);
      entries.push({ key: head[1], line, raw, at: found.at, value, modifiers });
      known.set(head[1], value);
      at = found.end;
    } else {
      at += ignored[0].length;
    }
    line += text.slice(start, at).split("\n").length - 1;
  }
  return { kind: "env", text, entries };
}

/** Each key with its value; of a key written twice the last one. */
export function values(env: EnvFile): Readonly<Record<string, string>> {
  return Object.fromEntries(env.entries.map(({ key, value }) => [key, value]));
}

/** The entry that counts for a key: the last one. */
export function entryOf(env: EnvFile, key: string): EnvEntry | undefined {
  return env.entries.findLast((entry) => entry.key === key);
}

export function isEnvKey(key: string): boolean {
  return /^[A-Za-z_]\w*$/.test(key);
}

/** Changes the line that counts, keeping its comment and, where the value allows it, its quotes; else adds a line. */
export function setValue(env: EnvFile, key: string, value: string): EnvFile {
  const entry = entryOf(env, key);
  if (entry?.value === value) return env;
  const { text } = env;
  if (entry !== undefined) {
    const raw = writeValue(value, entry.raw);
    return reread(text.slice(0, entry.at) + raw + text.slice(entry.at + entry.raw.length));
  }
  if (!isEnvKey(key)) throw new Error("not a key of an env file");
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const gap = text === "" || text.endsWith("\n") ? "" : newline;
  return reread(`${text}${gap}${key}=${writeValue(value)}${newline}`);
}

/** The recipe the file names, if any. */
export function recipeOf(env: EnvFile): PinnedRecipe | undefined {
  const entry = recipeEntry(env);
  if (entry === undefined) return undefined;
  const [, recipe = entry.value, pinned] = /^(.*):([^/:]*)$/s.exec(entry.value) ?? [];
  if (pinned === undefined || pinned === "") return { recipe, chaosDirty: false };
  const chaosDirty = pinned.endsWith(DIRTY_SUFFIX);
  const version = chaosDirty ? pinned.slice(0, -DIRTY_SUFFIX.length) : pinned;
  return { recipe, version, chaosDirty };
}

/** Pins the version on the TYPE or RECIPE line, and touches nothing else. */
export function setVersion(env: EnvFile, version: string): EnvFile {
  const entry = recipeEntry(env);
  const pinned = recipeOf(env);
  if (entry === undefined || pinned === undefined) return env;
  return setValue(env, entry.key, `${pinned.recipe}:${version}`);
}

/** Names the recipe anew, as yet without a version. */
export function setRecipe(env: EnvFile, recipe: string): EnvFile {
  return setValue(env, recipeEntry(env)?.key ?? "TYPE", recipe);
}

/** A new app's file, made from the recipe's `.env.sample` as `abra app new` does, with the settings asked for. */
export function fromSample(
  sample: string,
  recipe: RecipeName,
  domain: AppName,
  settings: readonly (readonly [key: string, value: string])[],
): EnvFile | EnvProblem {
  const first = parseEnv(sample.replaceAll(sampleDomain(recipe), domain));
  if (first.kind === "problem") return first;
  return settings.reduce((env, [key, value]) => setValue(env, key, value), first);
}

function recipeEntry(env: EnvFile): EnvEntry | undefined {
  return RECIPE_KEYS.map((key) => entryOf(env, key)).find((entry) => (entry?.value ?? "") !== "");
}

function reread(text: string): EnvFile {
  const env = parseEnv(text);
  if (env.kind === "problem") throw new Error(`an edit broke line ${env.line} of an env file`);
  return env;
}

function readModifiers(comment: string): Modifiers {
  const pairs = new Map(
    comment.split(/\s+/).flatMap((word) => {
      const [, name, value] = /^(\w+)=(.+)$/.exec(word) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value] as const];
    }),
  );
  const length = pairs.get("length");
  const charset = pairs.get("charset");
  const generate = pairs.get("generate");
  return {
    ...(length !== undefined && /^\d{1,6}$/.test(length) && { length: Number(length) }),
    ...(charset !== undefined && { charset }),
    ...((generate === "true" || generate === "false") && { generate: generate === "true" }),
  };
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}
