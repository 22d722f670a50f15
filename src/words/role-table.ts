// What changed in the role table since moot was last started.
import { list, text, type Block, type Doc, type Line } from "../core/doc.ts";
import { factIn, type RoleChanges } from "../core/role-facts.ts";
import { isUserId } from "../core/ids.ts";

export function roleChangesDoc({ gained, lost }: RoleChanges): Doc {
  return [
    text("The role table is another than when moot was last started."),
    ...part("From now on:", gained),
    ...part("No more:", lost),
    text(["Nobody changed it from a room. Type ", { code: "!audit" }, " to see it written down."]),
  ];
}

/** For the audit: the same as plain sentences. */
export function roleChangeLines({ gained, lost }: RoleChanges): {
  readonly gained: readonly string[];
  readonly lost: readonly string[];
} {
  return { gained: gained.map(factWords), lost: lost.map(factWords) };
}

function part(head: string, lines: readonly string[]): readonly Block[] {
  return lines.length === 0 ? [] : [text(head), list(lines.map(factLine))];
}

function factLine(line: string): Line {
  const [kind, user = "", role = "", limits] = factIn(line);
  return kind === "holds" && isUserId(user)
    ? [{ member: user }, ` ${holdsWords(role, limits)}`]
    : factWords(line);
}

function holdsWords(role: string, limits = ""): string {
  return `holds the role ${role}${limits === "" ? "" : ` for ${limits}`}`;
}

function orNone(globs: string): string {
  return globs === "" ? "none" : globs;
}

function factWords(line: string): string {
  const [kind, name = "", what = "", globs = ""] = factIn(line);
  switch (kind) {
    case "holds":
      return `${name} ${holdsWords(what, globs)}`;
    case "may":
      return `the role ${name} contains ${what}`;
    case "on":
      return `the role ${name} counts for the ${what} ${orNone(globs)}`;
    case "room":
      return `the room ${name} may act on the servers ${orNone(what)}`;
    default:
      return line;
  }
}
