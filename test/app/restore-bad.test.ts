// !restore refuses what would put back the wrong data, or data that nothing could load, each with what to type instead.
import { describe, expect, test } from "vitest";
import {
  answered,
  DATA,
  ended,
  held,
  MEDIA,
  put,
  settled,
  signal,
  STACK,
  WIKI,
  type Strongroom,
} from "./strongroom.ts";

describe("!restore is refused", () => {
  async function refused(room: Strongroom, typed: string, words: string): Promise<string> {
    const body = await answered(room, typed, words);
    expect(held(room, MEDIA)).toHaveProperty(["cat.png"]);
    return body;
  }

  test("where no backup counts", async () => {
    await using room = await settled();
    const body = await refused(room, `!restore ${WIKI}`, "There is no backup of");
    expect(body).toContain(`!backups ${WIKI}`);
  });

  test("for a snapshot that nobody has", async () => {
    await using room = await settled();
    await ended(room, `!backup ${WIKI}`);
    const body = await refused(room, `!restore ${WIKI} beef`, "has no snapshot beef");
    expect(body).toContain(`!backups ${WIKI}`);
  });

  test("for what is too short a name for one snapshot, or none at all", async () => {
    await using room = await settled();
    await ended(room, `!backup ${WIKI}`);
    for (const typed of ["0", "000", "newest"])
      await refused(room, `!restore ${WIKI} ${typed}`, `has no snapshot ${typed}.`);
  });

  test("for a snapshot of another app, and for one that moot did not make", async () => {
    await using room = await settled();
    const load = { stack: STACK, node: "node", volumes: [{ name: MEDIA }], files: [] };
    const silent = (): void => undefined;
    const tags = ["moot", "app:blog.example.coop", "job:1"];
    await room.vault.save({ ...load, host: "blog@node", tags }, silent, signal);
    await room.vault.save({ ...load, host: "elsewhere", tags: [] }, silent, signal);
    await refused(room, `!restore ${WIKI} 00000001`, "is one of blog.example.coop, and no data of");
    await refused(room, `!restore ${WIKI} 00000002`, "is none that moot made");
  });

  test("for a backup that does not count, with the way to take it all the same", async () => {
    await using room = await settled();
    put(room, DATA, "backup.sql", 0);
    await ended(room, `!backup ${WIKI}`);
    // Nor is it taken where nobody named it.
    await refused(room, `!restore ${WIKI}`, "There is no backup of");
    const body = await refused(room, `!restore ${WIKI} 00000001`, "takes this one all the same");
    expect(body).toContain(`!restore ${WIKI} 00000001 --anyway`);
    const { state } = await ended(room, `!restore ${WIKI} 00000001 --anyway`);
    expect(state).toBe("succeeded");
  });

  test("where its dump could be loaded by nothing that runs", async () => {
    await using room = await settled();
    await ended(room, `!backup ${WIKI}`);
    await ended(room, `!undeploy ${WIKI} --no-backup`);
    const body = await refused(room, `!restore ${WIKI}`, "loaded by a program inside db");
    expect(body).toContain(`!deploy ${WIKI}`);
  });

  test("where the server has no repository", async () => {
    await using room = await settled({ hasRepository: false });
    await refused(room, `!restore ${WIKI}`, "No repository for backups is configured");
  });
});
