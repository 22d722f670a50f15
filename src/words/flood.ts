// More was typed at once than moot follows.
import { text, type Doc } from "../core/doc.ts";
import type { UserId } from "../core/ids.ts";
import { counted, moment } from "./phrases.ts";

export interface FloodFacts {
  /** Absent: all of them in this room together. */
  readonly who?: UserId;
  readonly count: number;
  readonly until: number;
}

export function floodDoc({ who, count, until }: FloodFacts): Doc {
  const were = count === 1 ? "was" : "were";
  return [
    text([
      ...(who === undefined ? ["More was typed here"] : [{ member: who }, " typed more"]),
      ` at once than I follow: ${counted(count, "command")} ${were} not run.`,
    ]),
    text(
      `I follow ${who === undefined ? "this room" : "them"} again from ${moment(until)} on. What is still wanted has to be typed again then.`,
    ),
  ];
}
