// A budget is spent one by one and fills again with time, never beyond what it holds.
import fc from "fast-check";
import { expect, test } from "vitest";
import { isWhole, spend, type Budget } from "../../src/core/budget.ts";

const ALLOWANCE = { most: 3, every: 1_000 };

/** Which of these moments were let through. */
function allowed(moments: readonly number[]): readonly boolean[] {
  let budget: Budget | undefined;
  return moments.map((now) => {
    const left = spend(budget, ALLOWANCE, now);
    budget = left ?? budget;
    return left !== undefined;
  });
}

test.each<readonly [string, readonly number[], readonly boolean[]]>([
  ["so many at once, and no more", [0, 0, 0, 0], [true, true, true, false]],
  ["one more after its time", [0, 0, 0, 999, 1_000, 1_001], [true, true, true, false, true, false]],
  [
    "whole again after a while",
    [0, 0, 0, 9_000, 9_000, 9_000, 9_000].slice(2),
    [true, true, true, true, false],
  ],
  [
    "what comes out of order gives nothing",
    [5_000, 5_000, 5_000, 0, 900],
    [true, true, true, false, false],
  ],
  [
    "a clock that was set back begins anew",
    [900_000, 900_000, 900_000, 0, 0, 0, 0],
    [true, true, true, true, true, true, false],
  ],
  ["refused ones cost nothing", [0, 0, 0, 500, 900, 1_000], [true, true, true, false, false, true]],
])("%s", (_what, moments, expected) => {
  expect(allowed(moments)).toEqual(expected);
});

test("in any stretch of time no more pass than it holds and what came back meanwhile", () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 800 }), { maxLength: 40 }), (gaps) => {
      const moments = gaps.reduce<number[]>((all, gap) => [...all, (all.at(-1) ?? 0) + gap], []);
      const passed = moments.filter((_, index) => allowed(moments)[index]);
      for (const [index, from] of passed.entries()) {
        for (const [count, to] of passed.slice(index).entries())
          expect(count + 1).toBeLessThanOrEqual(3 + Math.floor((to - from) / 1_000 + 1e-9));
      }
    }),
  );
});

test("it is whole when all has come back", () => {
  const budget = spend(undefined, ALLOWANCE, 0) ?? { left: 0, at: 0 };
  expect(isWhole(budget, ALLOWANCE, 999)).toBe(false);
  expect(isWhole(budget, ALLOWANCE, 1_000)).toBe(true);
});
