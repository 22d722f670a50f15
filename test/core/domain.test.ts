// What may be an app's domain, and what is said of the rest.
import { describe, expect, test } from "vitest";
import { checkDomain } from "../../src/core/domain.ts";

describe("checkDomain", () => {
  test.each(["example.coop", "a.b", "xn--caf-dma.example", "hello.localhost", "1.example.coop"])(
    "%s is a domain",
    (text) => {
      expect(checkDomain(text)).toEqual({ kind: "domain", app: text });
    },
  );

  test.each([
    ["", "empty"],
    ["https://example.coop/", "slash"],
    ["../../etc/passwd", "slash"],
    ["example .coop", "space"],
    ["-evil.example", "begins with a dash"],
    ["a.-b.example", "begins with a dash"],
    ["a-.example", "ends with a dash"],
    [`${"a".repeat(292)}.example`, "it is 300 characters long"],
    [`${"a".repeat(64)}.example`, "at most 63"],
    ["café.example", "xn--caf-dma.example"],
    ["аpple.example", "xn--pple-43d.example"],
    ["a\u200bb.example", "punycode"],
    ["Example.coop", "write example.coop"],
    ["example", "no dot"],
    ["example.coop.", "dot"],
    ["a..b", "two in a row"],
    ["a_b.example", "letters, digits"],
    ["$(id).example", "letters, digits"],
    ["a\0b.example", "letters, digits"],
  ])("%j is refused, with the reason", (text, reason) => {
    const checked = checkDomain(text);
    expect(checked).toMatchObject({ kind: "bad" });
    expect(checked).toHaveProperty("problem", expect.stringContaining(reason));
  });
});
