// Whose invite into its room moot follows: by the role table of the config, and by what the room gave and took since.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { readConfig } from "../../src/config.ts";
import type { UserId } from "../../src/core/ids.ts";
import { check } from "../../src/verbs/check.ts";
import { openWorld } from "../../src/verbs/wiring.ts";
import { openLedger } from "../../storage/ledger.ts";
import { BEA, CEM, DAN } from "../app/council.ts";
import { ANA, MOOT, ROOM } from "../app/desk.ts";
import { FakeHomeserver } from "../fakes/homeserver.ts";

const { signal } = new AbortController();

/** The path of a config: ana and bea have roles by the config; the room has taken bea's and given cem one. */
async function house(homeserver: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "moot-invites-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "password"), "password", { mode: 0o600 });
  const settings = {
    matrix: {
      homeserver,
      user: MOOT,
      password: { file: join(folder, "password") },
      rooms: { [ROOM]: { servers: ["*"], encrypted: "off" } },
    },
    roles: { keeper: { may: ["help", "grant"] } },
    members: { [ANA]: ["keeper"], [BEA]: ["keeper"] },
    abra: { dir: join(folder, "abra") },
    storage: { database: join(folder, "moot.db") },
    console: { socket: join(folder, "room/moot.sock") },
  };
  const ledger = openLedger(settings.storage.database);
  ledger.grants.give({ user: CEM, role: "keeper", by: ANA, at: 1 });
  ledger.grants.takeAway({ user: BEA, role: "keeper", by: ANA, at: 1 });
  ledger.close();
  const file = join(folder, "bot.config.yaml");
  await writeFile(file, JSON.stringify(settings), { mode: 0o600 });
  return file;
}

test.each<readonly [string, UserId, string]>([
  ["of a member of the config is followed", ANA, "join"],
  ["of one to whom the room gave a role is followed", CEM, "join"],
  ["of one whose role was taken is declined", BEA, "leave"],
  ["of anybody else is declined", DAN, "leave"],
])("an invite %s", async (_, by, membership) => {
  await using server = await FakeHomeserver.open(MOOT, Date.now);
  server.make(ROOM, [by]);
  const config = await readConfig(await house(server.url));
  await using opened = await openWorld(config, { anyMember: false }, signal);
  expect(opened.world.chats[0]?.rooms).toEqual([ROOM]);
  expect(server.membershipIn(ROOM)).toBe(membership);
  // Nobody is told why.
  expect(server.saidIn(ROOM)).toEqual([]);
});

test("the verb check holds to the same table, and says what to do about a room that moot is not in", async () => {
  await using server = await FakeHomeserver.open(MOOT, Date.now);
  server.make(ROOM, [BEA]);
  const said: string[] = [];
  const write = vi.spyOn(process.stdout, "write").mockImplementation((words) => {
    said.push(String(words));
    return true;
  });
  onTestFinished(() => write.mockRestore());
  expect(await check({ config: await house(server.url), words: [] })).toBe(1);
  expect(server.membershipIn(ROOM)).toBe("leave");
  expect(said.join("")).toContain(
    `moot is not in the room ${ROOM}: invite it. If that room goes on in another one, moot cannot see that from outside, and does not follow: write the other's id in place of ${ROOM} under matrix.rooms`,
  );
});
