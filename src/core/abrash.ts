// What moot reads from a recipe's abra.sh without ever running it (coopcloud.md §3.2).
import { EXPORT_LINE } from "./abra.ts";

/** The versions it exports, for the names of configs. */
export function exportsOf(text: string): Readonly<Record<string, string>> {
  const found = text.matchAll(EXPORT_LINE);
  return Object.fromEntries(Array.from(found, ([, key = "", value = ""]) => [key, value]));
}

/** The functions that can be called inside a service, in the order of the file. */
export function functionsOf(text: string): readonly string[] {
  const found = text.matchAll(/^(?:function[^\S\n]+)?([A-Za-z_]\w*)[^\S\n]*\([^\S\n]*\)/gm);
  return Array.from(found, ([, name = ""]) => name);
}
