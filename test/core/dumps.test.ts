// Only a database's volume that a hook fills again is one of a dump; where no hook does, people are told.
import { expect, test } from "vitest";
import { loadedVolumes, unloadedVolumes } from "../../src/core/dumps.ts";
import { matterLine } from "../../src/words/restores.ts";
import { plainService } from "../fakes/composer.ts";

const DB = plainService("db", "postgres:17", { volumes: ["s_data"] });
const APP = plainService("app", "nginx:1", { volumes: ["s_media"] });
const SAVED = [
  { name: "s_data", paths: ["backup.sql"] },
  { name: "s_media", paths: ["config"] },
];
const hook = (service: string, when: "restore-pre" | "restore-post") =>
  ({ service, when, command: "true" }) as const;

test("a volume is one of a dump where its database has a hook after a restore", () => {
  expect(loadedVolumes([DB, APP], [hook("db", "restore-post")])).toEqual(["s_data"]);
  expect(loadedVolumes([DB, APP], [hook("db", "restore-pre")])).toEqual([]);
  // It may tidy up; files beside what was saved are people's.
  expect(loadedVolumes([DB, APP], [hook("app", "restore-post")])).toEqual([]);
});

test("nothing loads a dump without such a hook, and a whole volume needs none", () => {
  expect(unloadedVolumes([DB, APP], [], SAVED)).toEqual(["s_data"]);
  expect(unloadedVolumes([DB, APP], [hook("db", "restore-post")], SAVED)).toEqual([]);
  expect(unloadedVolumes([DB], [], [{ name: "s_data" }])).toEqual([]);
  expect(JSON.stringify(matterLine({ kind: "nothing-loads", volumes: ["s_data"] }))).toContain(
    "Nothing loads what was saved of s_data",
  );
});
