// The picture of the fleet's age as SVG: every app has its place, and no name steers the drawing.
import { describe, expect, test } from "vitest";
import type { DigestApp } from "../../src/core/digest.ts";
import { drawFleet } from "../../src/picture/fleet.ts";
import { element } from "../../src/picture/svg.ts";
import { behind, current, digest, fleet, unknown } from "../core/digests.ts";

function drawn(...apps: readonly DigestApp[]): string {
  return drawFleet(digest({ apps })).svg;
}

/** All that is written on it, in order. */
function writtenOn(svg: string): readonly string[] {
  return [...svg.matchAll(/<text[^>]*>(.*?)<\/text>/gs)].map(([, inside = ""]) =>
    inside.replaceAll(/<[^>]*>/g, " "),
  );
}

describe("the picture", () => {
  test("of no app says so", () => {
    expect(writtenOn(drawn())).toEqual([
      "How far behind our apps are",
      "2026-11-26",
      "There are no apps yet.",
    ]);
  });

  test("names each app, its recipe, how far it is behind and how it stands, with a mark for its age", () => {
    const svg = drawn(
      behind("wiki.example.coop", 41),
      behind("blog.example.coop", 5, { versionsBehind: 1, standing: "snoozed", recipe: "blog" }),
      unknown("sso.example.coop", "no answer"),
      current("pad.example.coop"),
    );
    const rows = writtenOn(svg).slice(-12);
    expect(rows).toEqual([
      ...["wiki.example.coop wiki ", "▲", "3 versions · 41 days"],
      ...["blog.example.coop blog ", "●", "1 version · 5 days · snoozed"],
      ...["sso.example.coop wiki ", "?", "not known"],
      ...["pad.example.coop wiki ", "✓", "newest"],
    ]);
  });

  test("draws bars as long as the days on their axis", () => {
    const svg = drawn(behind("a.b", 60), behind("b.b", 30), behind("c.b", 15));
    const widths = [...svg.matchAll(/width="([\d.]+)" height="18"/g)].map(([, width]) => width);
    expect(widths).toEqual(["316", "158", "79"]);
    expect(writtenOn(svg)).toEqual(expect.arrayContaining(["0", "20", "40", "60"]));
  });

  test("cuts a bar of more than 360 days and says how many there are", () => {
    const svg = drawn(behind("a.b", 2000), behind("b.b", 360));
    expect(svg.match(/<polygon/g)).toHaveLength(1);
    expect(writtenOn(svg)).toContain("3 versions · 2000 days");
  });

  test("has room for all that is said beside the longest bar", () => {
    const svg = drawn(behind("a.b", 9999, { versionsBehind: 200, standing: "waiting" }));
    expect(writtenOn(svg)).toContain("200 versions · 9999 days · held back");
  });

  test("has no axis where nobody knows any days", () => {
    const svg = drawn(current("a.b"), current("b.b", { standing: "failed", versionsBehind: 2 }));
    expect(svg).not.toContain("<line");
    expect(writtenOn(svg)).toEqual(expect.arrayContaining(["◆", "2 versions · failed"]));
  });

  test("of 200 apps has forty bars, the worst, and one for the rest of them", () => {
    const { svg, height } = drawFleet(digest({ apps: fleet(200) }));
    const written = writtenOn(svg);
    expect(written.filter((words) => /^app\d/.test(words))).toHaveLength(40);
    expect(written).toContain("and 160 apps more");
    expect(written).toContain("200 apps: 67 behind, 67 at the newest version and 66 not known.");
    expect(height).toBeLessThan(1600);
  });

  test("of 41 apps has a bar for each", () => {
    expect(writtenOn(drawFleet(digest({ apps: fleet(41) })).svg)).not.toContain("and 1 app more");
  });

  test("cuts a name of 253 letters to its column", () => {
    const name = `${"w".repeat(63)}.${"m".repeat(63)}.${"w".repeat(63)}.${"i".repeat(61)}`;
    const svg = drawn(behind(name, 1, { recipe: "r".repeat(300) }));
    expect(writtenOn(svg)).toContainEqual(expect.stringMatching(/^w{20,30}…$/));
  });

  test("escapes what a recipe is called, and leaves out what no XML can hold", () => {
    const recipe = `</text><script>&"'\u0000\u001b\u202e\ud800`;
    const svg = drawn(behind("a.b", 1, { recipe }));
    expect(svg).not.toContain("<script");
    expect(svg).not.toMatch(/[\u0000-\u001f\u202e\ud800]/);
    expect(svg).toContain("&lt;/text&gt;&lt;script&gt;&amp;&quot;&#39;");
  });
});

test("SVG escapes attributes and text alike, and rounds what it measures", () => {
  const { markup } = element("a", { b: `"<`, c: 1 / 3 }, "<i>", element("d", {}));
  expect(markup).toBe('<a b="&quot;&lt;" c="0.33">&lt;i&gt;<d></d></a>');
});
