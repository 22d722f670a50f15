// Durations and sizes have one spelling, and lose nothing by it.
import fc from "fast-check";
import { expect, test } from "vitest";
import { duration, nanoseconds, size } from "../../src/core/quantity.ts";

test.each([
  ["1m30s", 90e9],
  ["1h0m0.5s", 3_600.5e9],
  ["250ms", 250e6],
  ["10us", 10e3],
  ["10µs", 10e3],
  ["0s", 0],
])("%s is %d nanoseconds", (text, amount) => {
  expect(nanoseconds(text)).toBe(amount);
});

test("a duration is read as it was written", () => {
  fc.assert(
    fc.property(fc.nat({ max: 2 ** 50 }), (amount) => {
      expect(nanoseconds(duration(amount))).toBe(amount);
    }),
  );
});

test.each([
  [0, "0"],
  [1000, "1000"],
  [64 * 1024, "64K"],
  [512 * 1024 ** 2, "512M"],
  [3 * 1024 ** 3, "3G"],
])("%d bytes are %s", (bytes, text) => {
  expect(size(bytes)).toBe(text);
});
