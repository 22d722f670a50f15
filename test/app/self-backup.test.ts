// moot saves itself when its time comes, and whoever waits to hear that all went well hears it once a round.
import { describe, expect, test } from "vitest";
import { pingWhenWell } from "../../src/app/pinging.ts";
import { saveSelf } from "../../src/app/self-backup.ts";
import { takeBackups } from "../../src/app/backup-rounds.ts";
import { keepRepositories } from "../../src/app/upkeep.ts";
import { Refusal } from "../../src/core/errors.ts";
import { isAppName } from "../../src/core/ids.ts";
import { SELF, SELF_TAG, type SelfVault } from "../../src/core/self.ts";
import { OTHER_ROOM } from "./desk.ts";
import { FakeVault } from "../fakes/vault.ts";
import { named } from "../named.ts";
import { ALPHA, DATA, put, signal, STACK, take, WIKI } from "./strongroom.ts";
import {
  DAY,
  ended,
  goTo,
  HOUR,
  look,
  MINUTE,
  NOON,
  openNights,
  said,
  type Nights,
} from "./nights.ts";

interface Fake extends SelfVault {
  readonly vault: FakeVault;
  /** How often it was tried. */
  tries: number;
  fault: Refusal | undefined;
}

function fakeSelf(now: () => number): Fake {
  const clock = { now, sleep: () => Promise.resolve() };
  const vault = new FakeVault(SELF, clock);
  const fake: Fake = {
    vault,
    tries: 0,
    fault: undefined,
    async save(inner) {
      fake.tries += 1;
      if (fake.fault !== undefined) throw fake.fault;
      const load = {
        stack: STACK,
        node: "",
        host: "moot",
        tags: [SELF_TAG],
        volumes: [],
        files: [],
      };
      return vault.save(load, () => undefined, inner);
    },
  };
  return fake;
}

interface Own {
  readonly nights: Nights;
  readonly self: Fake;
}

async function openOwn(): Promise<Own & AsyncDisposable> {
  const late: { now: () => number } = { now: () => NOON };
  const self = fakeSelf(() => late.now());
  const nights = await openNights({
    policy: { schedule: "off", self: "0 4 * * *" },
    world: { self },
  });
  late.now = () => nights.world.clock.now();
  return { nights, self, [Symbol.asyncDispose]: () => nights[Symbol.asyncDispose]() };
}

describe("moot itself", () => {
  test("is saved once a night, told nobody, and kept by the rules", async () => {
    await using own = await openOwn();
    const { nights, self } = own;
    await look(nights, saveSelf);
    const before = (await said(nights)).length;
    goTo(nights, 3, 55);
    await look(nights, saveSelf);
    expect(self.tries).toBe(0);
    for (let nightly = 0; nightly < 2; nightly += 1) {
      goTo(nights, 4, 1);
      await look(nights, saveSelf);
      await look(nights, saveSelf, keepRepositories);
      nights.time.ahead += 8 * DAY;
    }
    expect(self.tries).toBe(2);
    expect(await self.vault.snapshots({}, signal)).toHaveLength(1);
    expect(nights.world.ledger.selfBackups.lastGood()?.snapshot).toContain("00000002");
    expect((await said(nights)).slice(before)).toEqual([]);
    const forgot = nights.world.ledger.audit.recent(9).find(({ what }) => what === "forget");
    expect(forgot).toMatchObject({ on: SELF });
  });

  test("that cannot be saved is told once, tried again within the hour, and told when it is", async () => {
    await using own = await openOwn();
    const { nights, self } = own;
    await look(nights, saveSelf);
    const before = (await said(nights, OTHER_ROOM)).length;
    self.fault = new Refusal({
      kind: "step-failed",
      step: "copy moot's files",
      problem: "/run/secrets/alpha_key cannot be read (ENOENT)",
    });
    goTo(nights, 4, 1);
    await look(nights, saveSelf);
    nights.time.ahead += 61 * MINUTE;
    await look(nights, saveSelf);
    expect(self.tries).toBe(2);
    const [told, ...more] = (await said(nights, OTHER_ROOM)).slice(before);
    expect(more).toEqual([]);
    expect(told).toContain("The backup of moot itself failed:");
    expect(told).toContain("/run/secrets/alpha_key cannot be read (ENOENT)");
    expect(told).toContain("No good one is known.");
    self.fault = undefined;
    nights.time.ahead += 61 * MINUTE;
    await look(nights, saveSelf);
    expect((await said(nights, OTHER_ROOM)).at(-1)).toContain(
      "moot itself is backed up again since",
    );
  });

  test("whose repository does not open says where its password stands", async () => {
    await using own = await openOwn();
    const { nights, self } = own;
    await look(nights, saveSelf);
    self.fault = new Refusal({ kind: "repository-password", server: SELF, address: "/mnt/moot" });
    goTo(nights, 4, 1);
    await look(nights, saveSelf);
    const told = (await said(nights)).at(-1);
    expect(told).toContain("The repository of moot's own backups cannot be used:");
    expect(told).toContain("backups.self.password");
    expect(told).not.toContain(SELF);
  });
});

describe("a ping", () => {
  interface Pinged {
    count: number;
    fault: Refusal | undefined;
  }

  async function openPinged(): Promise<
    AsyncDisposable & { readonly nights: Nights; readonly pinged: Pinged }
  > {
    const pinged: Pinged = { count: 0, fault: undefined };
    const ping = async (): Promise<void> => {
      if (pinged.fault !== undefined) throw pinged.fault;
      pinged.count += 1;
    };
    const nights = await openNights({ world: { ping } });
    await look(nights);
    return { nights, pinged, [Symbol.asyncDispose]: () => nights[Symbol.asyncDispose]() };
  }

  async function pingedNight(nights: Nights): Promise<void> {
    goTo(nights, 3, 28);
    await look(nights, takeBackups);
    goTo(nights, 3, 31);
    await look(nights, takeBackups, pingWhenWell);
    await ended(nights);
    await look(nights, takeBackups, pingWhenWell);
    await look(nights, pingWhenWell);
  }

  test("goes out once after a round in which all was well", async () => {
    await using opened = await openPinged();
    const { nights, pinged } = opened;
    await pingedNight(nights);
    expect(pinged.count).toBe(1);
    await pingedNight(nights);
    expect(pinged.count).toBe(2);
  });

  test("does not go out where one was not", async () => {
    await using opened = await openPinged();
    const { nights, pinged } = opened;
    take(nights.room, DATA, "backup.sql");
    await pingedNight(nights);
    expect(pinged.count).toBe(0);
    put(nights.room, DATA, "backup.sql", 40_000);
    await pingedNight(nights);
    expect(pinged.count).toBe(1);
  });

  test("does not go out while a backup waits for its server", async () => {
    await using opened = await openPinged();
    const { nights, pinged } = opened;
    nights.room.host.unreachable = new Refusal({
      kind: "server-unreachable",
      server: ALPHA,
      problem: "no route to host",
    });
    await pingedNight(nights);
    nights.time.ahead += 2 * HOUR;
    await look(nights, takeBackups, pingWhenWell);
    expect(pinged.count).toBe(0);
  });

  test("does not go out where moot itself could not be saved", async () => {
    let count = 0;
    const ping = async (): Promise<void> => void (count += 1);
    const late: { now: () => number } = { now: () => NOON };
    const self = fakeSelf(() => late.now());
    const policy = { schedule: "off", self: "0 4 * * *" } as const;
    await using nights = await openNights({ policy, world: { self, ping } });
    late.now = () => nights.world.clock.now();
    await look(nights, saveSelf, pingWhenWell);
    const selfNight = async (): Promise<number> => {
      goTo(nights, 4, 1);
      await look(nights, pingWhenWell, saveSelf, pingWhenWell);
      await look(nights, pingWhenWell);
      return count;
    };
    self.fault = new Refusal({ kind: "step-failed", step: "save moot itself", problem: "no" });
    expect(await selfNight()).toBe(0);
    self.fault = undefined;
    expect(await selfNight()).toBe(1);
  });

  test("does not go out where an app has had none that counts for too long, whatever its turn says", async () => {
    await using opened = await openPinged();
    const { nights, pinged } = opened;
    const { turns } = nights.world.ledger;
    goTo(nights, 3, 28);
    await look(nights, takeBackups);
    goTo(nights, 3, 31);
    await look(nights, takeBackups, pingWhenWell);
    await ended(nights);
    await look(nights, takeBackups);
    const turn = turns.of(WIKI);
    if (turn === undefined) throw new Error("it has no turn");
    turns.save({ ...turn, app: named(isAppName, "other.example.coop"), lateAt: 0 });
    await look(nights, pingWhenWell);
    expect(pinged.count).toBe(0);
  });

  test("that nobody answers fails no backup, is told once, and goes on being tried", async () => {
    await using opened = await openPinged();
    const { nights, pinged } = opened;
    const before = (await said(nights)).length;
    const problem = "hc.example.coop did not answer (connect ECONNREFUSED)";
    pinged.fault = new Refusal({ kind: "step-failed", step: "ping", problem });
    await pingedNight(nights);
    for (let minute = 0; minute < 4; minute += 1) {
      nights.time.ahead += MINUTE;
      await look(nights, pingWhenWell);
    }
    const [told, ...more] = (await said(nights)).slice(before);
    expect(more).toEqual([]);
    expect(told).toContain(
      "All backups went well, but the address that should hear it (backups.ping) cannot be told: hc.example.coop did not answer",
    );
    expect(nights.world.ledger.turns.all().every((turn) => turn.problem === undefined)).toBe(true);
    pinged.fault = undefined;
    nights.time.ahead += MINUTE;
    await look(nights, pingWhenWell);
    expect(pinged.count).toBe(1);
    expect((await said(nights)).at(-1)).toContain("The address of backups.ping answers again");
  });
});
