// What a week's digest shows: the worst first, as many as people read, the rest counted.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  ageOf,
  countAges,
  countRecipes,
  isBehind,
  pageOf,
  split,
  worstFirst,
} from "../../src/core/digest.ts";
import { behind, change, current, digest, fleet, SINCE, unknown } from "./digests.ts";

describe("the order", () => {
  test("is the longest behind first, then what is not known, then what is current", () => {
    const apps = [
      current("a.b"),
      unknown("u.b", "no answer"),
      behind("ten.b", 10),
      behind("undated.b", 0, { versionsBehind: 9 }),
      behind("forty.b", 40),
      behind("also-ten.b", 10),
      behind("ten-and-more.b", 10, { versionsBehind: 4 }),
    ];
    expect(worstFirst(apps).map(({ app }) => app)).toEqual([
      "forty.b",
      "ten-and-more.b",
      "also-ten.b",
      "ten.b",
      "undated.b",
      "u.b",
      "a.b",
    ]);
  });

  test("does not depend on how the apps came", () => {
    const apps = fleet(40);
    const shuffled = fc.shuffledSubarray([...apps], { minLength: apps.length });
    const order = fc.property(shuffled, (other) => {
      expect(worstFirst(other)).toEqual(worstFirst(apps));
    });
    fc.assert(order);
  });
});

test.each([
  [behind("a.b", 0), "recent"],
  [behind("a.b", 13), "recent"],
  [behind("a.b", 14), "late"],
  [behind("a.b", 59, { standing: "snoozed" }), "late"],
  [behind("a.b", 60, { standing: "failed" }), "old"],
  [current("a.b", { standing: "waiting" }), "undated"],
  [current("a.b"), "current"],
  [unknown("a.b", "no answer"), "unknown"],
] as const)("an app is as old as its days say: %#", (app, age) => {
  expect(ageOf(app)).toBe(age);
});

test("every app is counted in exactly one age", () => {
  for (const count of [0, 1, 7, 200]) {
    const ages = Object.values(countAges(fleet(count)));
    expect(ages.reduce((sum, some) => sum + some, 0)).toBe(count);
  }
});

describe("the page", () => {
  test("of 200 apps shows fifteen and keeps the rest, and no one is lost", () => {
    const apps = fleet(200);
    const { behind: late, current: newest, unknown: problems } = pageOf(digest({ apps }));
    expect(late.first).toHaveLength(15);
    expect([...late.first, ...late.rest]).toEqual(worstFirst(apps).filter(isBehind));
    expect(newest).toBe(67);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.apps).toHaveLength(66);
  });

  test("tells a problem that many apps share once, the most shared first", () => {
    const apps = [unknown("a.b", "401"), unknown("b.b", "no answer"), unknown("c.b", "no answer")];
    expect(pageOf(digest({ apps })).unknown).toEqual([
      { problem: "no answer", apps: ["b.b", "c.b"] },
      { problem: "401", apps: ["a.b"] },
    ]);
  });

  test("parts what failed from what was applied, the newest first", () => {
    const changes = [
      change("old.b", { at: SINCE + 1 }),
      change("failed.b", { ending: "failed" }),
      change("new.b", { at: SINCE + 2 }),
    ];
    const { applied, failed } = pageOf(digest({ changes }));
    expect(applied.first.map(({ app }) => app)).toEqual(["new.b", "old.b"]);
    expect(failed.first.map(({ app }) => app)).toEqual(["failed.b"]);
  });
});

test("one more than fits is shown, too", () => {
  expect(split([1, 2, 3], 2)).toEqual({ first: [1, 2, 3], rest: [] });
  expect(split([1, 2, 3, 4], 2)).toEqual({ first: [1, 2], rest: [3, 4] });
  expect(split([], 2)).toEqual({ first: [], rest: [] });
});

test("recipes are counted, the most frequent first", () => {
  const apps = [
    current("a.b"),
    current("b.b", { recipe: "blog" }),
    current("c.b"),
    current("d.b", { recipe: "art" }),
  ];
  expect([...countRecipes(apps)]).toEqual([
    ["wiki", 2],
    ["art", 1],
    ["blog", 1],
  ]);
});
