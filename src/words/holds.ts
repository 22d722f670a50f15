// What is held back, and by whom.
import { list, text, type Doc, type Span } from "../core/doc.ts";
import type { Hold } from "../core/proposal.ts";
import { moment } from "./phrases.ts";

export function holdName(id: number): string {
  return `h${id}`;
}

export function holdLine({ id, target, by, reason, until }: Hold): readonly Span[] {
  const end = until === undefined ? "" : `, until ${moment(until)}`;
  return [
    { strong: target },
    " is held by ",
    { member: by },
    `${end}: ${reason} (`,
    { code: `!unhold ${holdName(id)}` },
    " lifts it)",
  ];
}

/** What is held back among these apps and servers; nothing where nothing is. */
export function holdsDoc(holds: readonly Hold[], targets: readonly string[]): Doc {
  const found = holds.filter(({ target }) => targets.includes(target));
  return found.length === 0 ? [] : [text("Held back:"), list(found.map(holdLine))];
}

export function heldDoc(hold: Hold): Doc {
  const name = holdName(hold.id);
  return [
    text([`${name}: `, ...holdLine(hold), "."]),
    text(
      "No new job runs there while it is held. What runs already goes on, and what fails may be put back.",
    ),
  ];
}

export function liftedDoc(id: number, target: string): Doc {
  return [text([`${holdName(id)} is lifted: `, { strong: target }, " may be changed again."])];
}
