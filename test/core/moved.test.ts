// What is said to have moved between two plans of the same request.
import { describe, expect, it, test } from "vitest";
import { movedSince, type Movement } from "../../src/core/moved.ts";
import type { Plan } from "../../src/core/plan.ts";
import { planStack } from "../../src/core/planning.ts";
import type { PlanInput } from "../../src/core/planning-input.ts";
import {
  actual,
  changed,
  digest,
  MAKING,
  plan,
  planInput,
  service,
  stackState,
  type Part,
} from "./planning-input.ts";

function planOf(over: Partial<PlanInput> = {}): Plan {
  const planning = planStack(planInput(over), MAKING);
  if (planning.kind === "impossible") throw new Error("it cannot be planned");
  return planning.plan;
}

const running = stackState([service({ image: "w:1", digest: digest(1) })]);
const wanted = stackState([service({ image: "w:2", digest: digest(2) })]);
const step = { desired: wanted, actual: actual(running) };
const BEFORE = planOf(step);

function moved(after: Plan): readonly string[] {
  return movedSince(BEFORE, after).map(({ kind }) => kind);
}

describe("movedSince", () => {
  test("says nothing of the same plan", () => {
    expect(movedSince(BEFORE, planOf(step))).toEqual([]);
  });

  test("says that something else would be destroyed", () => {
    const losses = [{ what: "volume", name: "v", bytes: 1 }] as const;
    expect(moved({ ...BEFORE, hash: "other", losses })).toEqual(["losses"]);
  });

  test("says that nothing is left when all is as wanted", () => {
    expect(moved({ ...BEFORE, hash: "other", tier: "routine" })).toEqual(["nothing-left"]);
  });

  test("names the version", () => {
    const version = { ...BEFORE.version, to: "9.0.0+9" };
    expect(movedSince(BEFORE, { ...BEFORE, hash: "other", version })).toEqual([
      { kind: "version", from: BEFORE.version.to, to: "9.0.0+9" },
    ]);
  });

  test("names an image that has another digest now", () => {
    const other = stackState([service({ image: "w:2", digest: digest(3) })]);
    expect(movedSince(BEFORE, planOf({ ...step, desired: other }))).toContainEqual({
      kind: "image",
      service: "app",
      from: `w:2@${digest(2)}`,
      to: `w:2@${digest(3)}`,
    });
  });

  test("names what somebody changed on the server, what came and what went", () => {
    const revision = { app: 8, worker: 1 };
    const before = { ...BEFORE, revision: { app: 7, db: 3 } };
    expect(movedSince(before, { ...before, hash: "other", revision })).toEqual([
      { kind: "live", service: "app" },
      { kind: "live", service: "db" },
      { kind: "live", service: "worker" },
    ]);
  });

  test("names a danger that was not there, and none that went", () => {
    const danger = { kind: "docker-socket", service: "app" } as const;
    expect(moved({ ...BEFORE, hash: "other", dangers: [...BEFORE.dangers, danger] })).toEqual([
      "danger",
    ]);
    const before = { ...BEFORE, dangers: [danger] };
    expect(movedSince(before, { ...before, hash: "other", dangers: [] })).toEqual([
      { kind: "elsewhere" },
    ]);
  });

  test("never says nothing of another plan", () => {
    expect(moved({ ...BEFORE, hash: "other" })).toEqual(["elsewhere"]);
  });
});

const seen: Part = changed();
const unwritten = { path: "p", text: "A=1\n", before: "A=1\n" };

it.each<[string, Part, Part, readonly Movement[]]>([
  ["nothing", seen, seen, []],
  [
    "an env file that the deploy writes",
    { ...seen, file: { path: "p", text: "A=1\n", before: "" } },
    { ...seen, file: { path: "p", text: "A=1\nB=1\n", before: "B=1\n" } },
    [{ kind: "env-file" }],
  ],
  [
    "an env file that the deploy only reads",
    { ...seen, file: unwritten },
    { ...seen, file: { path: "p", text: "A=2\n", before: "A=2\n" } },
    [{ kind: "env-file" }],
  ],
  [
    "a service changed by hand",
    seen,
    { ...seen, actual: { ...actual(stackState()), revision: { app: 8 } } },
    [{ kind: "live", service: "app" }],
  ],
])("%s", (_what, before, after, moves) => {
  expect(movedSince(plan(before), plan(after))).toEqual(moves);
});
