// When two plans are the same.
import { expect, it } from "vitest";
import { fingerprint } from "../../src/core/fingerprint.ts";
import type { Plan } from "../../src/core/plan.ts";
import { actual, changed, plan, sha256, stackState, type Part } from "./planning-input.ts";

const version = { isChaos: false, commit: "c0ffee" };
const seen: Part = changed();

it("finds a plan made again from the same facts to be the same", () => {
  expect(plan(seen).hash).toBe(plan(seen).hash);
});

it("leaves the hash out of the text it is made from", () => {
  const made = plan(seen);
  const renamed: Plan = { ...made, hash: "other" };
  expect(fingerprint(renamed)).toBe(fingerprint(made));
  expect(sha256(fingerprint(made))).toBe(made.hash);
});

it("does not mind how the command was spelled that its commit tells of, but minds where it commits", () => {
  const made = plan(seen);
  const withCommit = (path: string, message: string): string =>
    fingerprint({ ...made, steps: [...made.steps, { kind: "commit", path, message }] });
  expect(withCommit("p", "!deploy a.b")).toBe(withCommit("p", "!deploy hello a.b"));
  expect(withCommit("p", "!deploy a.b")).not.toBe(withCommit("q", "!deploy a.b"));
});

it.each<[string, Part]>([
  ["a newer version", { ...seen, version: { ...version, from: "1.0.0+1", to: "1.0.1+1" } }],
  [
    "a deploy by somebody else",
    { ...seen, version: { ...version, from: "1.0.1+1", to: "1.0.0+1" } },
  ],
  ["an edited env file", { ...seen, file: { path: "p", text: "A=1", before: "A=0" } }],
  [
    "a service changed by hand",
    { ...seen, actual: { ...actual(stackState()), revision: { app: 8 } } },
  ],
  ["another stack on the server", { ...seen, actual: actual() }],
  ["a recipe outside the catalogue", { ...seen, isInCatalogue: false }],
  ["other content", changed({ env: { A: "1" } })],
  ["another text", { ...seen, compose: "other" }],
  ["other warnings", { ...seen, unset: ["A"] }],
  ["another patience", { ...seen, timeout: 900 }],
])("gives another hash for %s", (_, part) => {
  expect(plan(part).hash).not.toBe(plan(seen).hash);
});
