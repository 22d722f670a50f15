// Which IDs could be taken for one another.
import { expect, test } from "vitest";
import { allMemberWarnings, memberWarnings } from "../../src/core/lookalike.ts";

const ANA = "@ana:example.coop";

test.each([
  ["@ANA:example.coop", "@ana:example.coop"],
  ["@bob:example.coop", "@b0b:example.coop"],
  ["@paul:example.coop", "@pau1:example.coop"],
  ["@paul:example.coop", "@pauI:example.coop"],
  ["@mark:example.coop", "@rnark:example.coop"],
  ["@ana.b:example.coop", "@ana_b:example.coop"],
  ["@anab:example.coop", "@ana-b:example.coop"],
  ["@ana:example.coop", "@аna:example.coop"],
  ["@olga:example.coop", "@οlga:example.coop"],
  ["@ana:example.coop", "@aná:example.coop"],
  ["@ana:example.coop", "@an4:elsewhere.example"],
])("%s and %s look alike", (one, other) => {
  expect(memberWarnings(one, [other])).toContainEqual({ kind: "looks-alike", user: one, other });
  expect(memberWarnings(other, [one])).toContainEqual({
    kind: "looks-alike",
    user: other,
    other: one,
  });
});

test("the same name on another server is told as that", () => {
  const other = "@ana:elsewhere.example";
  expect(memberWarnings(ANA, [other])).toEqual([{ kind: "same-name", user: ANA, other }]);
});

test.each(["@bea:example.coop", "@anna:example.coop", "@dana:example.coop", ANA])(
  "%s is not taken for @ana:example.coop",
  (other) => {
    expect(memberWarnings(ANA, [other])).toEqual([]);
  },
);

test("letters beyond ASCII are named, in the name and in the server", () => {
  const user = "@bеa:exаmple.coop";
  expect(memberWarnings(user, [])).toEqual([{ kind: "non-ascii", user, letters: ["е", "а"] }]);
});

test("among all members each pair is told once", () => {
  const members = [ANA, "@bea:example.coop", "@4na:example.coop", "@ana:elsewhere.example"];
  expect(allMemberWarnings(members)).toHaveLength(3);
});
