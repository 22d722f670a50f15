// What is said to have moved between the plan that people saw and the one made now.
import { expect, it } from "vitest";
import { movedSince, type Movement } from "../../src/core/moved.ts";
import { actual, changed, plan, stackState, type Part } from "./planning-input.ts";

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
