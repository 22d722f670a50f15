// When two plans are the same, and what moved when they are not.
import { expect, it } from "vitest";
import { fingerprint, samePlan, whatMoved } from "../../src/core/fingerprint.ts";
import type { Plan } from "../../src/core/plan.ts";
import { actual, changed, plan, service, sha256, stackState, type Part } from "./planning-input.ts";

const version = { isChaos: false, commit: "c0ffee" };
const seen: Part = changed();

it("finds a plan made again from the same facts to be the same", () => {
  expect(samePlan(plan(seen), plan(seen))).toBe(true);
  expect(whatMoved(plan(seen), plan(seen))).toEqual([]);
});

it("leaves the hash out of the text it is made from", () => {
  const made = plan(seen);
  const renamed: Plan = { ...made, hash: "other" };
  expect(fingerprint(renamed)).toBe(fingerprint(made));
  expect(sha256(fingerprint(made))).toBe(made.hash);
});

it.each<[string, Part, readonly string[]]>([
  [
    "a newer version",
    { ...seen, version: { ...version, from: "1.0.0+1", to: "1.0.1+1" } },
    ["the version to deploy is 1.0.1+1 now, it was 1.0.0+1"],
  ],
  [
    "a deploy by somebody else",
    { ...seen, version: { ...version, from: "1.0.1+1", to: "1.0.0+1" } },
    ["the server runs 1.0.1+1 now, it ran 1.0.0+1"],
  ],
  [
    "an edited env file",
    { ...seen, file: { path: "p", text: "A=1", before: "A=0" } },
    ["its env file was changed"],
  ],
  [
    "a service changed by hand",
    { ...seen, actual: { ...actual(stackState()), revision: { app: 8 } } },
    ["the service app was changed on the server"],
  ],
  [
    "another stack on the server",
    { ...seen, actual: actual() },
    ["the service app is gone from the server"],
  ],
  [
    "a new service",
    { ...seen, actual: actual(stackState([service(), service({ name: "db" })])) },
    ["the service db appeared on the server"],
  ],
  [
    "a recipe outside the catalogue",
    { ...seen, isInCatalogue: false },
    ["its risks are judged differently now"],
  ],
  ["other content", changed({ env: { A: "1" } }), ["other things would change than before"]],
  [
    "another text",
    { ...seen, compose: "other" },
    ["the recipe or its images give another stack now"],
  ],
  ["other warnings", { ...seen, unset: ["A"] }, ["there are other warnings than before"]],
  ["another patience", { ...seen, timeout: 900 }, ["its steps are not the same any more"]],
])("tells of %s", (_, part, words) => {
  expect(whatMoved(plan(seen), plan(part)).slice(0, 1)).toEqual(words);
});
