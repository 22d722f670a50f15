// Recipe versions: which count, which is newer, and how big the step is.
import { describe, expect, it } from "vitest";
import {
  compareVersions,
  isCommit,
  isMajorStep,
  newestVersion,
  parseVersion,
  sortVersions,
  stepBetween,
  versionsAfter,
} from "../../src/core/version.ts";

describe("versions", () => {
  it.each([
    ["2.0.1+1.0.6-social-amd64", [2, 0, 1], "1.0.6-social-amd64"],
    ["5.0.3+27.0.1-fpm", [5, 0, 3], "27.0.1-fpm"],
    ["1.0.0+v1.6.870-0", [1, 0, 0], "v1.6.870-0"],
    ["0.8.1+3.5.0", [0, 8, 1], "3.5.0"],
  ])("reads %s", (tag, recipe, upstream) => {
    expect(parseVersion(tag)).toEqual({ text: tag, recipe, upstream });
  });

  it.each(["junk", "v2.4.8", "1.0.3", "1.14.1-rootless_1", "1.0.0-rc1+2.0", "1.0+2", "1.0.0+", ""])(
    "does not count %j",
    (tag) => {
      expect(parseVersion(tag)).toBeUndefined();
    },
  );

  it("finds the newest, by number and not by letter", () => {
    const tags = ["1.0.0+1.0.5", "2.0.1+1.0.6", "junk", "v9.9.9", "2.0.0+1.0.5"];
    expect(newestVersion(tags)).toBe("2.0.1+1.0.6");
    expect(sortVersions(["1.10.0+1", "1.9.0+1", "x"])).toEqual(["1.9.0+1", "1.10.0+1"]);
    expect(newestVersion([])).toBeUndefined();
  });

  it("does not call a version newer for what stands behind the sign", () => {
    const [one, other] = [parseVersion("1.0.0+1"), parseVersion("1.0.0+2")];
    expect(one && other && compareVersions(one, other)).toBe(0);
  });

  it("offers what is newer than the deployed one, and nothing to a commit", () => {
    const tags = ["1.0.0+1", "1.0.1+1", "2.0.0+1"];
    expect(versionsAfter("1.0.0+1", tags)).toEqual(["1.0.1+1", "2.0.0+1"]);
    expect(versionsAfter("0dbbb1d5", tags)).toEqual([]);
  });

  it.each([
    [undefined, "1.0.0+1", "first"],
    ["1.0.0+1", "1.0.0+1", "same"],
    ["1.0.0+1", "1.0.1+1", "patch"],
    ["1.0.1+1", "1.1.0+2", "minor"],
    ["1.9.9+1", "2.0.0+1", "major"],
    ["2.0.0+1", "1.9.9+1", "older"],
    ["1.0.1+1", "1.0.0+1", "older"],
    ["1.0.0+1", "1.0.0+2", "unknown"],
    ["0dbbb1d5", "1.0.0+1", "unknown"],
    ["v1.0.0", "1.0.0+1", "unknown"],
    ["1.0.0+1", "0dbbb1d5", "chaos"],
    [undefined, "0dbbb1d5", "chaos"],
  ])("calls the step from %s to %s %s", (from, to, step) => {
    expect(stepBetween(from, to)).toBe(step);
  });

  it("sees a major step whichever way it goes", () => {
    expect(isMajorStep("1.0.0+1", "2.0.0+1")).toBe(true);
    expect(isMajorStep("2.0.0+1", "1.0.0+1")).toBe(true);
    expect(isMajorStep("1.0.0+1", "1.5.0+1")).toBe(false);
    expect(isMajorStep(undefined, "2.0.0+1")).toBe(false);
  });

  it("knows a commit, dirty or not", () => {
    expect(["0dbbb1d5", "0dbbb1d5+U", "1.0.0+1", "wiki"].map(isCommit)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
