// Volumes that tasks have moved away from are found, and told in words.
import { expect, test } from "vitest";
import type { KnownTask } from "../../src/core/sighting.ts";
import { findAstray } from "../../src/core/volumes.ts";
import { plain } from "../../src/words/draw.ts";
import { astrayBlocks } from "../../src/words/volumes.ts";

function task(service: string, node: string | undefined, more: Partial<KnownTask> = {}): KnownTask {
  return {
    id: `${service}@${node ?? ""}`,
    service,
    image: "a:1",
    volumes: ["wiki_media"],
    state: "running",
    desired: "running",
    createdAt: 0,
    changedAt: 0,
    current: true,
    ...(node === undefined ? {} : { node }),
    ...more,
  };
}

const media = (node: string, bytes?: number) => ({
  name: "wiki_media",
  node,
  ...(bytes === undefined ? {} : { bytes }),
});

test("a task beside its volume is no news", () => {
  expect(findAstray([task("app", "one")], [media("one")])).toEqual([]);
  expect(astrayBlocks([])).toEqual([]);
});

test("a volume that was left behind is told, with the one that is used now", () => {
  const old = task("app", "one", { state: "shutdown", desired: "shutdown", current: false });
  const astray = findAstray([old, task("app", "two")], [media("one", 1.2e9), media("two", 4096)]);
  expect(astray).toEqual([
    {
      service: "app",
      runsOn: ["two"],
      volume: "wiki_media",
      left: [media("one", 1.2e9)],
      used: [media("two", 4096)],
    },
  ]);
  expect(plain(astrayBlocks(astray))).toContain(
    "app now runs on two; its volume wiki_media is also on one (1.2 GB); the one it uses now is on two (4.1 kB)",
  );
});

test("a task that starts over and over beside an empty volume is told too", () => {
  const failing = task("db", "two", { state: "starting", desired: "ready" });
  const astray = findAstray([failing], [media("one")]);
  expect(plain(astrayBlocks(astray))).toContain(
    "db now runs on two; its volume wiki_media is on one",
  );
});

test.each([
  ["a task that has no node yet", [task("app", undefined, { state: "pending" })]],
  ["a task that is over", [task("app", "two", { state: "complete", desired: "shutdown" })]],
  ["tasks on every node that has one", [task("app", "one"), task("app", "two")]],
  ["another service that uses it there", [task("app", "two"), task("db", "one")]],
  ["a service without that volume", [task("app", "two", { volumes: ["wiki_other"] })]],
])("%s is no news", (_, tasks) => {
  expect(findAstray(tasks, [media("one")])).toEqual([]);
});
