// A private key in a log is hidden whole, wherever it was cut.
import { describe, expect, it } from "vitest";
import { maskLines } from "../../src/core/mask-lines.ts";
import { maskText } from "../../src/core/mask.ts";

const BODY = ["b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAE", "QyNTUxOQAAACDhYnl0ZXMgb2YgYSBrZXk="];
const KEY = [
  "key: -----BEGIN OPENSSH PRIVATE KEY-----",
  ...BODY,
  "-----END OPENSSH PRIVATE KEY-----",
];
const HIDDEN = "[private key ****]";
const mask = (lines: readonly string[]): readonly string[] => maskLines(lines, (t) => maskText(t));

describe("log lines", () => {
  it("hide a key over all its lines, and nothing around it", () => {
    expect(mask(["before", ...KEY, "after"])).toEqual([
      "before",
      ...[HIDDEN, HIDDEN, HIDDEN, HIDDEN],
      "after",
    ]);
  });

  it("hide a key whose end was cut off", () => {
    expect(mask(["before", ...KEY.slice(0, 2)])).toEqual(["before", HIDDEN, HIDDEN]);
  });

  it("hide a key whose beginning was cut off", () => {
    expect(mask(["not a key", ...KEY.slice(2), "after"])).toEqual([
      "not a key",
      ...[HIDDEN, HIDDEN],
      "after",
    ]);
  });

  it("are each masked for what is secret in one line", () => {
    expect(mask(["DB_PASSWORD=hunter2", "fine"])).toEqual(["DB_PASSWORD=****", "fine"]);
  });
});
