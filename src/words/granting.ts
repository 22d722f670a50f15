// What people are asked to agree to when a role is to be given or taken.
import { text, type Block } from "../core/doc.ts";
import type { GrantProposal } from "../core/giving.ts";
import { memberWarnings } from "../core/lookalike.ts";
import type { RoleTable } from "../core/roles.ts";
import { scopeWords } from "./people.ts";
import { moment } from "./phrases.ts";
import { warningBlocks } from "./roles.ts";

/** With whom the person could be taken for. */
export function grantBlocks(
  { user, role, on, until }: GrantProposal,
  table: RoleTable,
): readonly Block[] {
  const where = on === undefined ? "everywhere" : scopeWords([[on]], table);
  const end = until === undefined ? "" : `, until ${moment(until)}`;
  return [
    text([{ strong: "Give" }, ` the role ${role} to `, { code: user }, `, ${where}${end}.`]),
    ...warningBlocks(memberWarnings(user, [...table.members.keys()])),
  ];
}
