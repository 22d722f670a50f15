// Variables in compose files.
import { describe, expect, it } from "vitest";
import { interpolate, unsetVariables } from "../../src/core/interpolation.ts";

const env = { A: "1", EMPTY: "" };

describe("interpolation", () => {
  it.each([
    ["$A-${A}", "1-1"],
    ["$$A $${A}", "$A ${A}"],
    ["<$NONE><${NONE}>", "<><>"],
    ["${NONE:-d} ${NONE-d} ${EMPTY:-d} <${EMPTY-d}>", "d d d <>"],
    ["${A:-d} ${A-d}", "1 1"],
    ["${A:-${B:-x}}", "1}"],
    ["${A:?must be set}", "1"],
    ["<${toString}>", "<>"],
    ["costs 5$", "costs 5$"],
  ])("turns %s into %s", (template, text) => {
    expect(interpolate(template, env)).toBe(text);
  });

  it("lists what is unset and has no default, each once, and not in comments", () => {
    const compose = [
      "image: x:${TAG}",
      "# ${COMMENTED}",
      "a: ${OTHER:-d} # ${ALSO_COMMENTED}",
      'b: "# ${QUOTED}"',
      "c: $$ESCAPED $A ${EMPTY}",
      "d: a#${GLUED}",
    ].join("\n");
    expect(unsetVariables([compose, "e: $TAG ${REQUIRED:?say}"], env)).toEqual([
      "GLUED",
      "QUOTED",
      "REQUIRED",
      "TAG",
    ]);
  });

  it("takes hostile text in linear time", () => {
    expect(unsetVariables(["${A:-".repeat(20_000), "#".repeat(200_000)], env)).toEqual([]);
  });
});
