// What the week tells: what is behind and since when, what was done and by whom, to each room of its own servers.
import { beforeEach, expect, test } from "vitest";
import { Refusal } from "../../src/core/errors.ts";
import { MONDAY, drawn, openGarden, lookAt, told, grown, standings, LARGER } from "./garden.ts";
import {
  ALPHA,
  app,
  BEA,
  BETA,
  CEM,
  DAY,
  ended,
  message,
  OTHER_ROOM,
  plant,
  ROOM,
  update,
} from "./orchard.ts";

beforeEach(() => void drawn.splice(0));

test("rooms with other servers hear of those alone, and a room that does not take it hears nothing", async () => {
  await using orchard = openGarden({ rooms: { [ROOM]: ["*"], [OTHER_ROOM]: ["beta.*"] } });
  await grown(orchard, { one: "alpha", two: "beta" });
  await lookAt(orchard, orchard.time.now);
  await lookAt(orchard, MONDAY);
  const [mine = ""] = await told(orchard, 1);
  const [theirs = ""] = await told(orchard, 1, OTHER_ROOM);
  expect(mine).toContain(app("one"));
  expect(mine).toContain(app("two"));
  expect(theirs).toContain(app("two"));
  expect(theirs).not.toContain(app("one"));
  const alertRooms = new Map([...orchard.desk.world.alertRooms].slice(0, 1));
  await lookAt(orchard, MONDAY + 7 * DAY, { parts: { alertRooms } });
  await told(orchard, 2);
  await told(orchard, 1, OTHER_ROOM);
});

test("how each app stands is told, and what was done, by whom, and why it failed", async () => {
  await using orchard = openGarden();
  const names = ["skip", "snooze", "hold", "fail", "good", "left"];
  await grown(orchard, Object.fromEntries(names.map((name) => [name, "alpha"])), LARGER);
  await lookAt(orchard, orchard.time.now);
  await message(orchard, "6 apps of recipe wiki");
  const react = async (name: string, sign: string): Promise<void> => {
    const line = await message(orchard, `${app(name)}: open`);
    orchard.chat.react(BEA, line.event, sign);
  };
  await react("skip", "👎");
  orchard.chat.say(CEM, `!snooze ${app("snooze")} 9d`);
  orchard.chat.say(CEM, `!hold ${app("hold")} "we move it" --until 9d`);
  orchard.hosts.alpha.behave("fail_example_coop", "cache", {
    ...{ kind: "crashes", exitCode: 3, log: [] },
  });
  await react("fail", "👍");
  await react("good", "👍");
  await update(orchard, "skip", "skipped");
  await update(orchard, "snooze", "snoozed");
  await update(orchard, "fail", "failed");
  await update(orchard, "good", "applied");
  await message(orchard, "is held by");
  await lookAt(orchard, MONDAY);
  const [week] = drawn;
  expect(standings(week)).toEqual({
    [app("skip")]: "skipped",
    [app("snooze")]: "snoozed",
    [app("hold")]: "waiting",
    [app("fail")]: "failed",
    [app("good")]: "current",
    [app("left")]: "pending",
  });
  const changes = week?.changes.toSorted((a, b) => (a.app < b.app ? -1 : 1)) ?? [];
  expect(changes[0]?.reason).toContain("cache");
  expect(changes).toMatchObject([
    { app: app("fail"), from: "1.0.0+1", to: "1.2.0+1", by: BEA, ending: "failed" },
    { app: app("good"), from: "1.0.0+1", to: "1.2.0+1", by: BEA, ending: "succeeded" },
  ]);
  const [words = ""] = await told(orchard, 1);
  expect(words).toContain(`✅ ${app("good")} 1.0.0+1 → 1.2.0+1, by @bea:example.coop, 2026-11-25`);
  expect(words).toContain("held back");
  await lookAt(orchard, MONDAY + 7 * DAY);
  expect(drawn[1]?.changes).toEqual([]);
  expect((await told(orchard, 2))[1]).toContain("5 of 6 apps are behind");
});

test("what moot did by itself is told as that; so is an upgrade that somebody typed before any look", async () => {
  await using orchard = openGarden({
    updates: { apps: new Map([[app("self"), { auto: "minor" }]]) },
  });
  await grown(orchard, { self: "alpha" });
  await lookAt(orchard, orchard.time.now);
  await update(orchard, "self", "applied");
  await plant(orchard, { typed: "alpha" });
  await ended(orchard, () => void orchard.chat.say(CEM, `!upgrade ${app("typed")}`));
  await lookAt(orchard, MONDAY);
  expect(drawn[0]?.changes).toMatchObject([
    { app: app("self"), by: "moot", ending: "succeeded" },
    { app: app("typed"), by: CEM, ending: "succeeded" },
  ]);
  expect(drawn[0]?.apps).toMatchObject([{ standing: "current" }, { standing: "current" }]);
});

test("what cannot be known is told with its reason, in which no secret stands; and how many troubles stand", async () => {
  await using orchard = openGarden();
  await grown(orchard, { one: "alpha", two: "beta" });
  await lookAt(orchard, orchard.time.now);
  const problem = "no route, password=correct-horse-7";
  orchard.hosts.beta.unreachable = new Refusal({
    ...{ kind: "server-unreachable", server: BETA, problem },
  });
  await orchard.apps.write(
    orchard.apps.pathOf("odd.example.coop", BETA),
    "DOMAIN=odd\n",
    undefined,
  );
  const disk = { kind: "disk", server: ALPHA, free: 1, total: 100 } as const;
  const known = { since: 1, seenAt: 2, times: 2, good: 0 };
  orchard.desk.ledger.troubles.save({ key: "told", trouble: disk, ...known, toldAt: 2 });
  orchard.desk.ledger.troubles.save({ key: "seen", trouble: disk, ...known });
  await lookAt(orchard, MONDAY);
  expect(standings(drawn[0])).toEqual({
    [app("odd")]: "unknown",
    [app("one")]: "pending",
    [app("two")]: "unknown",
  });
  const [words = ""] = await told(orchard, 1);
  expect(words).toContain(`${app("two")}: ${BETA}: no route, password=****`);
  expect(words).toContain(`${app("odd")}: `);
  expect(words).not.toContain("horse");
  expect(words).toContain("1 trouble still stands");
});
