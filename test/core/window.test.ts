// Maintenance windows as people write them, said again, and what is said of those that cannot be read.
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseWindow, windowWords } from "../../src/core/window.ts";
import { anyWindow, windowOf } from "./windows.ts";

test.each([
  ["Mon-Fri 02:00-05:00", "Mon-Fri 02:00-05:00"],
  ["Tue, Thu 03:00-05:00", "Tue, Thu 03:00-05:00"],
  ["daily 01:00-04:00", "daily 01:00-04:00"],
  ["01:00-04:00", "daily 01:00-04:00"],
  ["every day 1:00-4:00", "daily 01:00-04:00"],
  ["Sat 22:00-Sun 06:00", "Sat 22:00-06:00"],
  ["Sat 22:00-06:00", "Sat 22:00-06:00"],
  ["Fri 22:00-Mon 06:00", "Fri 22:00-Mon 06:00"],
  ["Sat 22:00-Sun 22:00", "Sat 22:00-Sun 22:00"],
  ["Sat 22:00-Sun 00:00", "Sat 22:00-24:00"],
  ["Mon-Fri 22:00-00:00", "Mon-Fri 22:00-24:00"],
  ["weekends 00:00-24:00", "Sat, Sun 00:00-24:00"],
  ["weekdays 02:00-03:00", "Mon-Fri 02:00-03:00"],
  ["Sat-Mon 02:00-03:00", "Mon, Sat, Sun 02:00-03:00"],
  ["MONDAYS and thurs 02:00 – 03:00", "Mon, Thu 02:00-03:00"],
  ["Mon - Wed, Sun  02:00-03:00", "Mon-Wed, Sun 02:00-03:00"],
  ["Mon 02:00-03:00;Tue 03:00-04:00", "Mon 02:00-03:00; Tue 03:00-04:00"],
  ["0 3 * * 2 for 2h", "0 3 * * 2 for 2h"],
  ["0 3 * * 2 for 120m", "0 3 * * 2 for 2h"],
  ["30 2 1 * * for 1h30m; Sat 22:00-06:00", "30 2 1 * * for 1h30m; Sat 22:00-06:00"],
  ["*/15 3 * * * for 10m", "*/15 3 * * * for 10m"],
])("%s is understood", (text, words) => {
  expect(windowWords(windowOf(text))).toBe(words);
});

test("what is read says when it opens and when it closes", () => {
  expect(windowOf("Sat 22:00-Mon 06:30; 0 3 * * 2 for 2h")).toEqual([
    { kind: "hours", days: [6], from: 1320, until: 390, later: 2 },
    { kind: "cron", cron: "0 3 * * 2", minutes: 120 },
  ]);
});

test("said again, a window reads as the same", () => {
  fc.assert(
    fc.property(anyWindow, (window) => {
      expect(parseWindow(windowWords(window))).toEqual({ kind: "window", window });
    }),
  );
});

test.each([
  ["", "nothing stands there; write days and hours, such as"],
  ["Mon 02:00-05:00;", "nothing stands there"],
  [
    "at night",
    '"at night" is no window; write days and hours, such as "Mon-Fri 02:00-05:00", or cron with a length, such as "0 3 * * 2 for 2h"',
  ],
  ["Mon-Fri", "is no window; write days and hours"],
  ["Mon-Fri 2-5", "write them as 02:00-05:00"],
  ["daily 2am-5am", "write them as 02:00-05:00"],
  ["Mon 02:00 pm-03:00", "write them as 02:00-05:00"],
  ["Mon 02:00-03:00, 05:00-06:00", "has several hours; write each with its days, with ; between"],
  ["Mon 02:00-05:00 Europe/Berlin", "a time zone has its own key, zone"],
  [
    "Tus 02:00-05:00",
    '"tus" is no day: write Mon, Tue, Wed, Thu, Fri, Sat, Sun, daily, weekdays, weekends; did you mean Tue?',
  ],
  ["Mon-Xyz 02:00-05:00", '"xyz" is no day'],
  ["Mo 02:00-05:00", '"mo" is no day'],
  ["constructor 02:00-05:00", '"constructor" is no day'],
  ["Mon 25:00-26:00", '"Mon 25:00-26:00" has no time of day; write them from 00:00 to 24:00'],
  ["Mon 02:60-03:00", "has no time of day"],
  ["Mon 24:00-25:00", "has no time of day"],
  ["Mon 02:00-24:01", "has no time of day"],
  ["Mon 02:00-02:00", 'opens and closes at the same time; for a whole day write "Mon 00:00-24:00"'],
  [
    "Sat 22:00-Sat 06:00",
    'closes before it opens; if it goes over midnight, write "Sat 22:00-06:00"',
  ],
  ["Sat 22:00-Sat 00:00", "closes before it opens"],
  ["Mon-Fri 22:00-Sat 06:00", 'closes by the hour alone; write "Mon-Fri 22:00-06:00"'],
  ["Sat 22:00-Sux 06:00", '"Sux" is no day'],
  [
    "0 2-3 * * *",
    '"0 2-3 * * *" names 2 single minutes of a day, and not how long it is open; write hours, such as "daily 02:00-04:00", or a length behind it, such as "0 2-3 * * * for 1h"',
  ],
  ["0 3 * * 2", '"0 3 * * 2" names a single minute of a day'],
  ["0 25 * * 2", '"0 25 * * 2" is no cron: "25" is no hour'],
  ["0 25 * * 2 for 2h", '"0 25 * * 2" is no cron: "25" is no hour'],
  ["Mon for 2h", '"Mon" is no cron: there must be five'],
  [
    "0 3 * * 2 for two hours",
    '"two hours" is no length; write 30m, 2h or 2h30m, at most 7 days (168h)',
  ],
  ["0 3 * * 2 for 0h", '"0h" is no length'],
  ["0 3 * * 2 for 169h", '"169h" is no length'],
  ["0 3 * * 2 for ", "is no window; write days and hours"],
  [
    "0 2-3 * * * for 2h",
    '"0 2-3 * * *" opens again before 2h are over; write the hours, such as "daily 02:00-04:00"',
  ],
  ["0,30 3 * * * for 30m", "opens again before 30m are over"],
  ["x".repeat(100), `"${"x".repeat(40)}…" is no window`],
])("%j is told what to write instead", (text, problem) => {
  const read = parseWindow(text);
  expect(read.kind === "bad" ? read.problem : read).toContain(problem);
});

test("whatever is written, a window comes out that can be said, or one sentence", () => {
  const pieces = fc.constantFrom(
    "Mon",
    "-",
    " ",
    "02:00",
    "25:61",
    ",",
    ";",
    "for",
    "2h",
    "0 3 * * 2",
    "*",
    "daily",
  );
  const written = fc.oneof(
    fc.string(),
    fc.array(pieces, { maxLength: 9 }).map((some) => some.join("")),
  );
  fc.assert(
    fc.property(written, (text) => {
      const read = parseWindow(text);
      if (read.kind === "bad") expect(read.problem).toMatch(/^[^\n]{10,320}$/s);
      else expect(parseWindow(windowWords(read.window))).toEqual(read);
    }),
  );
});
