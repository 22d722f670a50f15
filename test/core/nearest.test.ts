// The word a person probably meant.
import { describe, expect, test } from "vitest";
import { nearest } from "../../src/core/nearest.ts";

const VERBS = ["deploy", "undeploy", "status", "servers", "logs", "ps", "plan", "apps"];

describe("nearest", () => {
  test.each([
    ["depoly", "deploy"],
    ["depl", "deploy"],
    ["DEPLOY", "deploy"],
    ["stauts", "status"],
    ["log", "logs"],
    ["sp", "ps"],
    ["", undefined],
    ["frobnicate", undefined],
    ["x".repeat(5000), undefined],
  ])("%j was meant as %j", (typed, meant) => {
    expect(nearest(typed, VERBS)).toBe(meant);
  });

  test("the first of two equally near words is named", () => {
    expect(nearest("bat", ["cat", "hat"])).toBe("cat");
  });
});
