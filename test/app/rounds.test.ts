// Backups by the clock: one a night for each app, quiet when all is well, told once when it is not.
import { describe, expect, test } from "vitest";
import { Refusal } from "../../src/core/errors.ts";
import { ALPHA, ANA, ended as endedTyped, take, DATA, put, signal, WIKI } from "./strongroom.ts";
import { DAY, ended, goTo, HOUR, look, MINUTE, night, NOON, openNights, said } from "./nights.ts";
import { takeBackups } from "../../src/app/backup-rounds.ts";

/** What it said before nights began: the deploy of the wiki. */
async function silentSince(nights: Parameters<typeof said>[0], before: number): Promise<void> {
  expect((await said(nights)).slice(before)).toEqual([]);
}

describe("a turn", () => {
  test("comes at its time, is a job of moot's own, and nobody hears of it when all is well", async () => {
    await using nights = await openNights();
    const before = (await said(nights)).length;
    await look(nights);
    const { turns, backups, audit } = nights.world.ledger;
    expect(turns.of(WIKI)).toMatchObject({ due: NOON + 15.5 * HOUR, rule: "UTC 30 3 * * *" });
    goTo(nights, 3, 25);
    await look(nights);
    expect(turns.of(WIKI)?.job).toBeUndefined();
    const job = await night(nights);
    expect(job).toMatchObject({ state: "succeeded", verb: "backup", by: "@moot:example.coop" });
    expect(backups.lastGood(WIKI)?.job).toBe(job?.id);
    expect(turns.of(WIKI)).toMatchObject({ due: NOON + 39.5 * HOUR });
    expect(turns.of(WIKI)?.job).toBeUndefined();
    expect(audit.recent(5).map(({ what }) => what)).toContain("backup");
    await silentSince(nights, before);
  });

  test("is left out where somebody has taken one since it was due, or it is not deployed", async () => {
    await using nights = await openNights();
    await look(nights);
    goTo(nights, 3, 28);
    await look(nights, takeBackups);
    goTo(nights, 3, 31);
    await endedTyped(nights.room, `!backup ${WIKI}`);
    await look(nights, takeBackups);
    expect(nights.world.ledger.backups.of(WIKI, 9)).toHaveLength(1);
    const stack = nights.room.host.written.at(-1)?.stack;
    if (stack !== undefined) await nights.room.host.removeStack(stack, signal);
    expect(await night(nights)).toBeUndefined();
    expect(nights.world.ledger.turns.of(WIKI)).toMatchObject({ skipped: "it is not deployed" });
  });

  test("of an app whose recipe names nothing to save is nobody's trouble", async () => {
    await using nights = await openNights({ labels: { other: "label" } });
    await look(nights);
    const before = (await said(nights)).length;
    expect(await night(nights)).toBeUndefined();
    expect(nights.world.ledger.turns.of(WIKI)?.skipped).toContain(
      "none of its services has a label",
    );
    await silentSince(nights, before);
  });

  test("is none where the schedule is off, by the app, the server or all", async () => {
    for (const policy of [
      { schedule: "off" },
      { apps: new Map([["wiki.*", { schedule: "off" }]]) },
      { servers: new Map([["alpha*", { schedule: "off" }]]) },
    ]) {
      await using nights = await openNights({ policy });
      await look(nights);
      expect(nights.world.ledger.turns.all()).toEqual([]);
    }
  });

  test("waits while another job holds the app, and comes after that", async () => {
    await using nights = await openNights();
    await look(nights);
    const begun = Promise.withResolvers<undefined>();
    const free = Promise.withResolvers<undefined>();
    nights.room.vault.saving = async () => {
      begun.resolve(undefined);
      await free.promise;
      throw new Refusal({ kind: "server-unreachable", server: ALPHA, problem: "gone" });
    };
    nights.room.desk.chat.say(ANA, `!backup ${WIKI}`);
    await begun.promise;
    goTo(nights, 3, 28);
    await look(nights, takeBackups);
    goTo(nights, 3, 31);
    await look(nights, takeBackups);
    // One at once, whoever asked for it.
    expect(nights.world.ledger.turns.of(WIKI)?.job).toBeUndefined();
    nights.room.vault.saving = async () => undefined;
    free.resolve(undefined);
    const { jobs } = nights.world.ledger;
    await expect.poll(() => jobs.active().length, { timeout: 10_000 }).toBe(0);
    await look(nights, takeBackups);
    expect((await ended(nights))?.state).toBe("succeeded");
  });

  test("comes again when the clock was put far ahead and back, and by the new schedule when that changed", async () => {
    await using nights = await openNights();
    await look(nights);
    nights.time.ahead += 400 * DAY;
    await look(nights, takeBackups);
    await ended(nights);
    await look(nights, takeBackups);
    nights.time.ahead -= 400 * DAY;
    await look(nights, takeBackups);
    expect(nights.world.ledger.turns.of(WIKI)?.due).toBe(NOON + 15.5 * HOUR);
    const policy = { ...nights.world.policy };
    if (policy.backups !== undefined) policy.backups = { ...policy.backups, schedule: "0 1 * * *" };
    await look({ world: { ...nights.world, policy } }, takeBackups);
    expect(nights.world.ledger.turns.of(WIKI)?.due).toBe(NOON + 13 * HOUR);
  });
});

describe("what is not well", () => {
  test("is told once a server when the round is over, not again the next night, and so is its end", async () => {
    await using nights = await openNights();
    await look(nights);
    const before = (await said(nights)).length;
    take(nights.room, DATA, "backup.sql");
    const job = await night(nights);
    expect(job?.state).toBe("failed");
    const [told, ...more] = (await said(nights)).slice(before);
    expect(more).toEqual([]);
    expect(told).toContain(
      `⚠️ ${WIKI} on ${ALPHA} was not backed up (job ${job?.id ?? ""}): it does not count as a backup`,
    );
    expect(told).toContain("No good one is known.");
    expect(told).toContain(`!backup ${WIKI}`);
    await night(nights);
    expect((await said(nights)).slice(before)).toHaveLength(1);
    put(nights.room, DATA, "backup.sql", 40_000);
    await night(nights);
    const [, end] = (await said(nights)).slice(before);
    expect(end).toContain(`✅ ${WIKI} on ${ALPHA} is backed up again since`);
  });

  test("is over when somebody takes one that counts", async () => {
    await using nights = await openNights();
    await look(nights);
    take(nights.room, DATA, "backup.sql");
    await night(nights);
    put(nights.room, DATA, "backup.sql", 40_000);
    await endedTyped(nights.room, `!backup ${WIKI}`);
    await look(nights, takeBackups);
    expect((await said(nights)).at(-1)).toContain("is backed up again since");
  });

  test("is told of an app that no backup was taken of for a schedule and a half, with why", async () => {
    await using nights = await openNights();
    await look(nights);
    await night(nights);
    const before = (await said(nights)).length;
    nights.room.host.unreachable = new Refusal({
      kind: "server-unreachable",
      server: ALPHA,
      problem: "no route to host",
    });
    goTo(nights, 3, 28);
    await look(nights, takeBackups);
    goTo(nights, 3, 31);
    await look(nights, takeBackups);
    goTo(nights, 15, 0);
    await look(nights, takeBackups);
    expect((await said(nights)).slice(before)).toEqual([]);
    goTo(nights, 15, 40);
    await look(nights, takeBackups);
    const [told] = (await said(nights)).slice(before);
    expect(told).toContain(`${WIKI} on ${ALPHA} was not backed up: no route to host.`);
    expect(told).toContain("The last good one is 36 h");
    nights.room.host.unreachable = undefined;
    await look(nights, takeBackups);
    expect((await ended(nights))?.state).toBe("succeeded");
    await look(nights, takeBackups);
    expect((await said(nights)).at(-1)).toContain("is backed up again");
  });

  test("is a hold, told with who put it there", async () => {
    await using nights = await openNights();
    await look(nights);
    nights.world.ledger.holds.add({ target: WIKI, reason: "elections", by: ANA, at: NOON });
    expect(await night(nights)).toBeUndefined();
    expect((await said(nights)).at(-1)).toContain("elections");
  });
});

describe("a repository", () => {
  test.each([
    [
      new Refusal({ kind: "repository-password", server: ALPHA, address: "rest:https://vault/a" }),
      "does not open with its password",
      "Put the right one where backups.repositories.alpha.example.coop.password",
    ],
    [
      new Refusal({ kind: "repository-missing", server: ALPHA, address: "/srv/a", side: "server" }),
      "there is no repository of backups at /srv/a",
      "restic init --repo /srv/a",
    ],
    [
      new Refusal({ kind: "restic-unfit", side: "moot", found: "0.14.0" }),
      "restic is version 0.14.0, which is too old",
      "tools.restic",
    ],
    [
      new Refusal({ kind: "repository-locked", server: ALPHA, by: "PID 7 on old by root" }),
      "are locked, and stayed so while moot waited: PID 7 on old by root",
      "falls by itself half an hour",
    ],
  ])(
    "that cannot be used is told once with what to do, and what waits is taken when it can: %s",
    async (fault, what, next) => {
      await using nights = await openNights();
      await look(nights);
      const before = (await said(nights)).length;
      nights.room.vault.fault = fault;
      goTo(nights, 3, 28);
      await look(nights, takeBackups);
      for (let minute = 31; minute < 55; minute += 6) {
        goTo(nights, 3, minute);
        await look(nights, takeBackups);
      }
      const [told, ...more] = (await said(nights)).slice(before);
      expect(more).toEqual([]);
      expect(told).toContain(`The repository of the backups of ${ALPHA} cannot be used:`);
      expect(told).toContain(what);
      expect(told).toContain(next);
      expect(nights.world.ledger.backups.of(WIKI, 1)).toEqual([]);
      nights.room.vault.fault = undefined;
      nights.time.ahead += 11 * MINUTE;
      await look(nights, takeBackups);
      expect((await ended(nights))?.state).toBe("succeeded");
      expect((await said(nights)).at(-1)).toContain("can be used again");
    },
  );

  test("without space fails the backups, and they say what to do", async () => {
    await using nights = await openNights();
    await look(nights);
    const reason = { kind: "repository-full", server: ALPHA, address: "sftp:vault:/moot" } as const;
    nights.room.vault.saving = () => Promise.reject(new Refusal(reason));
    await night(nights);
    const told = (await said(nights)).at(-1);
    expect(told).toContain("There is no space left where the backups of");
    expect(told).toContain("Free some there");
  });
});

test("two nights that moot was away are told as they were, and made up for once", async () => {
  const first = await openNights();
  await look(first);
  await first[Symbol.asyncDispose]();
  await using nights = await openNights({ before: first });
  nights.time.ahead += 2 * DAY;
  const before = (await said(nights)).length;
  await look(nights, takeBackups);
  const [told] = (await said(nights)).slice(before);
  expect(told).toMatch(
    /moot was not there from 2026-11-25 \d\d:\d\d UTC to 2026-11-27 \d\d:\d\d UTC, for 2 days/,
  );
  expect(told).toContain(
    `1 backup came due meanwhile and was not taken:\n- ${WIKI} on ${ALPHA}, 2 times`,
  );
  expect(told).toContain("made up for now, once");
  expect((await ended(nights))?.state).toBe("succeeded");
  await look(nights, takeBackups);
  expect(nights.world.ledger.backups.of(WIKI, 9)).toHaveLength(1);
  expect((await said(nights)).slice(before)).toHaveLength(1);
});
