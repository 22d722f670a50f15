// What moot says about members and their rights.
import { list, text, type Doc } from "../core/doc.ts";
import type { ScopeGlobs } from "../core/roles.ts";
import { listed } from "./phrases.ts";

export function whoamiDoc(
  user: string,
  roles: readonly string[],
  rights: readonly { readonly command: string; readonly where: string }[],
): Doc {
  const head = text([
    "You are ",
    { code: user },
    roles.length === 0
      ? ", and you have no role: you may not do anything here."
      : `, with the role ${listed(roles)}.`,
  ]);
  if (rights.length === 0) return [head];
  const places = [...new Set(rights.map(({ where }) => where))];
  const lines = places.map((where) => {
    const commands = rights
      .filter((right) => right.where === where)
      .map(({ command }) => `!${command}`);
    return `${where}: ${commands.join(" ")}`;
  });
  return [head, text("You may use:"), list(lines)];
}

/** Where a right holds: one way or another, each narrowed by every limit on it. */
export function scopeWords(ways: readonly (readonly ScopeGlobs[])[]): string {
  if (ways.length === 0) return "nowhere";
  return listed([...new Set(ways.map(oneWay))], "or");
}

function oneWay(limits: readonly ScopeGlobs[]): string {
  const parts = limits.flatMap(({ servers, apps, rooms }) => [
    part("on", servers),
    part("for", apps),
    part("in", rooms),
  ]);
  const said = [...new Set(parts.filter((words) => words !== ""))];
  return said.length === 0 ? "everywhere" : said.join(" ");
}

function part(word: string, globs: readonly string[] | undefined): string {
  return globs === undefined || globs.includes("*") ? "" : `${word} ${listed(globs, "or")}`;
}
