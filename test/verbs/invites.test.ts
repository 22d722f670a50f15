// Whose invite into its room moot follows: by the role table of the config, and by what the room gave and took since.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { parseConfig, type Config } from "../../src/config.ts";
import type { UserId } from "../../src/core/ids.ts";
import { openWorld } from "../../src/verbs/wiring.ts";
import { openLedger } from "../../storage/ledger.ts";
import { BEA, CEM, DAN } from "../app/council.ts";
import { ANA, MOOT, ROOM } from "../app/desk.ts";
import { FakeHomeserver } from "../fakes/homeserver.ts";

const { signal } = new AbortController();

/** ana and bea have roles by the config; the room has taken bea's and given cem one. */
async function house(homeserver: string): Promise<Config> {
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
  const places = { file: join(folder, "bot.config.yaml"), folder, home: folder, env: {} };
  return parseConfig(JSON.stringify(settings), places);
}

test.each<readonly [string, UserId, string]>([
  ["of a member of the config is followed", ANA, "join"],
  ["of one to whom the room gave a role is followed", CEM, "join"],
  ["of one whose role was taken is declined", BEA, "leave"],
  ["of anybody else is declined", DAN, "leave"],
])("an invite %s", async (_, by, membership) => {
  await using server = await FakeHomeserver.open(MOOT, Date.now);
  server.make(ROOM, [by]);
  await using opened = await openWorld(await house(server.url), { anyMember: false }, signal);
  expect(opened.world.chats[0]?.rooms).toEqual([ROOM]);
  expect(server.membershipIn(ROOM)).toBe(membership);
  // Nobody is told why.
  expect(server.saidIn(ROOM)).toEqual([]);
});
