// What restic is told when it saves and restores: to compare what it wrote, and to take a path for what it is.
import { expect, test } from "vitest";
import { restore, save } from "../../src/backup/carry.ts";
import { PATIENCE, Restic, type Run, type Station } from "../../src/backup/restic.ts";
import { isServerName, isStackName } from "../../src/core/ids.ts";
import { volumePath, type RestoredVolume } from "../../src/core/vault.ts";
import { named } from "../named.ts";

const { signal } = new AbortController();
const ignore = (): void => undefined;
const STACK = named(isStackName, "wiki");
const SNAPSHOT = "a".repeat(64);
const SUMMARY = {
  message_type: "summary",
  ...{ snapshot_id: SNAPSHOT, total_duration: 1 },
  ...{ total_files_processed: 1, total_bytes_processed: 1 },
};

function listening(exitCode = 0): { readonly carrier: Station; readonly runs: readonly Run[] } {
  const runs: Run[] = [];
  const ground: Station["ground"] = {
    side: "server",
    address: "/srv/moot",
    run: async (run) => {
      runs.push(run);
      run.out(Buffer.from(JSON.stringify(SUMMARY)));
      return exitCode;
    },
    empty: async () => undefined,
    version: async () => "restic 0.18.0 compiled with go",
  };
  const restic = new Restic(named(isServerName, "alpha.example.coop"), PATIENCE);
  return { carrier: { restic, ground }, runs };
}

async function wordsTo(volume: Partial<RestoredVolume>): Promise<readonly string[]> {
  const { carrier, runs } = listening();
  const volumes = [{ from: "wiki_data", to: "copy_data", isEmptied: false, ...volume }];
  await restore(
    carrier,
    { stack: STACK, node: "one", snapshot: SNAPSHOT, volumes },
    ignore,
    signal,
  );
  const [run, ...others] = runs;
  expect(others).toEqual([]);
  expect(run?.with?.mounts).toMatchObject([{ source: "copy_data", isWritable: true }]);
  return run?.words.slice(run.words.indexOf("restore")) ?? [];
}

test("a restore compares what it wrote, and removes only where that is asked", async () => {
  const source = `${SNAPSHOT}:${volumePath("wiki_data")}`;
  const plain = ["restore", source, "--target", "/moot/volume", "--verify"];
  expect(await wordsTo({})).toEqual(plain);
  expect(await wordsTo({ isEmptied: true })).toEqual([...plain, "--delete"]);
});

test("a path is no pattern, whatever signs are in it", async () => {
  const words = await wordsTo({ paths: ["pages", "odd *?[a]\\ name"] });
  expect(words.slice(-4)).toEqual([
    ...["--include", "/pages"],
    ...["--include", "/odd \\*\\?\\[a]\\\\ name"],
  ]);
});

test("a save may read whatever there is, and write nothing", async () => {
  const { carrier, runs } = listening();
  const volumes = [{ name: "wiki_data" }, { name: "wiki_db", paths: ["-dump.sql"] }];
  const load = { stack: STACK, node: "one", host: "one", tags: ["moot"], files: [], volumes };
  expect((await save(carrier, load, ignore, signal)).kind).toBe("whole");
  const [run] = runs;
  expect(run?.with?.capabilities).toEqual(["DAC_OVERRIDE"]);
  expect(run?.with?.mounts.map(({ isWritable }) => isWritable)).toEqual([false, false]);
  const paths = run?.words.slice(run.words.indexOf("--"));
  expect(paths).toEqual(["--", volumePath("wiki_data"), `${volumePath("wiki_db")}/-dump.sql`]);
});

test("what ends with another code than 0 is not whole, whatever restic says of it", async () => {
  const load = { stack: STACK, node: "one", host: "one", tags: [], files: [], volumes: [] };
  for (const [exitCode, kind] of [
    [0, "whole"],
    [3, "incomplete"],
  ] as const)
    expect((await save(listening(exitCode).carrier, load, ignore, signal)).kind).toBe(kind);
  const failed = save(listening(1).carrier, load, ignore, signal);
  await expect(failed).rejects.toThrow("step-failed");
});
