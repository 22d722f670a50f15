// Which backups count: tables of what was saved against what should be in it and against the last ones.
import { describe, expect, test } from "vitest";
import type { Backup, SavedPart } from "../../src/core/backup.ts";
import {
  judgeBackup,
  measuredPaths,
  volumeMeasures,
  type Judging,
} from "../../src/core/backup-verdict.ts";
import { isAppName, isServerName, isUserId } from "../../src/core/ids.ts";
import { volumePath, type LoadedVolume, type Measure } from "../../src/core/vault.ts";
import { named } from "../named.ts";

const WHOLE: LoadedVolume = { name: "wiki_media" };
const DUMP: LoadedVolume = { name: "wiki_data", paths: ["backup.sql"] };

function part(volumes: readonly LoadedVolume[], bytes: number): SavedPart {
  return {
    node: "node",
    snapshot: "s1",
    volumes,
    files: 1,
    bytes,
    added: bytes,
    seconds: 1,
    unread: [],
  };
}

/** What was read back, in the order of the measured paths; undefined: it is not there. */
function judging(
  volumes: readonly LoadedVolume[],
  sizes: readonly (number | undefined)[],
  more: Partial<Judging> = {},
): Judging {
  const measures = measuredPaths(volumes).map((path, index): Measure => {
    const bytes = sizes[index];
    return { path, isThere: bytes !== undefined, files: bytes ? 1 : 0, bytes: bytes ?? 0 };
  });
  const total = measures.reduce((sum, { bytes }) => sum + bytes, 0);
  const parts = [part(volumes, total)];
  const read = new Map([["s1", measures]]);
  const known = { parts, hooks: [], volumes: volumeMeasures(parts, read), measures: read };
  return { ...known, before: [], isSmallRight: false, ...more };
}

function good(bytes: number, isSmallRight = false): Backup {
  return {
    id: 1,
    job: 1,
    app: named(isAppName, "wiki.example.coop"),
    server: named(isServerName, "alpha.example.coop"),
    version: "1.0.0+1",
    by: named(isUserId, "@ana:example.coop"),
    cause: "backup",
    at: 0,
    seconds: 1,
    secrets: 0,
    parts: [part([WHOLE], bytes)],
    volumes: [{ volume: WHOLE.name, node: "node", files: 1, bytes }],
    faults: [],
    isSmallRight,
  };
}

test("what is there, whole and not empty counts", () => {
  expect(judgeBackup(judging([WHOLE, DUMP], [100, 10]))).toEqual([]);
});

describe("what is missing or empty", () => {
  test.each([
    [DUMP, undefined, { kind: "missing", volume: "wiki_data", path: "backup.sql" }],
    [DUMP, 0, { kind: "empty", volume: "wiki_data", path: "backup.sql" }],
    [WHOLE, 0, { kind: "empty", volume: "wiki_media" }],
    [WHOLE, undefined, { kind: "empty", volume: "wiki_media" }],
  ] as const)("%o with %s bytes", (volume, bytes, fault) => {
    expect(judgeBackup(judging([volume], [bytes]))).toEqual([fault]);
    const word = judgeBackup(judging([volume], [bytes], { isSmallRight: true }));
    expect(word).toEqual(volume === DUMP ? [fault] : []);
  });

  test("a volume that was empty in the last good one may be so", () => {
    expect(judgeBackup(judging([WHOLE], [0], { before: [good(0, true)] }))).toEqual([]);
    expect(judgeBackup(judging([WHOLE], [0], { before: [good(5)] }))).toHaveLength(1);
  });
});

describe("the size against the last good ones", () => {
  test.each([
    [50, [good(100)], 0],
    [49, [good(100)], 1],
    // Slowly is a fall, too.
    [45, [good(60), good(80), good(100)], 1],
    // What lies further back does not count.
    [45, [good(60), good(60), good(60), good(100)], 0],
    // Nor what somebody's word has set aside.
    [45, [good(60, true), good(100)], 0],
    [29, [good(60, true), good(100)], 1],
    [1, [], 0],
  ] as const)("%i bytes", (bytes, before, faults) => {
    const found = judgeBackup(judging([WHOLE], [bytes], { before }));
    expect(found).toHaveLength(faults);
    expect(judgeBackup(judging([WHOLE], [bytes], { before, isSmallRight: true }))).toEqual([]);
  });

  test("a volume that is not saved any more shows in the whole", () => {
    expect(judgeBackup(judging([DUMP], [10], { before: [good(100)] }))).toEqual([
      { kind: "smaller", bytes: 10, before: 100 },
    ]);
  });
});

test("a hook that failed and what could not be read are faults, whatever the size", () => {
  const hooks = [{ service: "db", when: "backup-post", problem: "exit 1" } as const];
  const unread = [{ path: "/a", problem: "denied" }];
  const parts = [{ ...part([WHOLE], 9), unread }];
  expect(judgeBackup(judging([WHOLE], [9], { hooks, parts, isSmallRight: true }))).toEqual([
    { kind: "hook", ...hooks[0] },
    { kind: "incomplete", node: "node", unread },
  ]);
});

test("several paths of one volume are measured each, and told as one", () => {
  const volume = { name: "wiki_data", paths: ["a", "b"] };
  const root = volumePath("wiki_data");
  expect(measuredPaths([volume])).toEqual([`${root}/a`, `${root}/b`]);
  expect(judging([volume], [3, 4]).volumes).toEqual([
    { volume: "wiki_data", node: "node", files: 2, bytes: 7 },
  ]);
});
