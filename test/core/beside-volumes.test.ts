// The data of a backup go into the volumes of the new app alone, however the old one's are named and whatever a manifest says.
import { expect, test } from "vitest";
import { sourcesBeside } from "../../src/core/beside-volumes.ts";
import { isAppName, isServerName, isStackName } from "../../src/core/ids.ts";
import { named } from "../named.ts";

const REPOSITORY = named(isServerName, "alpha.example.coop");
const MADE = {
  app: named(isAppName, "copy.example.coop"),
  stack: named(isStackName, "copy_example_coop"),
  volumes: ["copy_example_coop_data", "copy.example.coop_media", "shared"],
  there: [],
};

function sources(
  names: readonly string[],
  made: Parameters<typeof sourcesBeside>[1] = MADE,
): ReturnType<typeof sourcesBeside> {
  const volumes = names.map((name) => ({ name }));
  const manifest = {
    app: "wiki.example.coop",
    server: REPOSITORY,
    stack: "wiki_example_coop",
    node: "n",
    recipe: "wiki",
    version: "1",
    job: 1,
    volumes,
    secrets: [],
    hooks: [],
  };
  const parts = [{ node: "n", snapshot: "0a", volumes }];
  const point = { repository: REPOSITORY, at: 0, isKnown: true, parts, manifest };
  return sourcesBeside(point, made);
}

test("by the stack's name, by the domain, or by a name that stays where nobody has it", () => {
  const names = ["wiki_example_coop_data", "wiki.example.coop_media", "shared"];
  expect(sources(names)).toMatchObject({
    kind: "found",
    sources: [{ volumes: MADE.volumes.map((to, index) => ({ from: names[index], to })) }],
  });
});

test("never into one that is there already", () => {
  const there = [{ name: "shared", node: "n", isPlain: true }];
  expect(sources(["shared"], { ...MADE, there })).toEqual({
    kind: "barred",
    bars: [{ kind: "volume-taken", volume: "shared", nodes: ["n"], of: "wiki.example.coop" }],
  });
});

test("never into one that the new app does not mount, whatever the manifest names", () => {
  const names = ["forum_example_coop_data", "wiki.example.coop_data", "wiki_example_coop_gone"];
  expect(sources(names)).toEqual({
    kind: "barred",
    bars: names.map((volume) => ({ kind: "volume-unused", volume, of: "wiki.example.coop" })),
  });
});
