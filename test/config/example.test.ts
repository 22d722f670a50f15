// The example config is right, whole, and says of every key what it is for.
import { readFileSync } from "node:fs";
import { isMap, isScalar, LineCounter, parseDocument, type YAMLMap } from "yaml";
import { expect, test } from "vitest";
import type { z } from "zod";
import { configSchema } from "../../src/config/schema.ts";
import { fieldsOf, itemOf } from "../../src/config/walk.ts";
import { parsed, places } from "./parsed.ts";

const text = readFileSync(new URL("../../bot.config.example.yaml", import.meta.url), "utf8");
const lines = text.split("\n");

/** Every key of the schema; `*` stands for a name that the writer chooses. */
function keysOf(schema: z.core.$ZodType, path: readonly string[] = []): readonly string[] {
  const item = itemOf(schema);
  const inside = item === undefined ? [] : keysOf(item, [...path, "*"]);
  const fields = Object.entries(fieldsOf(schema)).flatMap(([key, field]) => {
    const here = [...path, key];
    return [here.join("."), ...keysOf(field, here)];
  });
  return [...inside, ...fields];
}

/** Every key the example sets or shows in a comment, chosen names as `*`. */
function keysSet(
  schema: z.core.$ZodType,
  node: unknown,
  path: readonly string[] = [],
): readonly string[] {
  if (!isMap(node)) return [];
  return node.items.flatMap(({ key, value }) => {
    const name = nameOf(key);
    const item = itemOf(schema);
    const here = [...path, item === undefined ? name : "*"];
    const inner = item ?? fieldsOf(schema)[name];
    return [here.join("."), ...(inner === undefined ? [] : keysSet(inner, value, here))];
  });
}

function nameOf(key: unknown): string {
  return isScalar(key) ? String(key.value) : "";
}

const isSecretPlace = (key: string): boolean => /\.(?:file|env)$/.test(key);
const schema = configSchema(places);
const counter = new LineCounter();
const { contents } = parseDocument(text, { lineCounter: counter });

test("the example config has no mistake, and nothing in it is doubtful", () => {
  expect(parsed(text).warnings).toEqual([]);
});

test("the example config has every key there is", () => {
  const shown = [...text.matchAll(/^ *# (\w+): \S/gm)].map(([, key]) => key);
  const set = keysSet(schema, contents);
  const missing = keysOf(schema)
    .filter((key) => !isSecretPlace(key))
    .filter((key) => !set.includes(key) && !shown.includes(key.split(".").at(-1)));
  expect(missing).toEqual([]);
});

test("the example config has its sections in the order of the schema", () => {
  expect(isMap(contents) && contents.items.map(({ key }) => nameOf(key))).toEqual(
    Object.keys(fieldsOf(schema)),
  );
});

test("every key of the example config has a comment beside or above it", () => {
  const bare = keyLines(contents).filter((number) => {
    const [above = "", line = ""] = lines.slice(number - 2, number);
    return !/\s# \S/.test(line) && !/^\s*# \S/.test(above);
  });
  expect(bare.map((number) => lines[number - 1])).toEqual([]);
});

/** The numbers of lines on which a key stands. */
function keyLines(node: unknown): readonly number[] {
  if (!isMap(node)) return [];
  const map: YAMLMap = node;
  return map.items.flatMap(({ key, value }) => {
    const start = isScalar(key) ? (key.range?.[0] ?? 0) : 0;
    return [counter.linePos(start).line, ...keyLines(value)];
  });
}

test("a line that begins with a key in a comment shows a key of the schema, in its form", () => {
  const instead = text.replace(/^.*\bpassword: \{ file: \/run\/secrets\/moot_password \}$/m, "");
  expect(instead).not.toBe(text);
  const config = parsed(instead.replace("# accessToken:", "accessToken:"));
  expect(config.matrix?.accessToken?.place).toEqual({ kind: "env", name: "MOOT_ACCESS_TOKEN" });
});
