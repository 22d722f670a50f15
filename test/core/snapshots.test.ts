// Paths in a snapshot as people type them, and what none of them may reach.
import { expect, test } from "vitest";
import { isStackName } from "../../src/core/ids.ts";
import { placeInside, shortPath, snapshotTyped } from "../../src/core/snapshots.ts";
import { named } from "../named.ts";

const stack = named(isStackName, "wiki_example_coop");
const data = "/var/lib/docker/volumes/wiki_example_coop_data/_data";
const inside = { stack, volumes: ["wiki_example_coop_data", "shared"] };

test.each([
  ["data", data],
  ["data/pages/start.md", `${data}/pages/start.md`],
  ["/data/./pages//start.md/", `${data}/pages/start.md`],
  ["wiki_example_coop_data/pages", `${data}/pages`],
  [`${data}/pages`, `${data}/pages`],
  ["shared/a b", "/var/lib/docker/volumes/shared/_data/a b"],
])("%s is in a volume", (typed, path) => {
  expect(placeInside(inside, typed)).toEqual({ kind: "data", path });
});

test.each([
  ["moot/app/secrets/wiki_example_coop_db_password_v1", "own-files"],
  ["/moot/app/env", "own-files"],
  ["/moot", "own-files"],
  ["data/../../../moot/app/env", "nowhere"],
  ["..", "nowhere"],
  ["database", "nowhere"],
  ["etc/shadow", "nowhere"],
  ["/var/lib/docker/volumes/another_data/_data/x", "nowhere"],
  ["", "nowhere"],
])("%j is not", (typed, kind) => {
  expect(placeInside(inside, typed)).toEqual({ kind });
});

test("what is shown of a path is what can be typed", () => {
  expect(shortPath(`${data}/pages/start.md`, stack)).toBe("data/pages/start.md");
  expect(shortPath("/var/lib/docker/volumes/shared/_data", stack)).toBe("shared");
  expect(shortPath("/moot/app/env", stack)).toBe("moot/app/env");
});

test("a name is some hexadecimal digits, and not too few", () => {
  expect(snapshotTyped("0aF3")).toBe("0af3");
  for (const typed of ["0a3", "latest", "--all", "0".repeat(65), ""])
    expect(snapshotTyped(typed)).toBeUndefined();
});
