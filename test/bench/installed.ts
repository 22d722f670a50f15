// moot is measured as it is installed: with the environment that the README's unit gives it.
import { readFile } from "node:fs/promises";
import { join } from "node:path";

const README = join(import.meta.dirname, "../../README.md");

/** `cache` stands in for the unit's own folder. */
export async function asInstalled(cache: string): Promise<NodeJS.ProcessEnv> {
  const [, words] = /^Environment=(.+)$/m.exec(await readFile(README, "utf8")) ?? [];
  if (words === undefined) throw new Error("the README's unit sets no environment");
  const settings = words.split(" ").map((word) => word.split("=", 2));
  return { ...process.env, ...Object.fromEntries(settings), NODE_COMPILE_CACHE: cache };
}
