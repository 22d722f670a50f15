// How many backups a repository takes at the same time, and that servers which have one between them share that.
import { expect, test, vi } from "vitest";
import { savingOn, takeBackups } from "../../src/app/backup-rounds.ts";
import { goTo, look, openNights } from "./nights.ts";
import { ALPHA, ANA, ended as endedTyped, put, VERSION, WIKI } from "./strongroom.ts";
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

test("no more begin than the config says, and what waits begins when one has ended", async () => {
  await using nights = await openNights();
  const { room, world } = nights;
  await endedTyped(room, `!deploy wiki other.example.coop --version ${VERSION}`);
  put(room, "other_example_coop_data", "backup.sql", 1_000);
  put(room, "other_example_coop_media", "dog.png", 1_000);
  await look(nights, takeBackups);
  const free = Promise.withResolvers<undefined>();
  room.vault.saving = () => free.promise;
  goTo(nights, 3, 31);
  await look(nights, takeBackups);
  await vi.waitFor(() => expect(room.vault.loads).toHaveLength(1));
  await look(nights, takeBackups);
  expect(world.ledger.jobs.active()).toHaveLength(1);
  free.resolve(undefined);
  await vi.waitFor(() => expect(world.ledger.jobs.active()).toEqual([]), 20_000);
  await look(nights, takeBackups);
  await vi.waitFor(() => expect(room.vault.loads).toHaveLength(2), 20_000);
  await vi.waitFor(() => expect(world.ledger.jobs.active()).toEqual([]), 20_000);
  expect(world.ledger.backups.lastGoodTimes().size).toBe(2);
});
