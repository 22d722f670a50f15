// Repositories are looked after while nobody needs them: what is too old goes, never the last good one, and the data are read again part by part.
import { describe, expect, test, vi } from "vitest";
import { keepRepositories } from "../../src/app/upkeep.ts";
import { Refusal } from "../../src/core/errors.ts";
import { PARTS } from "../../src/core/upkeep.ts";
import { ALPHA, ANA, DATA, put, signal, STACK, take, WIKI } from "./strongroom.ts";
import { DAY, HOUR, look, night, openNights, said, type Nights } from "./nights.ts";

/** No week and no month has one of its own. */
const KEEP = { within: "7d", withinWeekly: "7d", withinMonthly: "7d" };

async function held({ room }: Nights): Promise<readonly string[]> {
  return (await room.vault.snapshots({}, signal)).map(({ id }) => id);
}

describe("what is kept", () => {
  test("follows the rules after a good backup by the clock; what went is written down and marked", async () => {
    await using nights = await openNights({ policy: { keep: KEEP } });
    await look(nights);
    await night(nights);
    const [first] = nights.world.ledger.backups.of(WIKI, 1);
    nights.time.ahead += 10 * DAY;
    await look(nights);
    await night(nights);
    const { backups, audit } = nights.world.ledger;
    const gone = backups.ofJob(first?.job ?? 0);
    const went = first?.parts.map(({ snapshot }) => snapshot) ?? [];
    expect(gone?.goneAt).toBeGreaterThan(0);
    expect(await held(nights)).not.toEqual(expect.arrayContaining(went));
    const entry = audit.recent(20).find(({ what }) => what === "forget");
    expect(entry).toMatchObject({
      who: "moot",
      on: WIKI,
      detail: { server: ALPHA, snapshots: went },
    });
    expect(backups.lastGood(WIKI)?.goneAt).toBeUndefined();
  });

  test("is a good one of each week, which nothing takes the place of that moot does not know", async () => {
    await using nights = await openNights();
    await look(nights);
    await night(nights);
    const good = nights.world.ledger.backups.lastGood(WIKI);
    const load = { stack: STACK, node: "node", volumes: [], files: [] };
    const forged = { ...load, host: `${WIKI}@node`, tags: ["moot", `app:${WIKI}`, "job:1"] };
    nights.time.ahead += HOUR;
    await nights.room.vault.save(forged, () => undefined, signal);
    nights.time.ahead += 10 * DAY;
    await look(nights);
    await night(nights);
    expect(nights.world.ledger.backups.lastGood(WIKI)?.job).not.toBe(good?.job);
    expect(await held(nights)).toContain(good?.parts[0]?.snapshot);
  });

  test("is what somebody is to restore, while that is asked", async () => {
    await using nights = await openNights({ policy: { keep: KEEP }, danger: 2 });
    await look(nights);
    await night(nights);
    const wanted = nights.world.ledger.backups.lastGood(WIKI)?.parts[0]?.snapshot ?? "";
    nights.time.ahead += 10 * DAY;
    nights.room.desk.chat.say(ANA, `!restore ${WIKI} ${wanted}`);
    await nights.room.desk.chat.waitFor("🗳 a1");
    await look(nights);
    await night(nights);
    expect(await held(nights)).toContain(wanted);
  });

  test("is the last good one, whatever came after it that does not count", async () => {
    await using nights = await openNights();
    await look(nights);
    await night(nights);
    const good = nights.world.ledger.backups.lastGood(WIKI);
    take(nights.room, DATA, "backup.sql");
    for (let nightly = 0; nightly < 3; nightly += 1) {
      nights.time.ahead += 9 * DAY;
      await look(nights);
      await night(nights);
    }
    // Bad ones alone ask for nothing to go; here somebody has it done all the same.
    const { upkeeps } = nights.world.ledger;
    const state = upkeeps.of(ALPHA);
    if (state !== undefined)
      upkeeps.save({ server: ALPHA, since: state.since, isDamaged: false, part: state.part });
    await look(nights, keepRepositories);
    expect(await held(nights)).toContain(good?.parts[0]?.snapshot);
    expect(nights.world.ledger.backups.lastGood(WIKI)?.job).toBe(good?.job);
  });

  test("is all of an app of which moot knows no good one, and of what is nobody's", async () => {
    await using nights = await openNights();
    const { vault } = nights.room;
    const save = async (tags: readonly string[]): Promise<string> => {
      const load = { stack: STACK, node: "node", host: "old@node", tags, volumes: [], files: [] };
      return (await vault.save(load, () => undefined, signal)).snapshot;
    };
    const others = [
      await save(["moot", "app:gone.example.coop"]),
      await save(["moot"]),
      await save(["somebody"]),
    ];
    nights.time.ahead += 10 * DAY;
    await save(["moot", "app:gone.example.coop"]);
    await look(nights);
    await night(nights);
    expect(nights.world.ledger.upkeeps.of(ALPHA)?.siftedAt).toBeDefined();
    expect(await held(nights)).toEqual(expect.arrayContaining(others));
  });

  test("that somebody else removed is marked too", async () => {
    await using nights = await openNights();
    await look(nights);
    await night(nights);
    const first = nights.world.ledger.backups.lastGood(WIKI);
    const { vault } = nights.room;
    const load = { stack: STACK, node: "node", volumes: [], files: [] };
    const own = { ...load, host: `${WIKI}@node`, tags: ["moot", `app:${WIKI}`] };
    nights.time.ahead += HOUR;
    await vault.save(own, () => undefined, signal);
    const keep = { within: "0h", withinWeekly: "0h", withinMonthly: "0h" };
    await vault.forget({ query: { tags: ["moot"] }, keep, spare: [] }, "for-good", signal);
    await night(nights);
    const { backups } = nights.world.ledger;
    expect(backups.ofJob(first?.job ?? 0)?.goneAt).toBeDefined();
    expect(backups.lastGood(WIKI)?.job).not.toBe(first?.job);
  });

  test("by credentials that may not remove anything is told once, with what to mend", async () => {
    await using nights = await openNights();
    await look(nights);
    const before = (await said(nights)).length;
    const problem = "it does not let these credentials remove anything (append-only)";
    vi.spyOn(nights.room.vault, "forget").mockRejectedValue(
      new Refusal({
        kind: "repository-refuses",
        server: ALPHA,
        address: "rest:https://v/a",
        side: "moot",
        problem,
      }),
    );
    await night(nights);
    nights.time.ahead += 2 * HOUR;
    await look(nights, keepRepositories);
    const [told, ...more] = (await said(nights)).slice(before);
    expect(more).toEqual([]);
    expect(told).toContain(problem);
    expect(told).toContain(`backups.repositories.${ALPHA}.own`);
  });

  test("can be asked for before: !backups APP --keep says of each why it stays or goes, and removes nothing", async () => {
    await using nights = await openNights({ policy: { keep: KEEP } });
    await look(nights);
    await night(nights);
    nights.time.ahead += 10 * DAY;
    const { vault } = nights.room;
    const forget = vault.forget.bind(vault);
    vi.spyOn(vault, "forget").mockImplementation((asked, _how, inner) =>
      forget(asked, "dry-run", inner),
    );
    await look(nights);
    await night(nights);
    const before = await held(nights);
    nights.room.desk.chat.say(ANA, `!backups ${WIKI} --keep`);
    const { body } = await nights.room.desk.chat.waitFor("What the rules keep of");
    expect(body).toContain(
      "all of the last 7d, one a week of the last 7d, one a month of the last 7d",
    );
    expect(body).toContain("within 7d");
    expect(body).toContain("goes: no rule keeps it");
    expect(body).toContain("1 snapshot goes after the next good backup by the clock.");
    expect(await held(nights)).toEqual(before);
    nights.room.desk.chat.say(ANA, "!backups --keep");
    await nights.room.desk.chat.waitFor("of which app? Type it before --keep.");
  });
});

describe("the data", () => {
  test("are given back and read again once a week, another part each time", async () => {
    await using nights = await openNights();
    await look(nights);
    const prune = vi.spyOn(nights.room.vault, "prune");
    const check = vi.spyOn(nights.room.vault, "check");
    for (let week = 0; week < 3; week += 1) {
      nights.time.ahead += 7 * DAY;
      await look(nights);
      await night(nights);
      for (let looks = 0; looks < 4; looks += 1) await look(nights, keepRepositories);
    }
    expect(prune).toHaveBeenCalledTimes(3);
    expect(check.mock.calls.map(([part]) => part)).toEqual([
      { part: 1, of: PARTS },
      { part: 2, of: PARTS },
      { part: 3, of: PARTS },
    ]);
    expect(nights.world.ledger.upkeeps.of(ALPHA)?.part).toBe(4);
  });

  test("that are damaged are told with what to do, looked at the next day, and told when they are sound", async () => {
    await using nights = await openNights();
    await look(nights);
    nights.time.ahead += 8 * DAY;
    nights.room.vault.problems = ["pack 1f2e contains 1 error: blob 77: hash does not match"];
    await look(nights);
    await night(nights);
    const before = (await said(nights)).length;
    for (let looks = 0; looks < 3; looks += 1) await look(nights, keepRepositories);
    const [told, ...more] = (await said(nights)).slice(before);
    expect(more).toEqual([]);
    expect(told).toContain(`The repository of the backups of ${ALPHA} is damaged: pack 1f2e`);
    expect(told).toContain("restic check --read-data");
    expect(nights.world.ledger.upkeeps.of(ALPHA)).toMatchObject({ part: 1, isDamaged: true });
    nights.room.vault.problems = [];
    await night(nights);
    for (let looks = 0; looks < 3; looks += 1) await look(nights, keepRepositories);
    expect((await said(nights)).at(-1)).toContain("is sound since");
    expect(nights.world.ledger.upkeeps.of(ALPHA)?.part).toBe(2);
  });

  test("are let go of as soon as somebody saves, and read after that", async () => {
    await using nights = await openNights();
    await look(nights);
    nights.time.ahead += 8 * DAY;
    await look(nights);
    await night(nights);
    put(nights.room, DATA, "more", 10);
    await look(nights, keepRepositories);
    const begun = Promise.withResolvers<undefined>();
    let isStopped = false;
    vi.spyOn(nights.room.vault, "prune").mockImplementationOnce(async (inner) => {
      begun.resolve(undefined);
      await new Promise((resolve) => inner.addEventListener("abort", resolve));
      isStopped = true;
      inner.throwIfAborted();
    });
    const { upkeeps } = nights.world.ledger;
    const state = upkeeps.of(ALPHA);
    if (state !== undefined) upkeeps.save({ ...state, prunedAt: 0 });
    const free = Promise.withResolvers<undefined>();
    nights.room.vault.saving = () => free.promise.then(() => undefined);
    const looking = look(nights, keepRepositories);
    await begun.promise;
    nights.room.desk.chat.say(ANA, `!backup ${WIKI}`);
    await looking;
    expect(isStopped).toBe(true);
    expect(upkeeps.of(ALPHA)?.prunedAt).toBe(0);
    free.resolve(undefined);
    await vi.waitFor(() => {
      if (nights.world.ledger.jobs.active().length > 0) throw new Error("it still saves");
    }, 10_000);
    for (let looks = 0; looks < 3; looks += 1) await look(nights, keepRepositories);
    expect(upkeeps.of(ALPHA)?.prunedAt).toBeGreaterThan(0);
  });
});
