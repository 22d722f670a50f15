// !restore: the data of a backup go back into the volumes, and whatever fails leaves the app as it was.
import { describe, expect, test } from "vitest";
import { Refusal } from "../../src/core/errors.ts";
import { expectWhole } from "./dying.ts";
import {
  ALPHA,
  answered,
  damaged,
  DAMAGED,
  DATA,
  ended,
  failing,
  held,
  hooksRun,
  MEDIA,
  put,
  SECRET,
  settled,
  signal,
  STACK,
  stopped,
  VERSION,
  WHOLE,
  WIKI,
} from "./strongroom.ts";

describe("!restore", () => {
  test("puts back what the newest backup that counts has, with its services stopped", async () => {
    await using room = await damaged();
    const { state, plan, ending } = await ended(room, `!restore ${WIKI}`);
    expect(ending?.problem).toBeUndefined();
    expect(state).toBe("succeeded");
    expect(plan.tier).toBe("danger");
    expect(plan.steps.map(({ kind }) => kind)).toEqual([
      "pause-service",
      "pause-service",
      "pause-service",
      "save",
      "judge-backup",
      "restore-volumes",
      "resume-service",
      "run-hook",
      "resume-service",
      "resume-service",
      "watch",
    ]);
    // Those with data stop last, and the one that a hook runs in starts first.
    const order = plan.steps.flatMap((step) =>
      step.kind === "pause-service" || step.kind === "resume-service" ? [step.service] : [],
    );
    expect(order).toEqual(["cache", "app", "db", "db", "app", "cache"]);
    // Only within what was saved anything is removed.
    expect(held(room, DATA)).toEqual(WHOLE);
    expect(held(room, MEDIA)).toEqual({ "cat.png": 200_000 });
    expect(hooksRun(room)).toEqual(["db: /pg_backup.sh restore"]);
    await expectWhole(room);
    const told = await room.desk.chat.waitFor("restore succeeded");
    expect(told.body).toContain("Put back from snapshot 00000001, and compared: 2 files, 240 kB.");
    expect(told.body).toContain(`!restore ${WIKI} 00000002`);
  });

  test("says what it overwrites and with what, how old that is, and what it does first", async () => {
    await using room = await damaged();
    await ended(room, `!restore ${WIKI}`);
    const seen = JSON.stringify(room.desk.chat.seen());
    expect(seen).toContain(`backup.sql of ${DATA} and ${MEDIA} are overwritten`);
    expect(seen).toContain("all that was written since is lost");
    expect(seen).toContain(`a safety snapshot is taken of ${DATA} and ${MEDIA}`);
    expect(seen).toMatch(/The snapshot .{0,20}00000001.{0,40} is .{1,20} old/);
  });

  test("takes the whole volumes first, as they lie, and that never stands for a backup", async () => {
    await using room = await damaged();
    const { id } = await ended(room, `!restore ${WIKI}`);
    expect(room.vault.loads.at(-1)?.volumes).toEqual([{ name: DATA }, { name: MEDIA }]);
    const { backups } = room.desk.ledger;
    expect(backups.of(WIKI, 1)).toMatchObject([{ job: id, cause: "restore", faults: [] }]);
    expect(backups.lastGood(WIKI)?.job).toBe(2);
    expect(backups.good(WIKI, ALPHA, 9)).toHaveLength(1);
    // The next one is judged by what was a backup.
    const { state } = await ended(room, `!backup ${WIKI}`);
    expect(state).toBe("succeeded");
  });

  test("can be taken back by the snapshot that it took, without any hook", async () => {
    await using room = await damaged();
    await ended(room, `!restore ${WIKI}`);
    room.host.executed.length = 0;
    const { state } = await ended(room, `!restore ${WIKI} 00000002`);
    expect(state).toBe("succeeded");
    expect(held(room, DATA)).toEqual(DAMAGED);
    expect(held(room, MEDIA)).toEqual({ "dog.png": 5_000 });
    expect(hooksRun(room)).toEqual([]);
  });

  test("takes the backup that is named, older as it may be", async () => {
    await using room = await settled();
    await ended(room, `!backup ${WIKI}`);
    put(room, DATA, "backup.sql", 50_000);
    await ended(room, `!backup ${WIKI}`);
    await answered(room, `!restore ${WIKI} 0000000`, "begin with 0000000: ");
    const { state } = await ended(room, `!restore ${WIKI} 00000001`);
    expect(state).toBe("succeeded");
    expect(held(room, DATA)).toEqual(WHOLE);
  });

  test("works over an app that keeps crashing", async () => {
    await using room = await damaged();
    room.host.behave(STACK, "app", { kind: "crashes", exitCode: 3 });
    await room.host.restart(STACK, { app: 1 }, signal);
    room.vault.saving = async () => room.host.behave(STACK, "app", { kind: "runs" });
    const { state } = await ended(room, `!restore ${WIKI}`);
    expect(state).toBe("succeeded");
    expect(held(room, MEDIA)).toEqual({ "cat.png": 200_000 });
    await expectWhole(room);
  });

  test("works over an app that is down, and starts nothing", async () => {
    await using room = await settled();
    await ended(room, `!undeploy ${WIKI} --no-backup`);
    await ended(room, `!backup ${WIKI}`);
    put(room, DATA, "backup.sql", 10);
    const { state, plan } = await ended(room, `!restore ${WIKI}`);
    expect(state).toBe("succeeded");
    expect(plan.steps.map(({ kind }) => kind)).toEqual(["save", "judge-backup", "restore-volumes"]);
    expect(plan.warnings).toContainEqual({ kind: "restore", matter: { kind: "stays-down" } });
    expect(held(room, DATA)).toEqual(WHOLE);
  });

  test("says in what the app is otherwise now than the backup has it", async () => {
    await using room = await settled();
    await ended(room, `!backup ${WIKI}`);
    await ended(room, `!upgrade ${WIKI}`);
    await ended(room, `!config ${WIKI} GREETING=other`);
    room.host.secrets.delete(SECRET);
    room.host.holdings.createSecret(SECRET, "another");
    const { plan } = await ended(room, `!restore ${WIKI} 00000001`);
    expect(plan.warnings).toContainEqual({
      kind: "restore",
      matter: { kind: "other-version", then: VERSION, now: "1.1.0+1.1.0" },
    });
    expect(plan.warnings).toContainEqual({
      kind: "restore",
      matter: { kind: "other-env", keys: ["GREETING"] },
    });
    expect(plan.warnings).toContainEqual({
      kind: "restore",
      matter: { kind: "rotated", app: WIKI, secrets: [SECRET], snapshot: "00000001" },
    });
  });
});

describe("a restore that fails", () => {
  test("at a hook puts back what it overwrote, to the byte, and says so", async () => {
    await using room = await damaged();
    room.host.program = failing;
    const { state, ending } = await ended(room, `!restore ${WIKI}`);
    expect(state).toBe("failed");
    expect(ending?.problem?.text).toContain("restore's post-hook of db failed");
    expect(held(room, DATA)).toEqual(DAMAGED);
    expect(held(room, MEDIA)).toEqual({ "dog.png": 5_000 });
    await expectWhole(room);
    const told = await room.desk.chat.waitFor("restore failed");
    expect(told.body).toContain(
      "What was overwritten has been put back from the safety snapshot 00000002.",
    );
    expect(told.body).toContain("no such table");
  });

  test("since the app does not come up is put back, too", async () => {
    await using room = await damaged();
    room.vault.saving = async () =>
      room.host.behave(STACK, "app", { kind: "crashes", exitCode: 3 });
    const { state } = await ended(room, `!restore ${WIKI}`);
    expect(state).toBe("failed");
    expect(held(room, MEDIA)).toEqual({ "dog.png": 5_000 });
  });

  test("while its safety snapshot is taken has overwritten nothing", async () => {
    await using room = await damaged();
    const reason = { kind: "repository-full", server: ALPHA, address: "sftp:vault" } as const;
    room.vault.saving = async () => {
      throw new Refusal(reason);
    };
    const { state } = await ended(room, `!restore ${WIKI}`);
    expect(state).toBe("failed");
    expect(held(room, MEDIA)).toEqual({ "dog.png": 5_000 });
    await expectWhole(room);
    const told = await room.desk.chat.waitFor("restore failed");
    expect(told.body).toContain("Nothing had been overwritten.");
    expect(told.body).toContain("no space left");
  });

  test("and cannot be put back starts the app all the same, and says what to type", async () => {
    await using room = await damaged();
    const reason = { kind: "repository-full", server: ALPHA, address: "sftp:vault" } as const;
    room.host.program = async () => {
      room.vault.fault = new Refusal(reason);
      return { exitCode: 1, output: "", isCut: false };
    };
    const { state } = await ended(room, `!restore ${WIKI}`);
    expect(state).toBe("failed");
    await expectWhole(room);
    const told = await room.desk.chat.waitFor("restore failed");
    expect(told.body).toContain("could not be put back");
    expect(told.body).toContain(`!restore ${WIKI} 00000002 --no-backup`);
  });

  test("because somebody stopped it is put back", async () => {
    await using room = await damaged();
    expect((await stopped(room, `!restore ${WIKI}`)).state).toBe("cancelled");
    expect(held(room, MEDIA)).toEqual({ "dog.png": 5_000 });
    await expectWhole(room);
  });

  test("without a safety snapshot says that it stays as it is", async () => {
    await using room = await damaged();
    room.host.program = failing;
    const { state, plan } = await ended(room, `!restore ${WIKI} --no-backup`);
    expect(state).toBe("failed");
    expect(plan.dangers).toContainEqual({ kind: "without-backup" });
    expect(room.vault.loads).toHaveLength(1);
    await expectWhole(room);
    const told = await room.desk.chat.waitFor("restore failed");
    expect(told.body).toContain("No safety snapshot was taken");
  });
});
