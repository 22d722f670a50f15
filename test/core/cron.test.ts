// Five cron fields: what they may say, and what is said of those that say something else.
import { expect, test } from "vitest";
import { parseCron } from "../../src/core/cron.ts";

test.each([
  ["0 9 * * 1-5", [0], [9]],
  ["0,30 2-3 * * *", [0, 30], [2, 3]],
  ["*/20 3 1 jan-mar *", [0, 20, 40], [3]],
  ["10-30/10 3 * * FRI-SUN", [10, 20, 30], [3]],
  ["00 03 29 2 *", [0], [3]],
  ["0 3 31 4 mon", [0], [3]],
  ["0 3 * * sun", [0], [3]],
  ["0 3 * * tue#1", [0], [3]],
  ["  5,5,1   3 * * 0-7 ", [1, 5], [3]],
])("%s begins at these minutes and hours", (text, minutes, hours) => {
  expect(parseCron(text)).toEqual({ kind: "cron", minutes, hours, isRhythm: false });
});

test.each(["0 * * * *", "*/5 */2 * * *"])("%s is a rhythm", (text) => {
  expect(parseCron(text)).toMatchObject({ kind: "cron", isRhythm: true });
});

test.each([
  ["", "there must be five of them"],
  ["0 9 * *", "there must be five of them: minute, hour, day, month and weekday"],
  ["0 0 9 * * *", "there must be five of them"],
  ["@daily", "there must be five of them"],
  ["60 9 * * *", '"60" is no minute: write 0 to 59, a list (1,3), a range (1-3) or steps (*/2)'],
  ["0 24 * * *", '"24" is no hour: write 0 to 23'],
  ["0 9 0 * *", '"0" is no day of the month: write 1 to 31'],
  ["0 9 * 13 *", '"13" is no month: write 1 to 12 or jan to dec'],
  ["0 9 * * monday", '"monday" is no weekday: write 0 to 7 or sun to sat'],
  ["0 9 * * sat-mon", '"sat-mon" is no weekday'],
  ["0 9 * * 2#6", '"2#6" is no weekday'],
  ["0 9#1 * * *", '"9#1" is no hour'],
  ["5/10 9 * * *", '"5/10" is no minute'],
  ["*/0 9 * * *", '"*/0" is no minute'],
  ["*/60 9 * * *", '"*/60" is no minute'],
  ["1,* 9 * * *", '"1,*" is no minute'],
  ["*-5 9 * * *", '"*-5" is no minute'],
  ["1,,2 9 * * *", '"1,,2" is no minute'],
  ["3-1 9 * * *", '"3-1" is no minute'],
  ["-1 9 * * *", '"-1" is no minute'],
  ["constructor 9 * * *", '"constructor" is no minute'],
  [`${"1,".repeat(20)}x 9 * * *`, '"1,1,1,1,1,1,1,1,1,1,…" is no minute'],
  ["0 9 30 2 *", "no such month has that day, so it would never come"],
  ["0 9 31 4,6,9,11 *", "no such month has that day, so it would never come"],
])("%j is told what is wrong with it", (text, problem) => {
  const read = parseCron(text);
  expect(read.kind === "bad" ? read.problem : read).toContain(problem);
});
