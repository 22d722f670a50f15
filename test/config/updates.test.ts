// What a config says of updates, and what is said of each mistake in it.
import { describe, expect, test } from "vitest";
import { parsed, problemsOf } from "./parsed.ts";

const DAY = 24 * 3_600_000;

test("a config without a word of updates looks on weekdays, tells on Mondays, and does nothing alone", () => {
  expect(parsed("").updates).toEqual({
    schedule: "0 9 * * 1-5",
    digest: "0 9 * * 1",
    zone: "UTC",
    window: "always",
    auto: "none",
    age: 0,
    servers: new Map(),
    apps: new Map(),
  });
});

test("a config with every rule has them read", () => {
  const { updates } = parsed(`
updates:
  schedule: "*/30 8-18 * * mon-fri"
  digest: off
  zone: Europe/Berlin
  window: Sat 22:00-Sun 06:00
  auto: patch
  age: 3d
  servers: { "test-*": { window: always, auto: minor } }
  apps: { wiki.example.coop: { window: "Tue, Thu 03:00-05:00", age: none }, "*": {} }`);
  const night = { kind: "hours", days: [6], from: 22 * 60, until: 6 * 60, later: 1 };
  const morning = { kind: "hours", days: [2, 4], from: 3 * 60, until: 5 * 60, later: 0 };
  expect(updates).toEqual({
    schedule: "*/30 8-18 * * mon-fri",
    zone: "Europe/Berlin",
    window: [night],
    auto: "patch",
    age: 3 * DAY,
    servers: new Map([["test-*", { window: "always", auto: "minor" }]]),
    apps: new Map([
      ["wiki.example.coop", { window: [morning], age: 0 }],
      ["*", {}],
    ]),
  });
});

describe("a mistake", () => {
  test.each([
    ["schedule: daily", "updates.schedule (2:13): expected five cron fields in quotes"],
    ['schedule: "* * * *"', "there must be five of them"],
    ['schedule: "0 25 * * *"', '"25" is no hour: write 0 to 23'],
    ['schedule: "0 9 * * 8"', '"8" is no weekday: write 0 to 7 or sun to sat'],
    ['schedule: "0 9 31 2 *"', "no such month has that day, so it would never come"],
    ["schedule: 9", "expected five cron fields"],
    [
      'digest: "0 61 * * *"',
      'updates.digest (2:11): expected five cron fields in quotes, such as "0 9 * * 1", or off; "61"',
    ],
    ["digest: never", "or off"],
    [
      "zone: Europe/Berln",
      "updates.zone (2:9): expected a time zone such as Europe/Berlin; did you mean Europe/Berlin?",
    ],
    ["zone: CEST-1", "expected a time zone such as Europe/Berlin"],
    ['zone: "+01:00"', "expected a time zone such as Europe/Berlin"],
    ["zone: 1", "expected a time zone"],
    ["window: at night", 'updates.window (2:11): "at night" is no window; write days and hours'],
    ["window: 5", "expected days and hours, such as Mon-Fri 02:00-05:00, or always"],
    ['window: "0 2-3 * * *"', '"0 2-3 * * *" names 2 single minutes of a day'],
    ["auto: major", "expected none, patch or minor"],
    ["age: 3", "updates.age (2:8): expected a time such as 12h, 3d or 2w, or none"],
    ["age: soon", "expected a time such as 12h, 3d or 2w, or none"],
    ["autos: minor", "did you mean auto?"],
    [
      'servers: { "a?": { auto: none } }',
      'updates.servers."a?" (2:14): expected server names, where * stands for anything',
    ],
    [
      "servers: { a: { auto: all } }",
      "updates.servers.a.auto (2:25): expected none, patch or minor",
    ],
    ["apps: { a.b: { window: Mon 02:00-02:00 } }", 'updates.apps."a.b".window'],
    ["apps: { a.b: { window: Mon 02:00-02:00 } }", 'for a whole day write "Mon 00:00-24:00"'],
    ["apps: { a.b: { ages: 1d } }", "did you mean age?"],
    ["apps: [a.b]", "expected a mapping by domains"],
  ])("in %j is told with its place and what to write", (line, sentence) => {
    expect(problemsOf(`updates:\n  ${line}`).join("\n")).toContain(sentence);
  });
});
