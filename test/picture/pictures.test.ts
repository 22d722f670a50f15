// The picture itself, drawn as moot draws it: a PNG that shows something, the same for the same fleet.
import { describe, expect, test } from "vitest";
import type { Digest } from "../../src/core/digest.ts";
import { drawFleet } from "../../src/picture/fleet.ts";
import { openPictures } from "../../src/picture/pictures.ts";
import { behind, current, digest, fleet, unknown } from "../core/digests.ts";
import { readPng, type Points } from "./png.ts";

const pictures = openPictures(60_000);
const never = new AbortController().signal;
const name = `${"w".repeat(63)}.${"w".repeat(63)}.${"w".repeat(63)}.${"w".repeat(61)}`;
const hostile = `</text><script>&"'\u0000\u202e 漢字 👍`;

async function shown(given: Digest): Promise<Points> {
  const { png, width, height } = await pictures.fleet(given, never);
  const points = readPng(png);
  expect({ width: points.width, height: points.height }).toEqual({ width, height });
  expect(drawFleet(given)).toMatchObject({ width, height });
  return points;
}

describe("a picture is a PNG of the size it says, and not blank", () => {
  test.each([
    ["no app", digest()],
    ["one app", digest({ apps: [current("a.example.coop")] })],
    ["200 apps", digest({ apps: fleet(200) })],
    [
      "a name of 253 letters and a hostile recipe",
      digest({ apps: [behind(name, 3), behind("a.b", 3, { recipe: hostile })] }),
    ],
  ])("of %s", async (_, given) => {
    const { colours } = await shown(given);
    expect(colours.get("#ffffff")).toBeGreaterThan(10_000);
    // The ink of the title.
    expect(colours.get("#1f2328")).toBeGreaterThan(100);
  });
});

test("each age has its colour", async () => {
  const apps = [
    behind("old.b", 90),
    behind("late.b", 20),
    behind("recent.b", 3),
    current("undated.b", { standing: "pending", versionsBehind: 1 }),
    unknown("unknown.b", "no answer"),
    current("current.b"),
  ];
  const { colours } = await shown(digest({ apps }));
  for (const colour of ["#d55e00", "#e69f00", "#56b4e9", "#cc79a7", "#b1bac4", "#009e73"])
    expect(colours.get(colour), colour).toBeGreaterThan(1_000);
});

test("the same fleet gives the same bytes, and another gives others", async () => {
  const one = await pictures.fleet(digest({ apps: fleet(5) }), never);
  const same = await pictures.fleet(digest({ apps: fleet(5).toReversed() }), never);
  const other = await pictures.fleet(digest({ apps: fleet(6) }), never);
  expect(Buffer.from(same.png).equals(one.png)).toBe(true);
  expect(Buffer.from(other.png).equals(one.png)).toBe(false);
});

test("drawing ends when it is told to, and when it takes too long", async () => {
  const reason = new Error("moot stops");
  await expect(pictures.fleet(digest(), AbortSignal.abort(reason))).rejects.toBe(reason);
  const hasty = openPictures(1).fleet(digest({ apps: fleet(40) }), never);
  await expect(hasty).rejects.toMatchObject({ reason: { kind: "step-failed" } });
});
