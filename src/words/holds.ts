// What is held back, and by whom.
import { text, type Doc, type Span } from "../core/doc.ts";
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

export function heldDoc(hold: Hold): Doc {
  const name = holdName(hold.id);
  return [
    text([`${name}: `, ...holdLine(hold), "."]),
    text("Nothing new is run there until then. What fails may still be put back."),
  ];
}

export function liftedDoc(id: number, target: string): Doc {
  return [text([`${holdName(id)} is lifted: `, { strong: target }, " may be changed again."])];
}

/** For what is shown beside them: plans and how apps are. */
export function holdsDoc(holds: readonly Hold[]): Doc {
  return holds.map((hold) => text(["✋ ", ...holdLine(hold), "."]));
}
