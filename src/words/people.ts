// What moot says about members, their roles and their rights.
import type { Absence } from "../core/absence.ts";
import { list, text, type Block, type Doc } from "../core/doc.ts";
import type { Membership, RoleTable, ScopeGlobs } from "../core/roles.ts";
import { absenceWords } from "./absence.ts";
import { listed, moment } from "./phrases.ts";

/** One person, as the table has them in one room. */
export interface Person {
  readonly user: string;
  readonly held: readonly Membership[];
  readonly rights: readonly { readonly command: string; readonly where: string }[];
  readonly absence?: Absence;
}

export function whoamiDoc({ user, held, rights, absence }: Person, table: RoleTable): Doc {
  const head = text([
    "You are ",
    { code: user },
    held.length === 0
      ? ", and you have no role: you may not do anything here."
      : `, with the role ${heldWords(held, table)}.`,
  ]);
  const away = absence === undefined ? [] : [text(`You are ${absenceWords(absence)}.`)];
  return [head, ...away, ...rightLines("You may use:", rights)];
}

export function personDoc({ user, held, rights, absence }: Person, table: RoleTable): Doc {
  const away = absence === undefined ? "" : ` Now ${absenceWords(absence)}.`;
  return [
    text([
      { code: user },
      held.length === 0
        ? ` has no role.${away}`
        : ` has the role ${heldWords(held, table)}.${away}`,
    ]),
    ...rightLines("They may use here:", rights),
  ];
}

function rightLines(head: string, rights: Person["rights"]): readonly Block[] {
  if (rights.length === 0) return [];
  const places = [...new Set(rights.map(({ where }) => where))];
  const lines = places.map((where) => {
    const commands = rights
      .filter((right) => right.where === where)
      .map(({ command }) => `!${command}`);
    return `${where}: ${commands.join(" ")}`;
  });
  return [text(head), list(lines)];
}

/** Roles with their scope, their end, and who gave them. */
export function heldWords(held: readonly Membership[], table: RoleTable): string {
  return listed(held.map((one) => oneHeld(one, table)));
}

function oneHeld({ role, on, until, by }: Membership, table: RoleTable): string {
  const scope = on === undefined ? "" : scopeWords([[on]], table);
  const parts = [
    scope === "everywhere" ? "" : scope,
    until === undefined ? "" : `until ${moment(until)}`,
    by === undefined ? "" : `given by ${by}`,
    table.roles.has(role) ? "" : "but there is no such role, so it gives nothing",
  ].filter((part) => part !== "");
  return parts.length === 0 ? role : `${role} (${parts.join(", ")})`;
}

/** Where a right holds: one way or another, each narrowed by every limit on it. */
export function scopeWords(
  ways: readonly (readonly ScopeGlobs[])[],
  { roomNames }: Pick<RoleTable, "roomNames"> = {},
): string {
  if (ways.length === 0) return "nowhere";
  const names = new Map<string, string>(roomNames);
  return listed([...new Set(ways.map((limits) => oneWay(limits, names)))], "or");
}

function oneWay(limits: readonly ScopeGlobs[], names: ReadonlyMap<string, string>): string {
  const parts = limits.flatMap(({ servers, apps, rooms }) => [
    part("on", servers),
    part("for", apps),
    part(
      "in",
      rooms?.map((room) => names.get(room) ?? room),
    ),
  ]);
  const said = [...new Set(parts.filter((words) => words !== ""))];
  return said.length === 0 ? "everywhere" : said.join(" ");
}

function part(word: string, globs: readonly string[] | undefined): string {
  if (globs === undefined || globs.includes("*")) return "";
  return globs.length === 0 ? `${word} none` : `${word} ${listed(globs, "or")}`;
}
