// moot is installed in two ways, as a unit and as an image, and Node is told the same in both.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");

function settings(file: string, line: RegExp): readonly string[] {
  const [, words = ""] = line.exec(readFileSync(join(ROOT, file), "utf8")) ?? [];
  return words.split(" ");
}

test("the README's unit and the Dockerfile set the same, each with a cache of its own", () => {
  expect(settings("README.md", /^Environment=(.+)$/m)).toEqual([
    "NODE_COMPILE_CACHE=/var/cache/moot",
    "MALLOC_ARENA_MAX=1",
    "MALLOC_TRIM_THRESHOLD_=131072",
  ]);
  expect(settings("Dockerfile", /^ENV (.+)$/m)).toEqual([
    "NODE_COMPILE_CACHE=/state/compiled",
    "MALLOC_ARENA_MAX=1",
    "MALLOC_TRIM_THRESHOLD_=131072",
  ]);
});
