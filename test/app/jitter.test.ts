// Backups of a schedule do not all begin at once: each app has a delay of its own, which stays.
import { expect, test } from "vitest";
import { takeBackups } from "../../src/app/backup-rounds.ts";
import { ended, goTo, look, MINUTE, openNights } from "./nights.ts";
import { WIKI } from "./strongroom.ts";

test("a turn begins later by so much as its app's name makes it, and not before", async () => {
  const sha256 = (): string => "8".padEnd(64, "0");
  await using nights = await openNights({ world: { sha256 } });
  const { turns } = nights.world.ledger;
  await look(nights, takeBackups);
  const { due, startsAt } = turns.of(WIKI) ?? { due: 0, startsAt: 0 };
  expect(startsAt - due).toBe(15 * MINUTE);
  for (const minute of [28, 31, 42]) {
    goTo(nights, 3, minute);
    await look(nights, takeBackups);
    expect(turns.of(WIKI)).toMatchObject({ due, startsAt });
    expect(turns.of(WIKI)?.job).toBeUndefined();
  }
  goTo(nights, 3, 46);
  await look(nights, takeBackups);
  expect((await ended(nights))?.state).toBe("succeeded");
});
