// What counts as newer than what runs, and when an update is reached.
import fc from "fast-check";
import { expect, test } from "vitest";
import { isReached, markOf, comparisonOf, updateEvent, updateOf } from "../../src/core/update.ts";
import { compareVersions, parseVersion } from "../../src/core/version.ts";

const RUNS = { version: "1.1.0+2.0", digests: { "wiki:2.0": "sha256:a" } };

test("the newest published version above what runs is offered, with how many it is behind", () => {
  const published = ["1.0.0+1.9", "1.2.0+2.1", "1.1.0+2.0", "2.0.0+3.0", "1.1.1+2.0"];
  expect(comparisonOf(RUNS, published, {})).toEqual({
    kind: "new",
    novelty: { from: "1.1.0+2.0", to: "2.0.0+3.0", images: {} },
    behind: 3,
  });
});

test("versions below what runs, and others with the same number, are not newer", () => {
  expect(comparisonOf(RUNS, ["1.0.0+1.9", "1.1.0+2.0-fpm", "0.9.9+9"], {})).toEqual({
    kind: "current",
  });
});

test("junk tags offer nothing", () => {
  const junk = ["latest", "v9.9.9", "9.9.9", "9.9.9-rc1+2", "main", "../../etc"];
  expect(comparisonOf(RUNS, junk, {})).toEqual({ kind: "current" });
});

test("a commit and a label that is no version cannot be compared", () => {
  expect(comparisonOf({ ...RUNS, chaos: "abc1234" }, ["9.0.0+1"], {})).toEqual({
    kind: "chaos",
    commit: "abc1234",
  });
  expect(comparisonOf({ ...RUNS, version: "abc1234d" }, ["9.0.0+1"], {})).toEqual({
    kind: "chaos",
    commit: "abc1234d",
  });
  expect(comparisonOf({ ...RUNS, version: "v2" }, ["9.0.0+1"], {})).toEqual({
    kind: "unknown",
    version: "v2",
  });
  expect(comparisonOf({ digests: {} }, ["9.0.0+1"], {})).toEqual({
    kind: "unknown",
    version: undefined,
  });
});

test("a tag that names other content is offered where no version is newer, and only where it could be asked", () => {
  expect(comparisonOf(RUNS, [], { "wiki:2.0": "sha256:b" })).toEqual({
    kind: "new",
    novelty: { from: "1.1.0+2.0", to: "1.1.0+2.0", images: { "wiki:2.0": "sha256:b" } },
    behind: 0,
  });
  expect(comparisonOf(RUNS, [], { "wiki:2.0": "sha256:a" })).toEqual({ kind: "current" });
  expect(comparisonOf(RUNS, [], { "other:1": "sha256:b" })).toEqual({ kind: "current" });
  expect(comparisonOf(RUNS, ["1.2.0+2.0"], { "wiki:2.0": "sha256:b" })).toMatchObject({
    novelty: { to: "1.2.0+2.0", images: {} },
  });
});

test("what is offered is above what runs, whatever is published", () => {
  const number = fc.nat(3);
  const version = fc.tuple(number, number, number).map(([a, b, c]) => `${a}.${b}.${c}+1`);
  fc.assert(
    fc.property(version, fc.array(version), (runs, published) => {
      const found = comparisonOf({ version: runs, digests: {} }, published, {});
      const [from, to] = [
        parseVersion(runs),
        parseVersion(found.kind === "new" ? found.novelty.to : runs),
      ];
      if (from === undefined || to === undefined) throw new Error("no version");
      const above = published.flatMap((tag) => {
        const other = parseVersion(tag);
        return other !== undefined && compareVersions(other, from) > 0 ? [other] : [];
      });
      expect(found.kind).toBe(above.length === 0 ? "current" : "new");
      for (const other of above) expect(compareVersions(to, other)).toBeGreaterThanOrEqual(0);
    }),
  );
});

test("an update is reached by its version and by any above it; new images by none", () => {
  const novelty = { from: "1.0.0+1", to: "1.2.0+1", images: {} };
  expect(isReached(novelty, "1.1.0+1")).toBe(false);
  expect(isReached(novelty, "1.2.0+1")).toBe(true);
  expect(isReached(novelty, "2.0.0+1")).toBe(true);
  expect(isReached(novelty, "abc1234")).toBe(false);
  expect(isReached({ ...novelty, images: { a: "b" } }, "9.0.0+1")).toBe(false);
});

test("the order in which images are found makes no other update of it", () => {
  const [a, b] = [
    { "wiki:1": "sha256:a", "db:2": "sha256:b" },
    { "db:2": "sha256:b", "wiki:1": "sha256:a" },
  ];
  const common = { from: "1.0.0+1", to: "1.0.0+1" };
  expect(markOf({ ...common, images: a })).toBe(markOf({ ...common, images: b }));
  expect(markOf({ ...common, images: a })).not.toBe(markOf({ ...common, images: {} }));
});

test("an update asks in a name of its own", () => {
  expect(updateOf(updateEvent(17))).toBe(17);
  expect(updateOf(updateEvent(0))).toBe(0);
  expect(() => updateEvent(-1)).toThrow("no number");
  expect(() => updateEvent(1.5)).toThrow("no number");
});
