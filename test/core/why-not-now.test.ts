// Which rules hold a pending update back.
import { expect, test } from "vitest";
import { isAppName, isServerName, isUserId } from "../../src/core/ids.ts";
import { blockersOf, goesAlone, type UpdateFacts } from "../../src/core/why-not-now.ts";
import { named } from "../named.ts";
import { windowOf } from "./windows.ts";

const ANA = named(isUserId, "@ana:example.coop");
const ALPHA = named(isServerName, "alpha.example.coop");
const WIKI = named(isAppName, "wiki.example.coop");
const NOW = Date.parse("2026-11-24T12:00Z");
const DAY = 24 * 3_600_000;
const NIGHT = windowOf("daily 01:00-04:00");
const HOLD = { id: 3, target: WIKI, by: ANA, reason: "we move", at: NOW - DAY };

/** Nothing stands in its way. */
const FREE: UpdateFacts = {
  now: NOW,
  rules: { zone: "UTC", auto: "none", age: 0 },
  step: "minor",
  seenAt: NOW - DAY,
  holds: [],
  missing: 0,
  whoMay: [ANA],
  objections: [],
};

function kinds(facts: Partial<UpdateFacts>): readonly string[] {
  return blockersOf({ ...FREE, ...facts }).map(({ kind }) => kind);
}

test("an update that people agreed to, with no rule in its way, has none", () => {
  expect(blockersOf(FREE)).toEqual([]);
});

test("each rule is named with who or what lifts it, those that time lifts last", () => {
  const everything: UpdateFacts = {
    ...FREE,
    rules: { zone: "UTC", auto: "patch", age: 3 * DAY, window: NIGHT },
    look: { isOpen: false, opensAt: NOW + 9 },
    holds: [HOLD],
    missing: 1,
    objections: [{ by: ANA, reason: "not today" }],
    skippedBy: ANA,
    snoozed: { by: ANA, until: NOW + 5 },
    failedIn: 7,
    busyWith: 8,
    unreachable: { server: ALPHA, since: NOW - 5 },
    problem: "it has no image.",
    chaos: "0dbbb1d5",
  };
  expect(blockersOf(everything)).toEqual([
    { kind: "chaos", commit: "0dbbb1d5" },
    { kind: "unreachable", server: ALPHA, since: NOW - 5 },
    { kind: "cannot-plan", problem: "it has no image." },
    { kind: "failed-before", job: 7 },
    { kind: "skipped", by: ANA },
    { kind: "held", hold: HOLD },
    { kind: "objection", by: ANA, reason: "not today" },
    { kind: "needs-people", missing: 1, whoMay: [ANA] },
    { kind: "auto-off", auto: "patch", step: "minor", why: "step" },
    { kind: "snoozed", by: ANA, until: NOW + 5 },
    { kind: "too-young", seenAt: NOW - DAY, age: 3 * DAY, until: NOW + 2 * DAY },
    { kind: "window", window: NIGHT, opensAt: NOW + 9 },
    { kind: "busy", job: 8 },
  ]);
});

test("a window that never opens says so by leaving out when", () => {
  const rules = { ...FREE.rules, window: NIGHT };
  expect(blockersOf({ ...FREE, rules, look: { isOpen: false } })).toEqual([
    { kind: "window", window: NIGHT },
  ]);
});

test.each<[string, Partial<UpdateFacts>]>([
  ["a hold that is over", { holds: [{ ...HOLD, until: NOW }] }],
  ["a snooze that is over", { snoozed: { by: ANA, until: NOW } }],
  ["a version that is just old enough", { rules: { ...FREE.rules, age: DAY } }],
  [
    "an open window",
    { rules: { ...FREE.rules, window: NIGHT }, look: { isOpen: true, closesAt: NOW + 1 } },
  ],
])("%s holds nothing back", (_, facts) => {
  expect(kinds(facts)).toEqual([]);
});

test.each<[string, Partial<UpdateFacts>]>([
  ["a hold without an end", { holds: [HOLD] }],
  ["a hold that is not over", { holds: [{ ...HOLD, until: NOW + 1 }] }],
])("%s does", (_, facts) => {
  expect(kinds(facts)).toEqual(["held"]);
});

test.each<[string, Partial<UpdateFacts>, string]>([
  ["automatic updates are off", {}, "off"],
  ["the step is too big for it", { rules: { ...FREE.rules, auto: "patch" } }, "step"],
  ["its plan is a danger", { rules: { ...FREE.rules, auto: "minor" }, tier: "danger" }, "danger"],
])("people are needed where %s", (_, facts, why) => {
  const blockers = blockersOf({ ...FREE, missing: 1, ...facts });
  expect(blockers).toMatchObject([
    { kind: "needs-people", missing: 1 },
    { kind: "auto-off", why },
  ]);
  expect(goesAlone({ ...FREE, ...facts })).toBe(false);
});

test("nobody is needed where it goes alone, and an objection holds it back all the same", () => {
  const alone = {
    rules: { ...FREE.rules, auto: "minor" as const },
    tier: "change" as const,
    missing: 1,
  };
  expect(goesAlone({ ...FREE, ...alone })).toBe(true);
  expect(kinds(alone)).toEqual([]);
  expect(kinds({ ...alone, objections: [{ by: ANA }], holds: [HOLD] })).toEqual([
    "held",
    "objection",
  ]);
});
