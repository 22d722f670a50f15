// What every Vault keeps: run on the one in memory, and on restic with each kind of repository.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { StackName } from "../../src/core/ids.ts";
import { volumePath, type Load, type Vault } from "../../src/core/vault.ts";
import { refusalOf } from "./host-ground.ts";

export interface VaultGround extends AsyncDisposable {
  readonly vault: Vault;
  readonly stack: StackName;
  readonly node: string;
  /** Makes the volume if it is not there. */
  readonly write: (volume: string, path: string, text: string) => Promise<void>;
  /** Every file of the volume by its path, with its contents. */
  readonly read: (volume: string) => Promise<Readonly<Record<string, string>>>;
  /** Makes a snapshot of some years ago, with this host and tag; returns its id. */
  old(host: string, tag: string): Promise<string>;
}

const { signal } = new AbortController();
const ignore = (): void => undefined;
const KEEP = { within: "7d", withinWeekly: "5w", withinMonthly: "12m" };
const ENV = { path: "/moot/app/wiki.env", content: "TYPE=wiki\n", mode: 0o600 } as const;

export function describeVault(name: string, open: () => Promise<VaultGround>): void {
  describe(`${name} as a vault`, () => {
    let ground: VaultGround;
    let vault: Vault;
    let first: string;
    let second: string;

    beforeAll(async () => {
      ground = await open();
      ({ vault } = ground);
    });

    afterAll(() => ground[Symbol.asyncDispose]());

    function load(more: Partial<Load> = {}): Load {
      const { stack, node } = ground;
      const volumes = [{ name: "wiki_data" }, { name: "wiki_db", paths: ["dump.sql"] }];
      return { stack, node, host: "alpha", tags: ["wiki"], volumes, files: [ENV], ...more };
    }

    test("a repository that is not there is told apart, and only made when asked for", async () => {
      await ground.write("wiki_data", "pages/start.md", "Welcome.\n");
      await ground.write("wiki_data", 'odd name, with "quotes".md', "odd\n");
      await ground.write("wiki_db", "dump.sql", "create table pages;\n");
      await ground.write("wiki_db", "live/wiki.db", "never saved");
      expect(await refusalOf(vault.save(load(), ignore, signal))).toMatchObject({
        kind: "repository-missing",
      });
      expect(await refusalOf(vault.snapshots({}, signal))).toMatchObject({
        kind: "repository-missing",
      });
      for (const side of ["server", "moot"] as const)
        expect(await refusalOf(vault.reach(side, signal))).toMatchObject({
          kind: "repository-missing",
        });
      expect(await vault.make(signal)).toBe(true);
      expect(await vault.make(signal)).toBe(false);
      expect(await vault.snapshots({}, signal)).toEqual([]);
      for (const side of ["server", "moot"] as const) await vault.reach(side, signal);
    });

    test("a save is whole, says its size, and tells how far it is", async () => {
      const told: number[] = [];
      const saved = await vault.save(load(), ({ done }) => told.push(done), signal);
      first = saved.snapshot;
      expect(saved).toMatchObject({ kind: "whole", files: 4, bytes: 43, unread: [] });
      expect(saved.added).toBeGreaterThan(0);
      const [found, ...others] = await vault.snapshots({ tags: ["wiki"], host: "alpha" }, signal);
      expect(others).toEqual([]);
      expect(found).toMatchObject({ id: first, host: "alpha", tags: ["wiki"] });
      expect(found?.size).toMatchObject({ files: 4, bytes: 43 });
    });

    test("a snapshot holds what was asked, at the places that backup-bot-two uses, and no more", async () => {
      const root = await vault.contents(first, volumePath("wiki_data"), signal);
      expect(root.map(({ path, kind }) => [path, kind]).toSorted()).toEqual([
        [`${volumePath("wiki_data")}/odd name, with "quotes".md`, "file"],
        [`${volumePath("wiki_data")}/pages`, "folder"],
      ]);
      const page = `${volumePath("wiki_data")}/pages/start.md`;
      expect(await vault.contents(first, page, signal)).toMatchObject([{ path: page, bytes: 9 }]);
      const database = volumePath("wiki_db");
      expect(
        await vault.measure(first, [database, "/moot/app", `${database}/live`], signal),
      ).toEqual([
        { path: database, isThere: true, files: 1, bytes: 20 },
        { path: "/moot/app", isThere: true, files: 1, bytes: 10 },
        { path: `${database}/live`, isThere: false, files: 0, bytes: 0 },
      ]);
    });

    test("one file is read into memory, byte for byte and within a limit", async () => {
      expect(Buffer.from(await vault.read(first, ENV.path, 100, signal)).toString()).toBe(
        ENV.content,
      );
      expect(await refusalOf(vault.read(first, ENV.path, 9, signal))).toMatchObject({
        kind: "step-failed",
        problem: "it has 10 bytes, and 9 are the most that moot reads into its memory",
      });
      for (const path of ["/moot/app", "/moot/app/other.env"])
        expect(await refusalOf(vault.read(first, path, 100, signal))).toMatchObject({
          kind: "absent-file",
          path,
        });
    });

    test("a snapshot that is not there is told by its name", async () => {
      for (const asked of [
        () => vault.contents("ffffffff", "/", signal),
        () => vault.diff(first, "ffffffff", signal),
        () => vault.read("ffffffff", ENV.path, 100, signal),
        () => vault.measure("ffffffff", ["/"], signal),
      ])
        expect(await refusalOf(asked())).toMatchObject({
          kind: "unknown-snapshot",
          snapshot: "ffffffff",
        });
    });

    test("a path that is not there makes it incomplete, with the path", async () => {
      await ground.write("wiki_data", "pages/start.md", "Welcome back.\n");
      await ground.write("wiki_data", "pages/new.md", "New.\n");
      const volumes = [{ name: "wiki_data" }, { name: "wiki_db", paths: ["gone.sql"] }];
      const saved = await vault.save(load({ volumes }), ignore, signal);
      second = saved.snapshot;
      expect(saved.kind).toBe("incomplete");
      expect(saved.unread).toEqual([
        { path: `${volumePath("wiki_db")}/gone.sql`, problem: "it is not there" },
      ]);
      const listed = await vault.snapshots({}, signal);
      expect(listed.map(({ id }) => id)).toEqual([second, first]);
    });

    test("two snapshots are compared by their paths", async () => {
      const { paths, ...counts } = await vault.diff(first, second, signal);
      expect(counts.bytesRemoved).toBeGreaterThan(0);
      const files = paths.filter(({ path }) => /\.(?:md|sql)$/.test(path));
      expect(files.map(({ path, change }) => [path.split("/").at(-1), change])).toEqual([
        ["new.md", "added"],
        ["start.md", "changed"],
        ["dump.sql", "removed"],
      ]);
    });

    test("a volume that is not there stops it before anything is saved", async () => {
      const volumes = [{ name: "wiki_none" }];
      const refused = await refusalOf(vault.save(load({ volumes }), ignore, signal));
      expect(refused).toMatchObject({
        kind: "step-failed",
        problem: "there is no volume wiki_none on that node",
      });
      expect(await vault.snapshots({}, signal)).toHaveLength(2);
    });

    test("a restore puts back what was saved and leaves the rest, or empties it first", async () => {
      await ground.write("wiki_data", "pages/start.md", "Vandalised.\n");
      await ground.write("wiki_data", "pages/later.md", "later\n");
      const { stack, node } = ground;
      const again = { stack, node, snapshot: first };
      const volume = { from: "wiki_data", to: "wiki_data", isEmptied: false };
      const restored = await vault.restore({ ...again, volumes: [volume] }, ignore, signal);
      expect(restored).toMatchObject({ kind: "whole", bytes: 13, unwritten: [] });
      expect(await ground.read("wiki_data")).toEqual({
        'odd name, with "quotes".md': "odd\n",
        "pages/later.md": "later\n",
        "pages/new.md": "New.\n",
        "pages/start.md": "Welcome.\n",
      });
      const emptied = { ...volume, isEmptied: true };
      await vault.restore({ ...again, volumes: [emptied] }, ignore, signal);
      expect(await ground.read("wiki_data")).toEqual({
        'odd name, with "quotes".md': "odd\n",
        "pages/start.md": "Welcome.\n",
      });
    });

    test("a restore of some paths touches nothing beside them", async () => {
      await ground.write("wiki_data", "pages/start.md", "Vandalised.\n");
      await ground.write("wiki_data", "pages/later.md", "later\n");
      await ground.write("wiki_data", "beside.md", "beside\n");
      const { stack, node } = ground;
      const within = { from: "wiki_data", to: "wiki_data", isEmptied: true, paths: ["pages"] };
      await vault.restore({ stack, node, snapshot: first, volumes: [within] }, ignore, signal);
      expect(await ground.read("wiki_data")).toEqual({
        'odd name, with "quotes".md': "odd\n",
        "beside.md": "beside\n",
        "pages/start.md": "Welcome.\n",
      });
    });

    test("a volume that is to be left empty is empty", async () => {
      const { stack, node } = ground;
      await ground.write("copy_db", "old.sql", "old");
      const to = { from: "wiki_db", to: "copy_db", isEmptied: true, isLeftEmpty: true } as const;
      await vault.restore({ stack, node, snapshot: first, volumes: [to] }, ignore, signal);
      expect(await ground.read("copy_db")).toEqual({});
    });

    test("a restore goes into another volume too, and minds one that the snapshot has not", async () => {
      const { stack, node } = ground;
      await ground.write("copy_db", "dump.sql", "old");
      const to = { from: "wiki_db", to: "copy_db", isEmptied: true };
      await vault.restore({ stack, node, snapshot: first, volumes: [to] }, ignore, signal);
      expect(await ground.read("copy_db")).toEqual({ "dump.sql": "create table pages;\n" });
      const none = { from: "other_data", to: "copy_db", isEmptied: false };
      const refused = vault.restore(
        { stack, node, snapshot: first, volumes: [none] },
        ignore,
        signal,
      );
      expect(await refusalOf(refused)).toMatchObject({
        kind: "step-failed",
        problem: `the snapshot ${first.slice(0, 8)} holds nothing of the volume other_data`,
      });
      expect(await ground.read("copy_db")).toEqual({ "dump.sql": "create table pages;\n" });
    });

    test("a part of the data is checked and found sound", async () => {
      for (const part of [1, 2, 3])
        expect(await vault.check({ part, of: 3 }, signal)).toEqual({ problems: [] });
    });

    test("forgetting says first what it would keep and why, then does just that", async () => {
      const old = await ground.old("alpha", "wiki");
      const query = { tags: ["wiki"] };
      const rules = { query, keep: KEEP };
      const dry = await vault.forget({ ...rules, spare: [] }, "dry-run", signal);
      const told = new Map(dry.map(({ snapshot, ...rest }) => [snapshot.id, rest]));
      expect(told.get(second)?.reasons).toContain("within 7d");
      expect(told.get(first)?.isKept).toBe(true);
      expect(told.get(old)).toEqual({ isKept: false, reasons: [] });
      const spared = await vault.forget({ ...rules, spare: [old] }, "for-good", signal);
      expect(spared.find(({ snapshot }) => snapshot.id === old)).toMatchObject({
        isKept: true,
        reasons: ["spared"],
      });
      expect(await vault.snapshots(query, signal)).toHaveLength(3);
      await vault.forget({ ...rules, spare: [] }, "for-good", signal);
      expect((await vault.snapshots({}, signal)).map(({ id }) => id)).toEqual([second, first]);
      const none = { query: { tags: ["none"] }, keep: KEEP, spare: [] };
      expect(await vault.forget(none, "for-good", signal)).toEqual([]);
      await vault.prune(signal);
      expect(await vault.check({ part: 1, of: 1 }, signal)).toEqual({ problems: [] });
    });

    test("what nobody holds locked stays unlocked, and what nobody left is cleared all the same", async () => {
      await vault.unlockStale(signal);
      await vault.abandon(ground.stack, signal);
      expect(await vault.snapshots({}, signal)).toHaveLength(2);
    });

    test("the signal ends a save with its reason", async () => {
      const stop = new AbortController();
      stop.abort(new Error("cancelled"));
      await expect(vault.save(load(), ignore, stop.signal)).rejects.toThrow("cancelled");
    });
  });
}
