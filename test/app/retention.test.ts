// Where an app has been on several servers whose backups lie in one repository, its last good one stays.
import { expect, test, vi } from "vitest";
import { sift } from "../../src/app/retention.ts";
import { DAY, look, night, openNights } from "./nights.ts";
import { signal, STACK, WIKI } from "./strongroom.ts";
import { BETA } from "./two-servers.ts";

/** No week and no month has one of its own. */
const KEEP = { within: "7d", withinWeekly: "7d", withinMonthly: "7d" };

test("the last good one is kept, though older ones of another server are there, and the rules keep none", async () => {
  await using nights = await openNights();
  const { vault } = nights.room;
  const { backups } = nights.world.ledger;
  const load = { stack: STACK, node: "node", volumes: [], files: [] };
  const own = { ...load, host: `${WIKI}@node`, tags: ["moot", `app:${WIKI}`, "job:1"] };
  const before = await vault.save(own, () => undefined, signal);
  await look(nights);
  await night(nights);
  const last = backups.lastGood(WIKI);
  if (last === undefined) throw new Error("it was not saved");
  const part = { node: "node", volumes: [], ...before };
  vi.spyOn(backups, "good").mockReturnValue([{ ...last, server: BETA, parts: [part] }]);
  nights.time.ahead += 10 * DAY;
  await vault.save(own, () => undefined, signal);
  await sift(nights.world, { server: BETA, vault }, KEEP, signal);
  const there = (await vault.snapshots({}, signal)).map(({ id }) => id);
  expect(there).toContain(last.parts[0]?.snapshot);
});
