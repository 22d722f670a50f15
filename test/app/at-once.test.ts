// Servers that have one repository between them share how many backups it takes at the same time.
import { expect, test, vi } from "vitest";
import { savingOn } from "../../src/app/backup-rounds.ts";
import { openNights } from "./nights.ts";
import { ALPHA, ANA, WIKI } from "./strongroom.ts";
import { BETA } from "./two-servers.ts";

test("a backup on one server counts on each other that has the same repository, and on none else", async () => {
  await using nights = await openNights();
  const { desk, vault } = nights.room;
  const begun = Promise.withResolvers<undefined>();
  const free = Promise.withResolvers<undefined>();
  vault.saving = async () => {
    begun.resolve(undefined);
    await free.promise;
  };
  desk.chat.say(ANA, `!backup ${WIKI}`);
  await begun.promise;
  expect(savingOn(nights.world, BETA)).toEqual([]);
  vi.spyOn(nights.world.vaults, "sharing").mockReturnValue([BETA, ALPHA]);
  expect(savingOn(nights.world, BETA)).toHaveLength(1);
  free.resolve(undefined);
  await desk.chat.waitFor("backup succeeded");
});
