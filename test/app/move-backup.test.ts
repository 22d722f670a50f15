// A move takes a backup where the app comes from, and does not begin without one that counts.
import { expect, test } from "vitest";
import { Refusal } from "../../src/core/errors.ts";
import { makeFastClock } from "../fakes/fast-clock.ts";
import { FakeVault } from "../fakes/vault.ts";
import { FakeVaults } from "../fakes/vaults.ts";
import { ALPHA, BETA, DATA, ended, openTwo, runsOn, WIKI, type Two } from "./two-servers.ts";

const LABELS = { labels: { "backupbot.backup": "true" } };

async function openWith(vault: FakeVault): Promise<Two> {
  vault.volumes.set(DATA, new Map([["pages", "all pages"]]));
  return openTwo(LABELS, new Set(), new FakeVaults([vault]));
}

test("it is taken of the old side, before anything is carried over", async () => {
  const vault = new FakeVault(ALPHA, makeFastClock());
  await using two = await openWith(vault);
  const { state, plan, id } = await ended(two, `!move ${WIKI} ${BETA}`);
  expect(state).toBe("succeeded");
  const kinds = plan.steps.map(({ kind }) => kind);
  expect(kinds.indexOf("judge-backup")).toBeLessThan(kinds.indexOf("carry-secrets"));
  expect(plan.back?.from).toBe(kinds.indexOf("carry-secrets"));
  expect(vault.loads).toMatchObject([{ node: "node", volumes: [{ name: DATA }] }]);
  expect(two.desk.ledger.backups.of(WIKI, 9)).toMatchObject([
    { job: id, server: ALPHA, cause: "move", faults: [] },
  ]);
  expect((await ended(two, `!move ${WIKI} --done`)).state).toBe("succeeded");
});

test("where it does not count, the app stays where it is and runs", async () => {
  const vault = new FakeVault(ALPHA, makeFastClock());
  await using two = await openWith(vault);
  vault.fault = new Refusal({ kind: "repository-full", server: ALPHA, address: "memory" });
  const { state, ending } = await ended(two, `!move ${WIKI} ${BETA}`);
  expect(state).toBe("failed");
  expect(ending?.back).toBeUndefined();
  expect([await runsOn(two.alpha), await runsOn(two.beta)]).toEqual([true, false]);
  const told = await two.desk.chat.waitFor("Nothing was changed, since no backup counts");
  expect(told.body).not.toContain("put back");
});
