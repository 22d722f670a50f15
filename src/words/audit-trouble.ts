// What the room hears when somebody edited the audit trail by hand.
import { text, type Block } from "../core/doc.ts";
import type { Break } from "../core/audit.ts";

const WHY: Readonly<Record<Break["why"], string>> = {
  changed: "it was changed, or put in, by somebody who is not moot",
  missing: "it is missing",
  "tail-missing": "it is missing, and so is all that came after it",
  "cut-forged": "all up to it was cut away, and not by moot",
};

export function auditBrokenDoc(entry: number, why: Break["why"]): readonly Block[] {
  return [
    text([
      { strong: "The audit trail in moot's database was edited by hand. " },
      `Entry ${entry} is the first that cannot be trusted: ${WHY[why]}.`,
    ]),
    text([
      "moot runs on. Find out who can write to its database; the newest export of ",
      { code: "!audit --export" },
      " that you kept, or a backup, tells what stood there.",
    ]),
  ];
}
