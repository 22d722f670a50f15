// The role table as single facts in one order, so that two tables can be compared.
import type { RoleTable, ScopeGlobs } from "./roles.ts";

/** `holds USER ROLE [LIMITS]`, `may ROLE WORD`, `on ROLE servers|apps|rooms GLOBS`, `room ID SERVERS`. */
export type RoleFact = readonly string[];

const PART = "\t";

/** One line a fact, sorted. */
export function roleFacts({ roles, members, rooms }: RoleTable): readonly string[] {
  const facts: readonly RoleFact[] = [
    ...[...members].flatMap(([user, held]) =>
      held.map(({ role, on }) => [
        "holds",
        user,
        role,
        ...(on === undefined ? [] : [limitWords(on)]),
      ]),
    ),
    ...[...roles].flatMap(([name, { may, on = {} }]) => [
      ...may.map((word) => ["may", name, word]),
      ...limitsOf(name, on),
    ]),
    ...[...(rooms ?? [])].map(([room, servers]) => ["room", room, servers.join(" ")]),
  ];
  return [...new Set(facts.map((fact) => fact.join(PART)))].toSorted();
}

function limitWords(on: ScopeGlobs): string {
  const { servers, apps, rooms } = on;
  return Object.entries({ servers, apps, rooms })
    .flatMap(([what, globs]) => (globs === undefined ? [] : [`${what} ${globs.join(" ")}`]))
    .join(", ");
}

function limitsOf(name: string, { servers, apps, rooms }: ScopeGlobs): readonly RoleFact[] {
  return Object.entries({ servers, apps, rooms }).flatMap(([what, globs]) =>
    globs === undefined ? [] : [["on", name, what, globs.join(" ")]],
  );
}

export function factIn(line: string): RoleFact {
  return line.split(PART);
}

export interface RoleChanges {
  readonly gained: readonly string[];
  readonly lost: readonly string[];
}

export function changesBetween(
  before: readonly string[],
  after: readonly string[],
): RoleChanges | undefined {
  const gained = after.filter((line) => !before.includes(line));
  const lost = before.filter((line) => !after.includes(line));
  return gained.length + lost.length === 0 ? undefined : { gained, lost };
}
