// What the verb check says of drills that the clock begins.
import { expect, test } from "vitest";
import { isServerName } from "../../src/core/ids.ts";
import { drillFindings } from "../../src/verbs/check-repositories.ts";
import { named } from "../named.ts";

const ALPHA = named(isServerName, "alpha.example.coop");
const BETA = named(isServerName, "beta.example.coop");

test("a drill on another server puts there what should not be, and one at home nothing", () => {
  const [finding] = drillFindings(BETA, [ALPHA, BETA]);
  expect(finding).toMatchObject({ what: `drills on ${BETA}`, isGood: true });
  expect(finding?.words).toContain(
    `while an app of ${ALPHA} is tried there, ${BETA} holds its data and secrets`,
  );
  expect(drillFindings(BETA, [BETA])).toEqual([]);
  expect(drillFindings(undefined, [ALPHA, BETA])).toEqual([]);
});
