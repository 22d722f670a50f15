// What the repository has and moot does not remember is never passed over in silence: moot came back from an older copy of itself.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Refusal } from "../../src/core/errors.ts";
import { backedUp as onBoth, BETA, nextLife, SILENT } from "./lost-host.ts";
import { makeFastClock } from "../fakes/fast-clock.ts";
import { backedUp, nextLife as nextDrill } from "./proving-ground.ts";
import {
  ALPHA,
  ANA,
  damaged,
  DATA,
  ended,
  held,
  openStrongroom,
  put,
  settled,
  signal,
  WIKI,
  type Strongroom,
} from "./strongroom.ts";

const THEY_ARE_THERE = `The repository of ${ALPHA} has 2 backups of ${WIKI} that moot does not know.`;

/** As moot is now, for a life that begins with it again. */
async function copyOf(room: Strongroom): Promise<Strongroom> {
  const file = join(mkdtempSync(join(tmpdir(), "moot-copy-")), "moot.db");
  await room.desk.ledger.copyTo(file);
  return { ...room, desk: { ...room.desk, file } };
}

/** Two more, with other data, by a life that is lost then. */
async function saveTwo(room: Strongroom): Promise<void> {
  for (const bytes of [50_000, 60_000]) {
    put(room, DATA, "backup.sql", bytes);
    expect((await ended(room, `!backup ${WIKI}`)).state).toBe("succeeded");
  }
}

/** A moot that came back from a copy that knows one backup, while the repository has three. */
async function cameBack(): Promise<Strongroom> {
  await using room = await settled();
  await ended(room, `!backup ${WIKI}`);
  const copy = await copyOf(room);
  await saveTwo(room);
  return openStrongroom({ before: copy });
}

test("!restore that names none is refused while the repository has newer ones, and says how to take which", async () => {
  await using room = await cameBack();
  const { chat, ledger } = room.desk;
  const jobs = ledger.jobs.recent(9).length;
  chat.say(ANA, `!restore ${WIKI}`);
  const { body } = await chat.waitFor(THEY_ARE_THERE);
  expect(body).toContain("taken after the copy that this moot came back from");
  expect(body).toContain("Nothing was changed.");
  expect(body).toContain(`!restore ${WIKI} 00000003 takes the newest of them`);
  expect(body).toContain(`!restore ${WIKI} 00000001 the one that moot knows`);
  expect(ledger.jobs.recent(9)).toHaveLength(jobs);
  const newest = await ended(room, `!restore ${WIKI} 00000003`);
  expect(newest.state).toBe("succeeded");
  expect(held(room, DATA)).toMatchObject({ "backup.sql": 60_000 });
  const known = await ended(room, `!restore ${WIKI} 00000001`);
  expect(known.state).toBe("succeeded");
  expect(held(room, DATA)).toMatchObject({ "backup.sql": 40_000 });
});

test("once moot has taken one that counts itself, that is the newest, and the others are told all the same", async () => {
  await using room = await cameBack();
  const { chat } = room.desk;
  // Under the numbers of the jobs that are forgotten.
  for (const job of [3, 4])
    expect(await ended(room, `!restart ${WIKI}`)).toMatchObject({ id: job });
  expect((await ended(room, `!backup ${WIKI}`)).state).toBe("succeeded");
  expect((await ended(room, `!restore ${WIKI}`)).state).toBe("succeeded");
  chat.say(ANA, `!backups ${WIKI}`);
  expect((await chat.waitFor("Nobody judged it.")).body).toContain(THEY_ARE_THERE);
});

test("!backups tells of them, how old the newest is, and how it is taken", async () => {
  await using room = await cameBack();
  room.desk.chat.say(ANA, `!backups ${WIKI}`);
  const { body } = await room.desk.chat.waitFor(THEY_ARE_THERE);
  expect(body).toMatch(/The newest is \d+ .{1,9}old: !restore wiki.example.coop 00000003 takes it/);
  expect(body).toContain(`!backups ${WIKI} --files 00000003 shows what is in it`);
});

test("!backups lists what moot knows though nobody can look, and says why", async () => {
  await using room = await damaged();
  const { vault, desk } = room;
  vault.fault = new Refusal({ kind: "repository-password", server: ALPHA, address: "sftp:vault" });
  desk.chat.say(ANA, `!backups ${WIKI}`);
  const { body } = await desk.chat.waitFor("has others, moot could not see: ");
  expect(body).toContain("00000001");
  expect(body).toContain("password");
});

test("!backups does not wait for a repository that says nothing", async () => {
  await using room = await settled({ world: { clock: makeFastClock() } });
  const { vault, desk } = room;
  vault.snapshots = async (_query, ending) => {
    await new Promise((resolve) => ending.addEventListener("abort", resolve));
    throw ending.reason;
  };
  desk.chat.say(ANA, `!backups ${WIKI}`);
  await desk.chat.waitFor("others, moot could not see: it did not answer within 20 s.");
});

test("what moot remembers, bad ones and safety snapshots among it, is nothing unknown", async () => {
  await using room = await damaged();
  const { chat } = room.desk;
  put(room, DATA, "backup.sql", 0);
  await ended(room, `!backup ${WIKI}`);
  expect((await ended(room, `!restore ${WIKI}`)).state).toBe("succeeded");
  chat.say(ANA, `!backups ${WIKI}`);
  const { body } = await chat.waitFor("the last good one is");
  expect(body).not.toContain("does not know");
});

test("nor is what a job of moot's own left there when it was broken off", async () => {
  const clock = makeFastClock();
  await using room = await settled({ clock, world: { clock } });
  const { chat } = room.desk;
  const save = room.vault.save.bind(room.vault);
  room.vault.save = async (...given) => {
    await save(...given);
    const problem = "the connection was lost";
    throw new Refusal({ kind: "server-unreachable", server: ALPHA, problem });
  };
  expect((await ended(room, `!backup ${WIKI}`)).state).toBe("failed");
  room.vault.save = save;
  expect(await room.vault.snapshots({}, signal)).not.toEqual([]);
  await ended(room, `!backup ${WIKI}`);
  chat.say(ANA, `!backups ${WIKI}`);
  const { body } = await chat.waitFor("the last good one is");
  expect(body).not.toContain("does not know");
});

test("!restore --server and --as are refused as !restore is", async () => {
  await using place = await onBoth();
  const { room } = place;
  const copy = await copyOf(room);
  await saveTwo(room);
  place.alpha.unreachable = SILENT;
  await using later = nextLife({ ...place, room: copy });
  const { chat } = later.room.desk;
  for (const way of [`--server ${BETA}`, `--as copy.example.coop --server ${BETA}`]) {
    const event = chat.say(ANA, `!restore ${WIKI} ${way}`);
    await chat.waitFor(`!restore ${WIKI} 00000003 takes the newest of them`);
    expect(later.room.desk.ledger.jobs.ofCommand(event)).toBeUndefined();
  }
});

test("a drill tries the newest that moot knows, and says what it passes over", async () => {
  await using room = await backedUp();
  const copy = await copyOf(room);
  await saveTwo(room);
  await using later = nextDrill(copy);
  const { state, plan } = await ended(later, `!drill ${WIKI}`);
  expect(state).toBe("succeeded");
  const matters = plan.warnings.flatMap((one) => (one.kind === "drill" ? [one.matter] : []));
  expect(matters.find(({ kind }) => kind === "passes-over")).toMatchObject({
    app: WIKI,
    unknown: { repository: ALPHA, count: 2, newest: { snapshot: "00000003".padEnd(64, "0") } },
  });
  const { body } = await later.desk.chat.waitFor(THEY_ARE_THERE);
  expect(body).toContain("is newer than what is tried here, and is passed over");
});
