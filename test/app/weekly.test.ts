// The week is told when the config says so, once, whatever is killed when.
import { beforeEach, expect, test } from "vitest";
import type { Picture } from "../../src/core/picture.ts";
import { MONDAYS, MONDAY, drawn, openGarden, lookAt, told, grown } from "./garden.ts";
import { app, DAY, openOrchard, OTHER_ROOM, ROOM } from "./orchard.ts";

beforeEach(() => void drawn.splice(0));

test("it is told when it is due in the config's zone, and not before; then a week later", async () => {
  await using orchard = openGarden();
  await grown(orchard, { one: "alpha" });
  await lookAt(orchard, orchard.time.now);
  await lookAt(orchard, MONDAY - 1);
  await told(orchard, 0);
  await lookAt(orchard, MONDAY + 30_000);
  const [words = ""] = await told(orchard, 1);
  expect(words).toContain("Week 2026-11-23 to 2026-11-30. 1 of 1 app is behind");
  expect(words).toContain(app("one"));
  expect(drawn).toMatchObject([
    {
      until: MONDAY,
      apps: [
        {
          version: "1.0.0+1",
          newest: "1.1.0+1",
          versionsBehind: 1,
          // Seen on the Wednesday before, at noon.
          daysBehind: 4,
          standing: "pending",
        },
      ],
      changes: [],
      troublesOpen: 0,
      backups: [],
    },
  ]);
  await lookAt(orchard, MONDAY + 60_000);
  await lookAt(orchard, MONDAY + 7 * DAY - 1);
  await told(orchard, 1);
  await lookAt(orchard, MONDAY + 7 * DAY);
  expect((await told(orchard, 2))[1]).toContain("Week 2026-11-30 to 2026-12-07.");
});

test("what came due while moot was away is told once, up to the newest time", async () => {
  const former = openGarden();
  await grown(former, { one: "alpha" });
  await lookAt(former, former.time.now);
  await former[Symbol.asyncDispose]();
  await using orchard = openGarden({ before: former });
  await lookAt(orchard, MONDAY + 16 * DAY);
  const [words] = await told(orchard, 1);
  expect(words).toContain("to 2026-12-14.");
  await lookAt(orchard, MONDAY + 16 * DAY + 60_000);
  await told(orchard, 1);
  await lookAt(orchard, MONDAY + 21 * DAY);
  expect((await told(orchard, 2))[1]).toContain("Week 2026-12-14 to 2026-12-21.");
});

test("killed before all of it was told, the next life tells the rest, and nothing twice", async () => {
  const former = openGarden({ rooms: { [ROOM]: ["*"], [OTHER_ROOM]: ["beta.*"] } });
  await grown(former, { one: "alpha", two: "beta" });
  await lookAt(former, former.time.now);
  const stop = new AbortController();
  const kill = (): Promise<Picture> => {
    stop.abort(new Error("moot stops"));
    return Promise.reject(new Error("killed while drawing"));
  };
  const parts = { pictures: { fleet: kill } };
  await expect(lookAt(former, MONDAY, { parts, signal: stop.signal })).rejects.toThrow(
    "moot stops",
  );
  await told(former, 1);
  await told(former, 0, OTHER_ROOM);
  await former[Symbol.asyncDispose]();
  await using orchard = openGarden({
    before: former,
    rooms: { [ROOM]: ["*"], [OTHER_ROOM]: ["beta.*"] },
  });
  await lookAt(orchard, MONDAY + 600_000);
  await told(orchard, 1);
  await told(orchard, 1, OTHER_ROOM);
  for (const room of [ROOM, OTHER_ROOM]) {
    expect(orchard.chat.seen(room).filter(({ file }) => file !== undefined)).toHaveLength(1);
  }
});

test("killed after all was told and before that was remembered, nothing is told twice", async () => {
  await using orchard = openGarden();
  await grown(orchard, { one: "alpha" });
  await lookAt(orchard, orchard.time.now);
  const { ledger } = orchard.desk;
  const facts = {
    get: ledger.facts.get.bind(ledger.facts),
    set: (name: string, value: string | undefined): void => {
      if (name === "digest.told") throw new Error("killed");
      ledger.facts.set(name, value);
    },
  };
  const parts = { ledger: { ...ledger, facts } };
  await expect(lookAt(orchard, MONDAY, { parts })).rejects.toThrow("killed");
  await told(orchard, 1);
  await lookAt(orchard, MONDAY + 60_000);
  await told(orchard, 1);
  expect(drawn).toHaveLength(1);
});

test("off is off, and turned on again it does not tell of the time between", async () => {
  const former = openGarden();
  await grown(former, { one: "alpha" });
  await lookAt(former, former.time.now);
  await lookAt(former, MONDAY);
  await told(former, 1);
  await former[Symbol.asyncDispose]();
  {
    await using quiet = openOrchard({
      before: former,
      duties: [],
      updates: { zone: MONDAYS.zone },
    });
    await lookAt(quiet, MONDAY + 7 * DAY);
    await told(quiet, 1);
  }
  await using again = openGarden({ before: former });
  await lookAt(again, MONDAY + 15 * DAY);
  await told(again, 1);
  await lookAt(again, MONDAY + 21 * DAY);
  expect((await told(again, 2))[1]).toContain("Week 2026-12-14 to 2026-12-21.");
});

test("a schedule that was changed counts from then on", async () => {
  const former = openGarden();
  await lookAt(former, former.time.now);
  await former[Symbol.asyncDispose]();
  await using orchard = openGarden({
    before: former,
    updates: { digest: "0 9 * * 5", zone: "UTC" },
  });
  await lookAt(orchard, orchard.time.now);
  await lookAt(orchard, Date.UTC(2026, 10, 27, 9));
  expect((await told(orchard, 1))[0]).toContain("There are no apps yet.");
});
