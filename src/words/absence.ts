// What moot says of those who are away.
import type { Absence } from "../core/absence.ts";
import { text, type Doc } from "../core/doc.ts";
import { moment } from "./phrases.ts";

export function leftDoc(until: number | undefined): Doc {
  return [
    text(
      until === undefined
        ? "You are away from now on: you are not asked, and not waited for."
        : `You are away until ${moment(until)}: until then you are not asked, and not waited for.`,
    ),
    text(["Type ", { code: "!away back" }, " when you are back."]),
  ];
}

export function backDoc(wasAway: boolean): Doc {
  return [text(wasAway ? "Welcome back: you are asked again." : "You were not away.")];
}

/** `away until 2026-12-01 00:00 UTC`. */
export function absenceWords({ since, until }: Absence): string {
  return until === undefined ? `away since ${moment(since)}` : `away until ${moment(until)}`;
}
