// The rules of keeping, on days.
import { describe, expect, test } from "vitest";
import { keptByRules } from "../../src/core/keeping.ts";

const RULES = { within: "7d", withinWeekly: "5w", withinMonthly: "12m" };

function on(...days: readonly string[]): readonly { readonly at: number }[] {
  return days.map((day) => ({ at: Date.parse(`${day}T03:30:00Z`) }));
}

function kept(...days: readonly string[]): readonly string[] {
  return keptByRules(on(...days), RULES).map(({ at }) => new Date(at).toISOString().slice(0, 10));
}

describe("rules by time", () => {
  test("keep all of the last days", () => {
    expect(kept("2026-11-26", "2026-11-25", "2026-11-20")).toHaveLength(3);
  });

  test("keep the newest of each week after that, from Monday to Sunday", () => {
    expect(kept("2026-11-26", "2026-11-15", "2026-11-14", "2026-11-09", "2026-11-08")).toEqual([
      "2026-11-26",
      "2026-11-15",
      "2026-11-08",
    ]);
  });

  test("keep the newest of each month after that, and nothing that is older", () => {
    expect(kept("2026-11-26", "2026-08-30", "2026-08-02", "2026-07-01", "2025-10-31")).toEqual([
      "2026-11-26",
      "2026-08-30",
      "2026-07-01",
    ]);
  });

  test("count back from the newest, so that an app that is at rest loses nothing", () => {
    expect(kept("2024-01-03", "2024-01-02")).toHaveLength(2);
  });

  test("keep nothing of nothing", () => {
    expect(kept()).toEqual([]);
  });
});
