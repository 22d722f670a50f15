// The role table in words, and what is odd about the names in it.
import type { Absence } from "../core/absence.ts";
import { list, text, type Block, type Doc, type Line } from "../core/doc.ts";
import type { Revocation } from "../core/grants.ts";
import { allMemberWarnings, warningSentence, type MemberWarning } from "../core/lookalike.ts";
import type { Role, RoleTable } from "../core/roles.ts";
import { absenceWords } from "./absence.ts";
import { heldWords, scopeWords } from "./people.ts";

export interface People {
  readonly table: RoleTable;
  readonly revocations: readonly Revocation[];
  readonly absences: readonly Absence[];
}

export function rolesDoc(people: People): Doc {
  const { roles, members } = people.table;
  if (members.size === 0)
    return [text("There are no members, so nobody may do anything. moot's config names them.")];
  return [
    text("Roles:"),
    list([...roles].map(([name, role]) => roleLine(name, role, people.table))),
    text("Members:"),
    list([...members.keys()].map((user) => memberLine(user, people))),
    ...warningBlocks(allMemberWarnings([...members.keys()])),
  ];
}

function roleLine(name: string, { may, on }: Role, table: RoleTable): Line {
  const where = on === undefined ? "everywhere" : scopeWords([[on]], table);
  return [{ strong: name }, `: ${may.join(" ")}${where === "everywhere" ? "" : `; ${where}`}`];
}

function memberLine(user: Revocation["user"], { table, revocations, absences }: People): Line {
  const held = table.members.get(user) ?? [];
  const taken = revocations
    .filter((one) => one.user === user)
    .map(({ role, by }) => `; ${role} of the config was taken away, asked for by ${by}`);
  const away = absences
    .filter((one) => one.user === user)
    .map((absence) => `; ${absenceWords(absence)}`);
  const roles = held.length === 0 ? "no role" : heldWords(held, table);
  return [{ member: user }, `: ${[roles, ...taken, ...away].join("")}`];
}

/** To be shown wherever somebody must tell two people apart. */
export function warningBlocks(warnings: readonly MemberWarning[]): readonly Block[] {
  return warnings.length === 0 ? [] : [text("Look closely:"), list(warnings.map(warningSentence))];
}
