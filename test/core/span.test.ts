// Times as people write them.
import { expect, test } from "vitest";
import { ago, sinceTime } from "../../src/core/span.ts";

const NOW = Date.UTC(2026, 2, 31, 12);

test.each([
  ["2y", "2024-03-31T12:00"],
  ["1m", "2026-02-28T12:00"],
  ["1y1m", "2025-02-28T12:00"],
  ["1w2d3h", "2026-03-22T09:00"],
])("%s ago", (span, then) => {
  expect(new Date(ago(span, NOW)).toISOString().slice(0, 16)).toBe(then);
});

test.each([
  ["30m", "2026-03-31T11:30"],
  ["2h", "2026-03-31T10:00"],
  ["3d", "2026-03-28T12:00"],
  ["2026-03-20", "2026-03-20T00:00"],
  ["2026-03-20T10:05", "2026-03-20T10:05"],
])("since %s", (typed, then) => {
  expect(new Date(sinceTime(typed, NOW) ?? 0).toISOString().slice(0, 16)).toBe(then);
});

test.each([
  "",
  "2",
  "0d",
  "2 h",
  "h",
  "-2h",
  "2026-02-30",
  "2026-13-01",
  "2026-03-20T25:00",
  "x2026-03-20",
])("“%s” is no time", (typed) => {
  expect(sinceTime(typed, NOW)).toBeUndefined();
});
