// Times as people type them, in both directions.
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseWhen } from "../../src/core/when.ts";

const NOW = Date.parse("2026-11-25T20:00:00Z");
const HOUR = 3_600_000;

test.each([
  ["30m", NOW + HOUR / 2],
  ["2h", NOW + 2 * HOUR],
  ["3d", NOW + 72 * HOUR],
  ["2w", NOW + 14 * 24 * HOUR],
  ["2026-12-01", Date.parse("2026-12-01T00:00:00Z")],
  ["2026-12-01T18:00", Date.parse("2026-12-01T18:00:00Z")],
  ["2026-12-01T18:00Z", Date.parse("2026-12-01T18:00:00Z")],
])("%s is a time to come", (typed, at) => {
  expect(parseWhen(typed, NOW)).toEqual({ kind: "when", at });
});

test.each([
  ["2h", NOW - 2 * HOUR],
  ["2026-11-01", Date.parse("2026-11-01T00:00:00Z")],
])("%s is a time that is past, where one is asked for", (typed, at) => {
  expect(parseWhen(typed, NOW, "past")).toEqual({ kind: "when", at });
});

test.each([
  ["", "is no time"],
  ["0m", "is no time"],
  ["2", "is no time"],
  ["2 h", "is no time"],
  ["90s", "is no time"],
  ["12345h", "is no time"],
  ["friday", "it looks like 30m, 2h, 3d, 2w, 2026-12-01 or 2026-12-01T18:00 (UTC)"],
  ["2026-02-30", "is no time"],
  ["2026-13-01", "is no time"],
  ["2026-12-01T25:00", "is no time"],
  ["2026-12-01Z", "is no time"],
  ["2026-11-25T20:00", "is past already"],
  ["2020-01-01", "is past already"],
])("%j is told what is wrong with it", (typed, problem) => {
  const read = parseWhen(typed, NOW);
  expect(read.kind === "bad" ? read.problem : read).toContain(problem);
});

test("a time to come is no time that is past", () => {
  expect(parseWhen("2027-01-01", NOW, "past")).toMatchObject({ kind: "bad" });
});

test("whatever is typed, a time comes out on the side that was asked for, or a problem", () => {
  const typed = fc.oneof(fc.string(), fc.stringMatching(/^\d{1,5}[mhdwx]$/));
  fc.assert(
    fc.property(typed, fc.constantFrom("future", "past"), (text, towards) => {
      const read = parseWhen(text, NOW, towards);
      if (read.kind === "when") expect(Math.sign(read.at - NOW)).toBe(towards === "past" ? -1 : 1);
      else expect(read.problem.length).toBeLessThan(160);
    }),
  );
});
