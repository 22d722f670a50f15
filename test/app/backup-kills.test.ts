// moot is killed before and after each step of a backup: in its next life the app runs whole, and the room is told how it ended.
import { describe, expect, test } from "vitest";
import { startPaused } from "../../src/app/unpausing.ts";
import { Refusal } from "../../src/core/errors.ts";
import type { JournalEntry } from "../../src/core/ledger.ts";
import { FakeApps } from "../fakes/apps.ts";
import { dieAt, endOf, expectWhole } from "./dying.ts";
import {
  ALPHA,
  ANA,
  openStrongroom,
  running,
  SECRET,
  settled,
  signal,
  STACK,
  WIKI,
} from "./strongroom.ts";

type Kind = JournalEntry["step"]["kind"];

const STEPS: readonly Kind[] = [
  "settle",
  "run-hook",
  "pause-service",
  "save",
  "resume-service",
  "run-hook",
  "judge-backup",
];

const POINTS = STEPS.flatMap((kind, seq) =>
  (["before", "after"] as const).map((when) => [when, kind, seq] as const),
);

describe("killed on the way on", () => {
  test.concurrent.each(POINTS)("%s %s (%i)", async (when, kind, seq) => {
    const first = await settled();
    const dead = dieAt(first, { job: 2, when, seq });
    first.desk.chat.say(ANA, `!backup ${WIKI} --stop db`);
    await dead;
    await using second = openStrongroom({ before: first });
    const { state, plan } = await endOf(second, 2);
    expect(plan.steps[seq]?.kind).toBe(kind);
    expect(state).toBe("succeeded");
    await expectWhole(second);
    await second.desk.chat.waitFor("moot was stopped in the middle of job 2");
    await second.desk.chat.waitFor("backup succeeded");
    const kept = second.desk.ledger.backups.of(WIKI, 9);
    expect(kept).toMatchObject([{ job: 2, faults: [], parts: [{ node: "node" }] }]);
  });
});

const OUT: readonly Kind[] = ["turn-back", "resume-service", "run-hook", "abandon-save"];
const POINTS_OUT = OUT.flatMap((kind, index) =>
  (["before", "after"] as const).map((when) => [when, kind, STEPS.length + index] as const),
);

describe("killed on the way out of a backup that failed", () => {
  test.concurrent.each(POINTS_OUT)("%s %s (%i)", async (when, _kind, seq) => {
    const first = await settled();
    const reason = { kind: "repository-full", server: ALPHA, address: "sftp:vault" } as const;
    first.vault.fault = new Refusal(reason);
    const dead = dieAt(first, { job: 2, when, seq });
    first.desk.chat.say(ANA, `!backup ${WIKI} --stop db`);
    await dead;
    await using second = openStrongroom({ before: first });
    const { state, ending } = await endOf(second, 2);
    expect(state).toBe("failed");
    expect(ending?.problem?.text).toContain("no space left");
    await expectWhole(second);
    await second.desk.chat.waitFor("backup failed");
    expect(second.desk.ledger.backups.of(WIKI, 9)).toMatchObject([
      { job: 2, faults: [{ kind: "stopped" }] },
    ]);
  });
});

test("killed while it reads secrets, and stopped then: nothing that read them is left", async () => {
  const first = await settled();
  const { cargo } = first.host;
  const dead = Promise.withResolvers<undefined>();
  cargo.readingSecrets = async () => {
    cargo.readingSecrets = async () => Promise.reject(new Error("killed"));
    void first[Symbol.asyncDispose]().then(() => dead.resolve(undefined));
    throw new Error("killed");
  };
  first.desk.chat.say(ANA, `!backup ${WIKI}`);
  await dead.promise;
  expect([...cargo.readers]).toEqual([SECRET]);
  await using second = openStrongroom({ before: first });
  expect((await endOf(second, 2)).state).toBe("failed");
  expect([...cargo.readers]).toEqual([]);
});

describe("a service that nobody knows to be stopped", () => {
  test("is started again by the server's own word, and the room is told", async () => {
    const first = await settled();
    await first.host.pause(STACK, "db", signal);
    expect(await running(first, "db")).toEqual([0, 0]);
    await first[Symbol.asyncDispose]();
    await using second = openStrongroom({ before: first, duties: [startPaused] });
    const told = await second.desk.chat.waitFor("was still stopped for a backup that has ended");
    expect(told.body).toContain(`!status ${WIKI}`);
    await expectWhole(second);
    const [entry] = second.desk.ledger.audit.recent(9).filter(({ what }) => what === "resume");
    expect(entry).toMatchObject({ who: "moot", on: WIKI, detail: { service: "db" } });
  });

  test("is let be where its app is another moot's", async () => {
    await using room = await settled({ duties: [] });
    await room.host.pause(STACK, "db", signal);
    const { world } = room.desk;
    const apps = new FakeApps();
    await startPaused.run({ ...world, apps }, world.clock.now(), signal);
    expect(await running(room, "db")).toEqual([0, 0]);
    await startPaused.run(world, world.clock.now(), signal);
    await expectWhole(room);
  });

  test("is let be while a job of its app may have stopped it", async () => {
    await using room = await settled({ duties: [] });
    const held = Promise.withResolvers<undefined>();
    const looked = Promise.withResolvers<undefined>();
    room.vault.saving = async () => {
      looked.resolve(undefined);
      await held.promise;
    };
    room.desk.chat.say(ANA, `!backup ${WIKI} --stop db`);
    await looked.promise;
    await startPaused.run(room.desk.world, room.desk.world.clock.now(), signal);
    expect(await running(room, "db")).toEqual([0, 0]);
    held.resolve(undefined);
    expect((await endOf(room, 2)).state).toBe("succeeded");
    await expectWhole(room);
  });

  test("stays so for as long as its server does not answer", async () => {
    await using room = await settled();
    await room.host.pause(STACK, "db", signal);
    const problem = "connection refused";
    room.host.unreachable = new Refusal({ kind: "server-unreachable", server: ALPHA, problem });
    const { world } = room.desk;
    await startPaused.run(world, world.clock.now(), signal);
    room.host.unreachable = undefined;
    expect(await running(room, "db")).toEqual([0, 0]);
    await startPaused.run(world, world.clock.now() + 300_000, signal);
    await expectWhole(room);
  });
});
