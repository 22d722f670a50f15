// An app that carries the room: each plan that makes it go away for a moment says what happens when the room falls silent.
import { expect, test } from "vitest";
import type { Warning } from "../../src/core/plan.ts";
import { ALPHA, ended, openHamlet, settle, STACK, WIKI, type Hamlet } from "./hamlet.ts";

const WARNING: Warning = { kind: "carries-room", stack: STACK, server: ALPHA };
const ACTS = [
  ["upgrade", [`!upgrade ${WIKI}`]],
  ["rollback", [`!upgrade ${WIKI}`, `!rollback ${WIKI}`]],
  ["restart", [`!restart ${WIKI} db`]],
  ["secret-rotate", [`!secrets ${WIKI} rotate db_password`]],
  ["undeploy", [`!undeploy ${WIKI}`]],
  ["remove", [`!undeploy ${WIKI}`, `!remove ${WIKI}`]],
] as const;

async function warningsAfter(hamlet: Hamlet, typed: readonly string[]) {
  await settle(hamlet);
  const plans = [];
  for (const line of typed) plans.push((await ended(hamlet, line)).plan);
  return plans.map(({ act, warnings }) => ({
    act,
    warnings: warnings.filter(({ kind }) => kind === WARNING.kind),
  }));
}

test.each(ACTS)("warns before %s", async (act, typed) => {
  await using hamlet = openHamlet({ carriesRoom: new Set([WIKI]) });
  const last = (await warningsAfter(hamlet, typed)).at(-1);
  expect(last).toEqual({ act, warnings: [WARNING] });
});

test.each(ACTS)("says nothing of it before %s of another app", async (act, typed) => {
  await using hamlet = openHamlet();
  const last = (await warningsAfter(hamlet, typed)).at(-1);
  expect(last).toEqual({ act, warnings: [] });
});

test("says at the first deploy what happens, and where to look", async () => {
  await using hamlet = openHamlet({ carriesRoom: new Set([WIKI]) });
  await settle(hamlet);
  const shown = await hamlet.desk.chat.waitFor("The room needs this app");
  expect(shown.body).toContain("moot goes on, and says here how it ended when the room is back.");
  expect(shown.body).toContain(`look on ${ALPHA} with docker stack ps --no-trunc ${STACK}`);
  expect(shown.body).toContain("its verb console");
});

test("a restart of it stays a change", async () => {
  await using hamlet = openHamlet({ people: 2, carriesRoom: new Set([WIKI]) });
  await settle(hamlet);
  const { plan, state } = await ended(hamlet, `!restart ${WIKI}`);
  expect([plan.tier, state]).toEqual(["change", "succeeded"]);
});

test("an edit of its env file says nothing of it, since nothing goes away", async () => {
  await using hamlet = openHamlet({ carriesRoom: new Set([WIKI]) });
  const last = (await warningsAfter(hamlet, [`!config ${WIKI} GREETING=moin`])).at(-1);
  expect(last).toEqual({ act: "config", warnings: [] });
});
