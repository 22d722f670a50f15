// moot is measured as it is installed: with the environment that the README's unit gives it.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseEnv } from "node:util";

const README = join(import.meta.dirname, "../../README.md");

/** `cache` stands in for the unit's own folder. */
export async function asInstalled(cache: string): Promise<NodeJS.ProcessEnv> {
  const [, words] = /^Environment=(.+)$/m.exec(await readFile(README, "utf8")) ?? [];
  if (words === undefined) throw new Error("the README's unit sets no environment");
  return { ...process.env, ...parseEnv(words.replaceAll(" ", "\n")), NODE_COMPILE_CACHE: cache };
}
