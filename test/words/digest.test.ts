// The week as a room reads it.
import { describe, expect, test } from "vitest";
import type { Digest } from "../../src/core/digest.ts";
import { fits, html } from "../../src/matrix/html.ts";
import { isAppName, isServerName } from "../../src/core/ids.ts";
import { digestDoc } from "../../src/words/digest.ts";
import { plain } from "../../src/words/draw.ts";
import { pictureName, pictureWords } from "../../src/words/fleet.ts";
import { named } from "../named.ts";
import {
  ANA,
  behind,
  change,
  current,
  digest,
  fleet,
  unknown,
  unmeasured,
} from "../core/digests.ts";

function said(parts: Partial<Digest>): string {
  return plain(digestDoc(digest(parts)));
}

describe("backups", () => {
  const server = named(isServerName, "alpha.example.coop");
  const HOUR = 3_600_000;
  const { until } = digest();

  test("of each app are shown with age, size and proof, those without a young one first", () => {
    const good = { server, at: until - 6 * HOUR, bytes: 2_000_000_000 };
    const backups = [
      { ...good, app: named(isAppName, "a.b"), provenAt: until - 144 * HOUR },
      { ...good, app: named(isAppName, "d.b") },
      { ...good, app: named(isAppName, "b.b"), at: until - 73 * HOUR },
      { app: named(isAppName, "c.b"), server },
    ];
    const shown = said({ apps: [current("a.b")], backups });
    expect(shown).toContain("Backups: 2 of 4 apps have a good one of the last two days.");
    const rows = shown.split("\n").map((line) => line.split(/ {2,}/).map((cell) => cell.trim()));
    const at = rows.findIndex(([first]) => first === "App");
    expect(rows.slice(at + 1).filter((row) => row.length > 2)).toEqual([
      ["⚠️ c.b", "none", "never"],
      ["⚠️ b.b", "3 days old", "2.0 GB", "never"],
      ["d.b", "6 h old", "2.0 GB", "never"],
      ["a.b", "6 h old", "2.0 GB", "6 days ago"],
    ]);
  });

  test("of many apps are shown where they are least safe, and the rest is counted", () => {
    const many = Array.from({ length: 30 }, (_, index) => ({
      app: named(isAppName, `a${index}.b`),
      server,
    }));
    expect(said({ backups: many })).toContain(
      "And 15 more, better kept than these; !status shows all.",
    );
  });
});

describe("a week with nothing to do is one line", () => {
  const WEEK = "Week 2026-11-19 to 2026-11-26. ";

  test("of all apps", () => {
    const apps = [current("a.b"), current("b.b")];
    expect(said({ apps })).toBe(`${WEEK}All 2 apps run their newest versions. Well kept!`);
  });

  test("of the one app", () => {
    const apps = [current("a.b")];
    expect(said({ apps })).toBe(`${WEEK}The one app runs its newest version. Well kept!`);
  });

  test("of no app, with what to type", () => {
    expect(said({})).toBe(
      `${WEEK}There are no apps yet.\nType !help deploy to see how to make the first.`,
    );
  });
});

test("a week tells what is behind, what failed, what was done and by whom, and what to type", () => {
  const apps = [
    behind("wiki.example.coop", 41),
    behind("cloud.example.coop", 3, { versionsBehind: 1, standing: "snoozed" }),
    behind("pad.example.coop", 0, { versionsBehind: 1, standing: "failed" }),
    current("blog.example.coop"),
    unknown("sso.example.coop", "its registry answered 401"),
  ];
  const changes = [
    change("blog.example.coop"),
    change("chat.example.coop", { from: "1.1.0+5.1", by: "moot" }),
    change("pad.example.coop", { ending: "failed", reason: "app did not become\nhealthy" }),
  ];
  expect(said({ apps, changes, troublesOpen: 2 })).toMatchInlineSnapshot(`
    "Week 2026-11-19 to 2026-11-26. 3 of 5 apps are behind the newest version, the oldest for 41 days.
    App                 Runs       Newest     Behind                  Now
    wiki.example.coop   1.0.0+5.0  2.0.0+6.0  3 versions, 41 days     waits for a yes
    cloud.example.coop  1.0.0+5.0  2.0.0+6.0  1 version, 3 days       snoozed
    pad.example.coop    1.0.0+5.0  2.0.0+6.0  1 version, since today  failed before
    Not known how old:
    - sso.example.coop: its registry answered 401
    Failed:
    - ❌ pad.example.coop 1.0.0+5.0 → 1.1.0+5.1, by @ana:example.coop, 2026-11-20: app did not become healthy
    Updated:
    - ✅ blog.example.coop 1.0.0+5.0 → 1.1.0+5.1, by @ana:example.coop, 2026-11-20
    - ✅ chat.example.coop 1.1.0+5.1 with its images made anew, by moot itself, as the rules allow, 2026-11-20
    ⚠️ 2 troubles still stand: !servers.
    Type !updates APP to see what an update brings and what it waits for."
  `);
});

test("an app whose age nobody knows is told so", () => {
  const apps = [current("a.b", { standing: "waiting", versionsBehind: 2 })];
  expect(said({ apps })).toMatch(/1 of 1 app is behind the newest version\.\n/);
  expect(said({ apps })).toContain("2 versions  held back");
  expect(said({ apps: [unmeasured("a.b")] })).toContain("not known how far");
  expect(said({ apps: [unknown("a.b", "")] })).toContain("a.b: nobody could be asked");
  expect(said({ apps: [unknown("a.b", "")] })).toContain("Type !updates --now to ask again.");
});

test("a failure without anything behind says what to type", () => {
  const changes = [change("a.b", { ending: "failed" })];
  expect(said({ apps: [current("a.b")], changes })).toMatch(
    /Type !updates APP to see what failed\.$/,
  );
});

test("200 apps are one message that people can read", () => {
  const changes = Array.from({ length: 60 }, (_, index) => change(`c${index}.example.coop`));
  const problems = Array.from({ length: 9 }, (_, index) => unknown(`u${index}.b`, `no ${index}`));
  const doc = digestDoc(digest({ apps: [...fleet(200), ...problems], changes, troublesOpen: 1 }));
  const text = plain(doc);
  expect(text.split("\n").length).toBeLessThan(40);
  expect(text).toContain("67 of 209 apps are behind the newest version, the oldest for 398 days.");
  expect(text).toContain("And 52 more, not as far behind: 52 × wiki.");
  expect(text).toContain("and 52 more");
  expect(text).toContain("and 5 apps for other reasons");
  expect(text).toContain("1 trouble still stands: !servers.");
  expect(fits(doc)).toBe(true);
});

test("the longest names and the longest reasons still fit, and nothing hostile gets through", () => {
  const name = `${"w".repeat(63)}.${"w".repeat(63)}.${"w".repeat(63)}.${"w".repeat(61)}`;
  const nasty = `<img src=x>\u202e\u0000 ${"x".repeat(5000)}`;
  const apps = Array.from({ length: 100 }, (_, index) =>
    index % 2 === 0
      ? behind(name, index, { recipe: nasty, version: nasty, newest: nasty })
      : unknown(name, nasty),
  );
  const changes = [
    change(name, { ending: "failed", reason: nasty, from: nasty, to: nasty }),
    change(name, { from: nasty, to: nasty }),
  ];
  const doc = digestDoc(digest({ apps, changes }));
  expect(fits(doc)).toBe(true);
  expect(html(doc)).not.toContain("<img");
  expect(plain(doc)).not.toMatch(/[\u202e\u0000]/);
});

test("members are named, not rung", () => {
  const doc = digestDoc(digest({ changes: [change("a.b")] }));
  expect(JSON.stringify(doc)).toContain(JSON.stringify({ member: ANA }));
});

test("the picture has a name, and words for those who do not see it", () => {
  const apps = [behind("a.b", 41), current("b.b"), unknown("c.b", "no answer")];
  expect(pictureName(digest())).toBe("fleet-2026-11-26.png");
  expect(pictureWords(digest({ apps }))).toBe(
    "How far behind each app is on 2026-11-26, as bars. 3 apps: 1 behind, 1 at the newest version and 1 not known. Most behind is a.b: 3 versions, 41 days.",
  );
  expect(pictureWords(digest({ apps: [current("b.b")] }))).toBe(
    "How far behind each app is on 2026-11-26, as bars. 1 app: 1 at the newest version.",
  );
});
