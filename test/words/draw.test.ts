// What people read where there is no HTML: text complete by itself.
import { expect, test } from "vitest";
import { code, list, table, text } from "../../src/core/doc.ts";
import { plain, tame } from "../../src/words/draw.ts";

test("spans are written out in their line", () => {
  const line = ["Type ", { code: "!help" }, ", ", { member: "@ana:example.coop" }, { strong: "!" }];
  expect(plain([text(line)])).toBe("Type !help, @ana:example.coop!");
});

test("lists get dashes and fixed-width text is indented", () => {
  expect(plain([list(["one", "two"]), code("a\n\nb")])).toBe("- one\n- two\n    a\n\n    b");
});

test("tables are aligned, an emoji counting as two columns, without trailing blanks", () => {
  const rows = [
    ["cloud.example.coop", "✅", "ok"],
    ["a.b", "stopped", ""],
  ];
  expect(plain([table(["app", "state", "why"], rows)])).toBe(
    [
      "app                 state    why",
      "cloud.example.coop  ✅       ok",
      "a.b                 stopped",
    ].join("\n"),
  );
});

test("what would steer a terminal or turn the text around is left out", () => {
  expect(tame("\u001b[31mred\u001b[0m\u0007 \u202eabc\tline\n")).toBe("red abc\tline\n");
  expect(plain([code("\u001b[2Jgone")])).toBe("    gone");
});

test("a line end inside a cell does not break the table", () => {
  expect(plain([table(["a", "b"], [["x\ny", "z"]])])).toBe("a    b\nx y  z");
});
