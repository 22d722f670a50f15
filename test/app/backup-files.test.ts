// What is in an app's snapshots: listed, compared and handed over to those who may restore it, and to nobody else.
import { expect, test, vi } from "vitest";
import type { World } from "../../src/app/world.ts";
import type { UserId } from "../../src/core/ids.ts";
import { roleTable } from "../../src/core/roles.ts";
import { ROOM } from "./desk.ts";
import {
  ANA,
  DAN,
  DATA,
  ended,
  MEDIA,
  openStrongroom,
  put,
  settled,
  signal,
  STACK,
  WIKI,
  type Strongroom,
} from "./strongroom.ts";

/** Short names of an app's snapshots, the newest first. */
function snapshots({ desk }: Strongroom): readonly string[] {
  const ids = desk.ledger.backups.of(WIKI, 9).flatMap(({ parts }) => parts);
  return ids.map(({ snapshot }) => snapshot.slice(0, 8));
}

async function backedUp(options: Parameters<typeof settled>[0] = {}): Promise<Strongroom> {
  const room = await settled(options);
  await ended(room, `!backup ${WIKI}`);
  return room;
}

async function answer({ desk }: Strongroom, typed: string, who: UserId = ANA): Promise<string> {
  const event = desk.chat.say(who, typed);
  return vi.waitFor(() => {
    const keys = [`reply:${event}`, `refusal:${event}`];
    const said = desk.chat
      .seen()
      .filter((one) => keys.some((key) => desk.ledger.outbox.eventOf(key) === one.event));
    if (said.length === 0) throw new Error("nothing was answered");
    return said.map(({ body }) => body).join("\n");
  }, 20_000);
}

test("--files lists volumes, then folders with all that is below them, then files", async () => {
  await using room = await backedUp();
  const [id = ""] = snapshots(room);
  const volumes = await answer(room, `!backups ${WIKI} --files ${id.slice(0, 4)}`);
  expect(volumes).toMatch(/data +40 kB/);
  expect(volumes).toMatch(/media +200 kB/);
  expect(volumes).toContain("the values of its secrets are in it, too; those are not shown");
  put(room, MEDIA, "2026/odd 'name'.png", 3_000);
  put(room, MEDIA, "2026/11/dog.png", 4_000);
  await ended(room, `!backup ${WIKI}`);
  const [newer = ""] = snapshots(room);
  const media = await answer(room, `!backups ${WIKI} --files ${newer} media`);
  expect(media).toMatch(/2026\/ +7\.0 kB/);
  expect(media).toMatch(/cat\.png +200 kB/);
  expect(media.indexOf("2026/")).toBeLessThan(media.indexOf("cat.png"));
  expect(media).toContain(`!backups ${WIKI} --file ${newer} media/cat.png`);
  const deeper = await answer(room, `!backups ${WIKI} --files ${newer} media/2026`);
  expect(deeper).toContain(`--file ${newer} 'media/2026/odd '\\''name'\\''.png'`);
});

test("a long folder comes in pages", async () => {
  await using room = await settled();
  for (let index = 10; index < 75; index += 1) put(room, MEDIA, `many/p${index}.png`, 1_000);
  await ended(room, `!backup ${WIKI}`);
  const [id = ""] = snapshots(room);
  const first = await answer(room, `!backups ${WIKI} --files ${id} media/many`);
  expect(first).toContain("page 1 of 3");
  expect(first).toContain(`Next: !backups ${WIKI} --files ${id} media/many --page 2`);
  expect(first).not.toContain("p40.png");
  const last = await answer(room, `!backups ${WIKI} --files ${id} media/many --page 3`);
  expect(last).toContain("p74.png");
  expect(last).not.toContain("Next:");
});

test("--file hands over one file byte for byte, and the outbox forgets it", async () => {
  await using room = await backedUp();
  const [id = ""] = snapshots(room);
  const said = await answer(room, `!backups ${WIKI} --file ${id} data/backup.sql`);
  expect(said).toContain("Nothing in it is masked.");
  const file = await vi.waitFor(() => {
    const found = room.desk.chat.seen().find((one) => one.file === "backup.sql");
    if (found === undefined) throw new Error("no file came");
    return found;
  }, 20_000);
  expect(file.body).toBe("x".repeat(40_000));
});

test("--diff tells what the newer has otherwise, whichever is named first", async () => {
  await using room = await backedUp();
  put(room, MEDIA, "dog.png", 5_000);
  put(room, DATA, "backup.sql", 41_000);
  await ended(room, `!backup ${WIKI}`);
  const [newer = "", older = ""] = snapshots(room);
  for (const pair of [`${older} ${newer}`, `${newer} ${older}`]) {
    const said = await answer(room, `!backups ${WIKI} --diff ${pair}`);
    expect(said).toContain(`From ${older}`);
    expect(said).toContain("1 added, 0 removed, 2 changed");
    expect(said).toContain("+ media/dog.png");
    expect(said).toContain("~ data/backup.sql");
    // Its job's number is in it; its text stays where it is.
    expect(said).toContain("~ moot/app/manifest.json");
  }
  const same = await answer(room, `!backups ${WIKI} --diff ${older} ${older}`);
  expect(same).toContain("nothing has changed");
});

test("what is no place in the data is told, and secrets are never handed over", async () => {
  await using room = await backedUp();
  const [id = ""] = snapshots(room);
  const secret = `moot/app/secrets/${STACK}_db_password_v1`;
  for (const [path, words] of [
    [secret, "is kept from the room"],
    ["/moot/app/env", "is kept from the room"],
    ["data/../../../../../../../moot/app/env", "is in none of the volumes"],
    ["attic/x", "its volumes are data and media"],
    ["data/nothing.sql", "is no file in it"],
    ["media", "is no file in it"],
  ] as const) {
    expect(await answer(room, `!backups ${WIKI} --file ${id} ${path}`)).toContain(words);
  }
  for (const [path, words] of [
    [secret, "is kept from the room"],
    ["media/none", "is no file in it"],
  ] as const) {
    expect(await answer(room, `!backups ${WIKI} --files ${id} ${path}`)).toContain(words);
  }
});

test("a file that is too large for a room stays where it is", async () => {
  await using room = await settled();
  put(room, MEDIA, "film.mkv", 5_000_001);
  await ended(room, `!backup ${WIKI}`);
  const [id = ""] = snapshots(room);
  const said = await answer(room, `!backups ${WIKI} --file ${id} media/film.mkv`);
  expect(said).toContain("media/film.mkv has 5.0 MB; moot hands over at most 5.0 MB in a room");
});

test("a snapshot that is none of the app's is told apart from one that is not there", async () => {
  await using room = await backedUp();
  const [id = ""] = snapshots(room);
  const load = { stack: STACK, node: "node", host: "other", volumes: [], files: [] };
  const foreign = await room.vault.save({ ...load, tags: ["moot", "app:shop"] }, ignore, signal);
  const [known] = room.vault.loads;
  const lost = await room.vault.save(
    {
      ...load,
      tags: ["moot", `app:${WIKI}`, "job:99"],
      files: known?.files ?? [],
      volumes: [{ name: MEDIA }],
    },
    ignore,
    signal,
  );
  const ask = (name: string): Promise<string> => answer(room, `!backups ${WIKI} --files ${name}`);
  expect(await ask(foreign.snapshot)).toContain(`no data of ${WIKI}`);
  expect(await ask("ffffffff")).toContain("has no snapshot ffffffff");
  expect(await ask("abc")).toContain(`Type !backups ${WIKI}`);
  expect(await ask("latest")).toContain("has no snapshot latest");
  // Their names are numbers here, and begin with the same zeros.
  await ended(room, `!backup ${WIKI}`);
  expect(await ask("0000")).toContain(`begin with 0000: `);
  expect(await ask(id.toUpperCase())).toContain("media");
  // One that moot took and has forgotten.
  expect(await ask(lost.snapshot)).toMatch(/media +200 kB/);
});

test("what does not go together is refused with the forms that there are", async () => {
  await using room = await backedUp();
  for (const [typed, words] of [
    [`${WIKI} --files abcd --file abcd`, "--files and --file do not go together"],
    [`${WIKI} --page 2`, "--page belongs to --files"],
    [`${WIKI} abcd`, "a snapshot stands behind --files, --file or --diff"],
    [`--files abcd`, "of which app?"],
    [`${WIKI} --file abcd`, "which file?"],
    [`${WIKI} --diff abcd`, "--diff takes two snapshots"],
    [`${WIKI} --files abcd --page 0`, "--page takes a number from 1"],
  ] as const) {
    expect(await answer(room, `!backups ${typed}`)).toContain(words);
  }
});

const ignore = (): void => undefined;

/** Ana may do all; dan only what is named. */
function danMay(...rights: readonly string[]): Partial<World> {
  const members = new Map([
    [ANA, ["all"]],
    [DAN, ["some"]],
  ]);
  const all = ["deploy", "backup", "backups", "restore"];
  const roles = new Map([
    ["all", { may: all }],
    ["some", { may: rights }],
  ]);
  const table = roleTable(roles, members, [{ name: ROOM, id: ROOM, servers: ["*"] }]);
  return { table: () => table };
}

test.each([["backups"], ["apprentice"]])(
  "with the right %s alone nobody sees what is in a snapshot",
  async (right) => {
    await using room = await backedUp({ world: danMay(right) });
    const [id = ""] = snapshots(room);
    expect(await answer(room, `!backups ${WIKI}`, DAN)).toContain(id);
    for (const form of [`--files ${id}`, `--file ${id} data/backup.sql`, `--diff ${id} ${id}`]) {
      const said = await answer(room, `!backups ${WIKI} ${form}`, DAN);
      expect(said).toContain("restore");
      expect(said).not.toContain("40 kB");
    }
    const files = room.desk.chat.seen().filter(({ file }) => file !== undefined);
    expect(files).toEqual([]);
  },
);

test("where there is no repository any more, that is said", async () => {
  const first = await backedUp();
  const [id = ""] = snapshots(first);
  await first[Symbol.asyncDispose]();
  await using room = openStrongroom({ before: first, hasRepository: false });
  expect(await answer(room, `!backups ${WIKI} --files ${id}`)).toContain(
    "No repository for backups",
  );
});
