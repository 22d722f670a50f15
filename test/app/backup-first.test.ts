// Before what risks data a backup is taken, and nothing follows one that does not count.
import { describe, expect, test, vi } from "vitest";
import {
  ANA,
  DAN,
  DATA,
  ended,
  NEWER,
  put,
  running,
  settled,
  signal,
  STACK,
  take,
  VERSION,
  WIKI,
  type Strongroom,
} from "./strongroom.ts";

async function runsVersion({ host }: Strongroom): Promise<string | undefined> {
  const { live } = await host.inspect(STACK, signal);
  return live?.services.find(({ name }) => name === "app")?.env["RELEASE"];
}

describe("an upgrade", () => {
  test("takes a backup first, after the images and before anything is written", async () => {
    await using room = await settled();
    const { state, plan, id } = await ended(room, `!upgrade ${WIKI}`);
    expect(state).toBe("succeeded");
    const kinds = plan.steps.map(({ kind }) => kind);
    expect(kinds.indexOf("judge-backup")).toBeLessThan(kinds.indexOf("deploy-stack"));
    expect(kinds.slice(0, 2)).toEqual(["settle", "run-hook"]);
    expect(room.desk.ledger.backups.of(WIKI, 9)).toMatchObject([
      { job: id, cause: "upgrade", version: VERSION, deployment: 1, faults: [] },
    ]);
    const told = await room.desk.chat.waitFor("upgrade succeeded");
    expect(told.body).toContain("Saved (00000001)");
  });

  test("is not done when its backup does not count, and says so", async () => {
    await using room = await settled();
    take(room, DATA, "backup.sql");
    const written = room.host.written.length;
    const { state, ending } = await ended(room, `!upgrade ${WIKI}`);
    expect(state).toBe("failed");
    expect(ending?.back).toBeUndefined();
    expect(room.host.written).toHaveLength(written);
    const told = await room.desk.chat.waitFor("it does not count as a backup");
    expect(told.body).toContain("Nothing was changed");
    expect(told.body).toContain(`!upgrade ${WIKI} again; with --no-backup it does without one`);
    expect(told.body).not.toContain("put back");
  });

  test("that comes back after its backup comes back whole", async () => {
    await using room = await settled();
    room.host.behave(STACK, "app", { kind: "crashes", exitCode: 3 });
    const { state, ending, plan } = await ended(room, `!upgrade ${WIKI}`);
    expect(state).toBe("failed");
    expect(plan.back?.from).toBe(plan.steps.findIndex(({ kind }) => kind === "deploy-stack"));
    expect(ending?.back).toMatchObject({ version: VERSION });
    expect(room.desk.ledger.backups.lastGood(WIKI)?.cause).toBe("upgrade");
  });

  test("that is stopped while its backup is taken lets go of it and writes nothing", async () => {
    await using room = await settled();
    const written = room.host.written.length;
    room.vault.saving = async (inner) => {
      room.desk.chat.say(ANA, "!cancel 2");
      await new Promise((resolve) => inner.addEventListener("abort", resolve));
      inner.throwIfAborted();
    };
    const { state } = await ended(room, `!upgrade ${WIKI}`);
    expect(state).toBe("cancelled");
    expect(room.host.written).toHaveLength(written);
    expect(room.vault.abandoned).toEqual([STACK]);
  });

  test("without a backup is a danger that more people must agree to", async () => {
    await using room = await settled({ people: 2 });
    const event = room.desk.chat.say(ANA, `!upgrade ${WIKI} --no-backup`);
    const prompt = await room.desk.chat.waitFor("asks to upgrade");
    expect(prompt.body).toContain("no backup is taken first, since that was asked for");
    expect(room.desk.ledger.jobs.ofCommand(event)).toBeUndefined();
    room.desk.chat.react(DAN, prompt.event, "👍");
    await vi.waitFor(
      () => expect(room.desk.ledger.jobs.ofCommand(event)?.state).toBe("succeeded"),
      20_000,
    );
    expect(room.vault.loads).toEqual([]);
  });

  test("of a recipe that names nothing to save warns, and goes on", async () => {
    await using room = await settled({ labels: {} });
    const { state, plan } = await ended(room, `!upgrade ${WIKI}`);
    expect(state).toBe("succeeded");
    expect(plan.warnings).toContainEqual({ kind: "no-backup-first", why: "none" });
    await room.desk.chat.waitFor(
      "No backup is taken first: its recipe does not say what to back up",
    );
  });

  test("on a server without a repository goes as before", async () => {
    await using room = await settled({ hasRepository: false });
    const { state, plan } = await ended(room, `!upgrade ${WIKI}`);
    expect(state).toBe("succeeded");
    expect(plan.release).toBeUndefined();
    expect(plan.warnings.map(({ kind }) => kind)).not.toContain("no-backup-first");
  });
});

test("a rollback, an undeploy and a remove take one first, a remove of the volumes as they lie", async () => {
  await using room = await settled();
  const { ledger } = room.desk;
  for (const typed of [`!upgrade ${WIKI}`, `!rollback ${WIKI}`, `!undeploy ${WIKI}`]) {
    expect((await ended(room, typed)).state, typed).toBe("succeeded");
  }
  expect(await running(room, "app")).toEqual([-1, -1]);
  put(room, DATA, "backup.sql", 40_000);
  expect((await ended(room, `!remove ${WIKI}`)).state).toBe("succeeded");
  expect(ledger.backups.of(WIKI, 9).map(({ cause, faults }) => [cause, faults.length])).toEqual([
    ["remove", 0],
    ["undeploy", 0],
    ["rollback", 0],
    ["upgrade", 0],
  ]);
  expect(room.vault.loads.at(-1)?.volumes.map(({ paths }) => paths)).toEqual([
    undefined,
    undefined,
  ]);
  expect(await room.host.volumes(STACK, signal)).toEqual([]);
});

test("a remove whose backup does not count destroys nothing", async () => {
  await using room = await settled();
  await ended(room, `!undeploy ${WIKI}`);
  room.vault.unreadable.add("/moot/app/env");
  expect((await ended(room, `!remove ${WIKI}`)).state).toBe("failed");
  await room.desk.chat.waitFor("it is incomplete");
  expect(await room.host.volumes(STACK, signal)).toHaveLength(2);
});

test("what changes no version takes none", async () => {
  await using room = await settled();
  await ended(room, `!restart ${WIKI}`);
  await ended(room, `!deploy ${WIKI}`);
  expect(room.vault.loads).toEqual([]);
  await ended(room, `!deploy ${WIKI} --version ${NEWER}`);
  expect(room.vault.loads).toHaveLength(1);
  expect(await runsVersion(room)).toBe("2");
});
