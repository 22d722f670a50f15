// Each rule that holds an update back says who or what lifts it, when, and what to type.
import { expect, test } from "vitest";
import { zonedCalendar } from "../../src/calendar/calendar.ts";
import { list } from "../../src/core/doc.ts";
import { isAppName, isServerName, isUserId } from "../../src/core/ids.ts";
import type { Blocker } from "../../src/core/why-not-now.ts";
import { plain } from "../../src/words/draw.ts";
import { whyNotNowLines } from "../../src/words/why-not-now.ts";
import { windowOf } from "../core/windows.ts";
import { named } from "../named.ts";

const ANA = named(isUserId, "@ana:example.coop");
const BEA = named(isUserId, "@bea:example.coop");
const ALPHA = named(isServerName, "alpha.example.coop");
const WIKI = named(isAppName, "wiki.example.coop");
const ZONE = "Europe/Berlin";
const AT = Date.parse("2026-11-24T02:00Z");
const WHEN = "Tue 24 Nov 03:00 (Europe/Berlin)";
const DAY = 24 * 3_600_000;
const UPGRADE = "!upgrade wiki.example.coop --to 1.1.0+2";
const window = windowOf("Mon-Fri 03:00-05:00");
const hold = { id: 3, target: WIKI, by: ANA, reason: "we move its data", at: 0 };

function said(blocker: Blocker, isRebuild = false): string {
  const when = (at: number): string => `${zonedCalendar.local(at, ZONE)} (${ZONE})`;
  const telling = { app: WIKI, version: "1.1.0+2", isRebuild, when };
  return plain([list(whyNotNowLines([blocker], telling))]);
}

test.each<[Blocker, readonly string[]]>([
  [
    { kind: "chaos", commit: "0dbbb1d5" },
    ["runs the commit 0dbbb1d5", "!deploy wiki.example.coop --version VERSION"],
  ],
  [
    { kind: "unreachable", server: ALPHA, since: AT },
    [`alpha.example.coop has not answered since ${WHEN}`, "!servers"],
  ],
  [
    { kind: "cannot-plan", problem: "a secret is missing." },
    ["No plan can be made: a secret is missing.", "!plan wiki.example.coop --version 1.1.0+2"],
  ],
  [
    { kind: "failed-before", job: 12 },
    ["It failed in !jobs 12", "waits for a newer version", UPGRADE],
  ],
  [{ kind: "skipped", by: ANA }, ["@ana:example.coop skipped this version", UPGRADE]],
  [
    { kind: "snoozed", by: ANA, until: AT },
    [`@ana:example.coop put it off until ${WHEN}`, UPGRADE],
  ],
  [
    { kind: "held", hold },
    ["wiki.example.coop is held by @ana:example.coop: we move its data.", "!unhold h3"],
  ],
  [
    { kind: "held", hold: { ...hold, until: AT } },
    [`held by @ana:example.coop until ${WHEN}: we move its data.`, "!unhold h3"],
  ],
  [{ kind: "objection", by: ANA }, ["@ana:example.coop objects. They can take it back", "👍"]],
  [{ kind: "objection", by: ANA, reason: "not today" }, ["@ana:example.coop objects: not today."]],
  [
    { kind: "needs-people", missing: 1, whoMay: [ANA, BEA] },
    ["1 more person must say yes, from @ana:example.coop or @bea:example.coop: react 👍"],
  ],
  [
    { kind: "needs-people", missing: 2, whoMay: [] },
    ["2 more people must say yes, and nobody may", "!roles"],
  ],
  [
    { kind: "auto-off", auto: "none", step: "patch", why: "off" },
    ["auto is none for wiki.example.coop", "!config wiki.example.coop ENABLE_AUTO_UPDATE=true"],
  ],
  [
    { kind: "auto-off", auto: "patch", step: "minor", why: "step" },
    ["takes patch steps alone (auto: patch)"],
  ],
  [
    { kind: "auto-off", auto: "minor", step: "major", why: "step" },
    ["takes patch and minor steps alone (auto: minor)"],
  ],
  [{ kind: "auto-off", auto: "minor", step: "patch", why: "danger" }, ["its plan is a danger"]],
  [
    { kind: "too-young", seenAt: AT - 3 * DAY, age: 3 * DAY, until: AT },
    ["has been known since Sat 21 Nov 03:00", "must be 3 days old", `until ${WHEN}`],
  ],
  [{ kind: "window", window, opensAt: AT }, [`Its window (Mon-Fri 03:00-05:00) opens ${WHEN}`]],
  [{ kind: "window", window }, ["never opens", "Correct window"]],
  [{ kind: "busy", job: 8 }, ["Another job has the app", "!jobs 8", "!cancel 8"]],
])("%j", (blocker, sentences) => {
  for (const sentence of sentences) expect(said(blocker)).toContain(sentence);
  // One line, and whole sentences.
  expect(said(blocker)).toMatch(/^- [^\n]*\.$/);
});

test("images that were built anew are taken by a deploy, since there is no version to go to", () => {
  expect(said({ kind: "skipped", by: ANA }, true)).toContain("type !deploy wiki.example.coop.");
});
