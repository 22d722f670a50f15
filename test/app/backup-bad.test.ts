// Backups that do not count, and what people are told then: whatever goes wrong, what was stopped runs again and nothing is called a success.
import { once } from "node:events";
import { describe, expect, test, vi } from "vitest";
import { Refusal } from "../../src/core/errors.ts";
import { volumePath } from "../../src/core/vault.ts";
import {
  ALPHA,
  ANA,
  DATA,
  ended,
  hooksRun,
  MEDIA,
  put,
  running,
  settled,
  signal,
  STACK,
  take,
  WIKI,
  type Strongroom,
} from "./strongroom.ts";

const CAT = `${volumePath(MEDIA)}/cat.png`;

const never = (): Promise<never> => new Promise(() => undefined);

/** Of the pre-hook alone. */
function dumping(room: Strongroom, exitCode: number, output: string): void {
  room.host.program = async ({ exec }) =>
    exec.argv[4] === "/pg_backup.sh backup" ? { exitCode, output } : { exitCode: 0, output: "" };
}

async function expectBad(room: Strongroom, words: string): Promise<string> {
  const { ledger, chat } = room.desk;
  const [newest] = ledger.backups.of(WIKI, 1);
  expect(newest?.faults).not.toEqual([]);
  expect(ledger.backups.lastGood(WIKI)?.job).not.toBe(newest?.job);
  expect(await running(room, "db")).toEqual([1, 1]);
  return (await chat.waitFor(words)).body;
}

describe("a hook", () => {
  test("that fails stops the backup before anything is read, and the post-hook runs all the same", async () => {
    await using room = await settled();
    dumping(room, 1, "pg_dump: connection refused");
    const { state } = await ended(room, `!backup ${WIKI} --stop db`);
    expect(state).toBe("failed");
    expect(room.vault.loads).toEqual([]);
    expect(hooksRun(room)).toEqual(["db: /pg_backup.sh backup", "db: rm -f /tmp/lock"]);
    const told = await expectBad(room, "the pre-hook of db failed: it ended with exit code 1");
    expect(told).toContain("pg_dump: connection refused");
  });

  test("that fails after the data were read makes the backup one that does not count", async () => {
    await using room = await settled();
    room.host.program = async ({ exec }) =>
      exec.argv[4] === "rm -f /tmp/lock"
        ? { exitCode: 3, output: "no" }
        : { exitCode: 0, output: "" };
    const { state } = await ended(room, `!backup ${WIKI}`);
    expect(state).toBe("failed");
    expect(room.vault.loads).toHaveLength(1);
    await expectBad(room, "the post-hook of db failed: it ended with exit code 3");
  });

  test("that hangs is killed at its deadline", async () => {
    await using room = await settled();
    room.host.program = ({ exec }) =>
      exec.argv[4] === "/pg_backup.sh backup"
        ? never()
        : Promise.resolve({ exitCode: 0, output: "" });
    const exec = room.host.exec.bind(room.host);
    // An hour is too long for a test.
    vi.spyOn(room.host, "exec").mockImplementation((stack, { deadline, ...asked }, inner) =>
      exec(stack, { ...asked, deadline: deadline / 60 }, inner),
    );
    const { state } = await ended(room, `!backup ${WIKI}`);
    expect(state).toBe("failed");
    await expectBad(room, "the pre-hook of db failed: it had not ended after 60 s");
  });

  test("that prints a secret has it masked, wherever it is kept", async () => {
    await using room = await settled();
    dumping(room, 1, "connecting with DB_PASSWORD=hunter2-hunter2");
    await ended(room, `!backup ${WIKI}`);
    await expectBad(room, "DB_PASSWORD=****");
    const { ledger, chat, log } = room.desk;
    const kept = [ledger.jobs.recent(9), ledger.backups.of(WIKI, 9), ledger.audit.recent(99)];
    expect(JSON.stringify([kept, chat.said, log.text()])).not.toContain("hunter2");
  });

  test("of a service that does not run is told", async () => {
    await using room = await settled();
    vi.spyOn(room.host, "exec").mockImplementation(() => {
      const problem = "its task is pending";
      throw new Refusal({ kind: "not-running", stack: STACK, service: "db", problem });
    });
    const { state } = await ended(room, `!backup ${WIKI}`);
    expect(state).toBe("failed");
    await expectBad(room, "the pre-hook of db failed: ");
  });
});

describe("an app", () => {
  test("that crash-loops is not read, and it is told why it crashes", async () => {
    await using room = await settled();
    room.host.turn(STACK, "app", { kind: "crashes", exitCode: 3, log: ["no such table"] });
    const { state } = await ended(room, `!backup ${WIKI}`);
    expect(state).toBe("failed");
    expect(room.vault.loads).toEqual([]);
    expect(hooksRun(room)).toEqual([]);
    const told = await room.desk.chat.waitFor("app keeps crashing");
    expect(told.body).toContain("no such table");
  });

  test("that is being updated when its turn comes is waited for", async () => {
    await using room = await settled();
    const { host } = room;
    const sight = host.sight.bind(host);
    let looks = 0;
    vi.spyOn(host, "sight").mockImplementation(async (...asked) => {
      const seen = await sight(...asked);
      looks += 1;
      // The plan's own look finds it settled.
      if (looks < 2 || looks > 6) return seen;
      const update = { state: "updating", message: "", startedAt: 0 };
      return { ...seen, services: seen.services.map((one) => ({ ...one, update })) };
    });
    expect((await ended(room, `!backup ${WIKI}`)).state).toBe("succeeded");
    expect(looks).toBeGreaterThan(6);
  });

  test("whose volume went to another node meanwhile is not saved from where it is not", async () => {
    await using room = await settled();
    vi.spyOn(room.host.cargo, "look").mockResolvedValue([
      { name: DATA, node: "node", isPlain: true },
      { name: MEDIA, node: "worker", isPlain: true },
    ]);
    await ended(room, `!backup ${WIKI}`);
    await expectBad(room, `the volume ${MEDIA} is no longer on node node`);
    expect(room.vault.loads).toEqual([]);
  });
});

describe("what was saved", () => {
  test("counts for nothing when a dump is not in it", async () => {
    await using room = await settled();
    take(room, DATA, "backup.sql");
    const { state } = await ended(room, `!backup ${WIKI} --small-is-right`);
    expect(state).toBe("failed");
    const told = await expectBad(room, `backup.sql of the volume ${DATA} is not in it`);
    expect(told).not.toContain("--small-is-right");
  });

  test("counts for nothing when a dump is empty, whatever anybody says", async () => {
    await using room = await settled();
    put(room, DATA, "backup.sql", 0);
    expect((await ended(room, `!backup ${WIKI} --small-is-right`)).state).toBe("failed");
    await expectBad(room, `backup.sql of the volume ${DATA} is empty in it`);
  });

  test("counts with an empty volume only on somebody's word, which holds from then on", async () => {
    await using room = await settled();
    take(room, MEDIA, "cat.png");
    expect((await ended(room, `!backup ${WIKI}`)).state).toBe("failed");
    const told = await expectBad(room, `the volume ${MEDIA} is empty in it`);
    expect(told).toContain(`!backup ${WIKI} --small-is-right`);
    expect((await ended(room, `!backup ${WIKI} --small-is-right`)).state).toBe("succeeded");
    expect((await ended(room, `!backup ${WIKI}`)).state).toBe("succeeded");
  });

  test("counts after it fell by more than half only on somebody's word", async () => {
    await using room = await settled();
    expect((await ended(room, `!backup ${WIKI}`)).state).toBe("succeeded");
    put(room, DATA, "backup.sql", 19_000);
    expect((await ended(room, `!backup ${WIKI}`)).state).toBe("failed");
    const told = await expectBad(room, `the volume ${DATA} has fallen from 40 kB to 19 kB`);
    expect(told).toContain(`!backup ${WIKI} --small-is-right`);
    expect((await ended(room, `!backup ${WIKI} --small-is-right`)).state).toBe("succeeded");
    expect((await ended(room, `!backup ${WIKI}`)).state).toBe("succeeded");
  });

  test("counts for nothing when restic could not read all of it", async () => {
    await using room = await settled();
    room.vault.unreadable.add(CAT);
    expect((await ended(room, `!backup ${WIKI}`)).state).toBe("failed");
    await expectBad(
      room,
      `it is incomplete, since on node node these could not be read: ${CAT} (permission denied)`,
    );
  });

  test("counts for nothing when restic does not say what it could not read, either", async () => {
    await using room = await settled();
    const save = room.vault.save.bind(room.vault);
    room.vault.save = async (...given) => ({ ...(await save(...given)), kind: "incomplete" });
    expect((await ended(room, `!backup ${WIKI}`)).state).toBe("failed");
    await expectBad(room, "restic did not say what it could not read");
  });

  test("is told as stopped where the repository refuses, with what to do", async () => {
    await using room = await settled();
    const reason = { kind: "repository-full", server: ALPHA, address: "sftp:vault:/moot" } as const;
    room.vault.saving = () => Promise.reject(new Refusal(reason));
    const { state } = await ended(room, `!backup ${WIKI} --stop db`);
    expect(state).toBe("failed");
    await expectBad(room, "There is no space left where the backups of");
    await expectBad(room, "Free some there, or shorten backups.keep");
    expect(room.vault.abandoned).toEqual([STACK]);
    expect(hooksRun(room)).toEqual(["db: /pg_backup.sh backup", "db: rm -f /tmp/lock"]);
  });
});

describe("a service that was stopped", () => {
  test("runs again when somebody stops the backup", async () => {
    await using room = await settled();
    room.vault.saving = async (inner) => {
      room.desk.chat.say(ANA, "!cancel 2");
      await once(inner, "abort");
      inner.throwIfAborted();
    };
    const { state, ending } = await ended(room, `!backup ${WIKI} --stop db`);
    expect(state).toBe("cancelled");
    expect(ending?.by).toBe(ANA);
    expect(hooksRun(room)).toEqual(["db: /pg_backup.sh backup", "db: rm -f /tmp/lock"]);
    await expectBad(room, "nothing counts as a backup");
  });

  test("runs again after a bug", async () => {
    await using room = await settled();
    room.vault.saving = () => Promise.reject(new Error("never thought of"));
    const { state } = await ended(room, `!backup ${WIKI} --stop db`);
    expect(state).toBe("failed");
    await expectBad(room, "ref-1");
  });

  test("runs again when the server was away meanwhile", async () => {
    await using room = await settled();
    const problem = "connection lost";
    const lost = new Refusal({ kind: "server-unreachable", server: ALPHA, problem });
    room.vault.saving = async () => {
      room.host.unreachable = lost;
      setTimeout(() => (room.host.unreachable = undefined), 4_000);
      throw lost;
    };
    const { state } = await ended(room, `!backup ${WIKI} --stop db`);
    expect(state).toBe("failed");
    await expectBad(room, "connection lost");
  });

  test("that does not come up again is told with its reason, and the rest is done all the same", async () => {
    await using room = await settled();
    room.vault.saving = async () => {
      room.host.behave(STACK, "db", { kind: "crashes", exitCode: 3, log: ["disk full"] });
      throw new Refusal({ kind: "server-unreachable", server: ALPHA, problem: "gone" });
    };
    const { state, ending } = await ended(room, `!backup ${WIKI} --stop db`);
    expect(state).toBe("failed");
    expect(ending?.note).toContain("db could not be started again");
    expect(room.vault.abandoned).toEqual([STACK]);
    const told = await room.desk.chat.waitFor("db keeps crashing");
    expect(told.body).toContain("disk full");
    const [db] = (await room.host.fleet(signal)).filter(({ service }) => service === "db");
    expect(db?.wanted).toBe(1);
  });
});
