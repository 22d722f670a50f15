// A private key in a log is hidden whole, wherever it was cut.
import { describe, expect, it } from "vitest";
import { maskLines, RunningMask } from "../../src/core/mask-lines.ts";
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

describe("lines as they come", () => {
  const FULL = "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtz";
  const running = (lines: readonly string[]): readonly string[] => {
    const masking = new RunningMask((text) => maskText(text));
    return lines.map((line) => masking.line(line));
  };

  it("hide a key over all its lines, and nothing after it", () => {
    const lines = ["before", ...KEY, "DB_PASSWORD=hunter2"];
    expect(running(lines)).toEqual([
      "before",
      ...[HIDDEN, HIDDEN, HIDDEN, HIDDEN],
      "DB_PASSWORD=****",
    ]);
  });

  it("hide the rest of a key that was begun before they came", () => {
    const lines = [FULL, FULL, "-----END OPENSSH PRIVATE KEY-----", "after", FULL];
    expect(running(lines)).toEqual([HIDDEN, HIDDEN, HIDDEN, "after", FULL]);
  });
});
