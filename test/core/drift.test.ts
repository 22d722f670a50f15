// What runs otherwise than moot left it is told apart by who did it, and nothing else is told.
import { expect, test } from "vitest";
import { driftOf, type Deployed, type Drift } from "../../src/core/drift.ts";
import { isStackName } from "../../src/core/ids.ts";
import type { ServiceState, StackState } from "../../src/core/state.ts";
import { plainService } from "../fakes/composer.ts";
import { named } from "../named.ts";

const stack = named(isStackName, "wiki_example_coop");
const ENV = "TYPE=wiki\nDOMAIN=wiki.example.coop\nGREETING=hello\n";
/** As the version is written to it after a deploy. */
const FILE = ENV.replace("TYPE=wiki", "TYPE=wiki:1.0.0+1.0.0");

function stateOf(version: string, change: Partial<ServiceState> = {}): StackState {
  const app = plainService("app", "registry.example/wiki:1.0.0", {
    env: { GREETING: "hello" },
    labels: { [`coop-cloud.${stack}.version`]: version, [`coop-cloud.${stack}.chaos`]: "false" },
    ...change,
  });
  return { stack, services: [app, plainService("db", "registry.example/db:1")], configs: [] };
}

const OURS = stateOf("1.0.0+1.0.0");
const deployed: Deployed = { state: OURS, version: "1.0.0+1.0.0", env: ENV };

function drift(live: StackState | undefined, more: Partial<Parameters<typeof driftOf>[0]> = {}) {
  return driftOf({ deployed, file: FILE, ...(live !== undefined && { live }), ...more });
}

test("what runs as it was left has not drifted, though the version was written to its file", () => {
  expect(drift(OURS)).toEqual([]);
});

test("what does not run has not drifted", () => {
  expect(drift(undefined, { file: "TYPE=other\n" })).toEqual([]);
});

test("a change by hand is told by service and field, from what was left to what runs", () => {
  const live = stateOf("1.0.0+1.0.0", { replicas: 3, env: { GREETING: "shout" } });
  expect(drift(live)).toEqual([
    {
      kind: "by-hand",
      services: [
        {
          service: "app",
          fate: "restarts",
          changes: [
            { what: "env", key: "GREETING", from: "hello", to: "shout" },
            { what: "replicas", from: "1", to: "3" },
          ],
        },
      ],
    },
  ]);
});

test.each([
  ["removed", OURS.services.slice(0, 1), [{ service: "db", fate: "removed", changes: [] }]],
  [
    "added",
    [...OURS.services, plainService("more", "x:1")],
    [{ service: "more", fate: "starts", changes: [] }],
  ],
])("a service that was %s by hand is told", (_what, services, changed) => {
  expect(drift({ ...OURS, services })).toEqual([{ kind: "by-hand", services: changed }]);
});

test("another version by the labels was deployed by something else, whatever differs", () => {
  const live = stateOf("1.1.0+1.0.0", { image: "registry.example/wiki:1.1.0" });
  expect(drift(live, { version: "1.1.0+1.0.0" })).toEqual([
    { kind: "elsewhere", version: "1.1.0+1.0.0", ours: "1.0.0+1.0.0" },
  ]);
});

test("what moot never deployed was deployed by something else", () => {
  expect(driftOf({ live: OURS, file: FILE, version: "1.0.0+1.0.0" })).toEqual([
    { kind: "elsewhere", version: "1.0.0+1.0.0" },
  ]);
});

const edited = FILE.replace("hello", "moin").replace("DOMAIN", "NEW=1\nDOMAIN");

test("an env file that was edited and not deployed is told by key", () => {
  const changes: Drift = {
    kind: "env",
    changes: [
      { what: "env", key: "GREETING", from: "hello", to: "moin" },
      { what: "env", key: "NEW", to: "1" },
    ],
  };
  expect(drift(OURS, { file: edited })).toEqual([changes]);
});

test("one that something else has deployed already is no change that waits", () => {
  const live = stateOf("1.0.0+1.0.0", { env: { GREETING: "moin", NEW: "1" } });
  expect(drift(live, { file: edited })).toMatchObject([{ kind: "elsewhere" }]);
});

test("a comment, an order and another pinned version are no change", () => {
  const [first = "", ...rest] = FILE.trim().split("\n");
  const file = ["# by ana", ...rest, first.replace("1.0.0+1.0.0", "9.9.9+9")].join("\n");
  expect(drift(OURS, { file })).toEqual([]);
});

test("another recipe in the file is a change", () => {
  const file = FILE.replace("wiki:", "blog:");
  expect(drift(OURS, { file })).toEqual([
    { kind: "env", changes: [{ what: "env", key: "TYPE", from: "wiki", to: "blog" }] },
  ]);
});

test("what a failed deploy of moot's left is moot's own doing", () => {
  const failed = stateOf("2.0.0+2.0.0", { image: "registry.example/wiki:2.0.0" });
  const after: Deployed = { ...deployed, failed };
  expect(drift(failed, { deployed: after })).toEqual([]);
  expect(drift(OURS, { deployed: after })).toEqual([]);
  const [app, db] = [failed.services[0], OURS.services[1]];
  const half = [app, db].flatMap((service) => service ?? []);
  expect(drift({ ...failed, services: half }, { deployed: after })).toEqual([]);
  const touched = stateOf("2.0.0+2.0.0", { image: "registry.example/wiki:3" });
  expect(drift(touched, { deployed: after })).toMatchObject([{ kind: "by-hand" }]);
});

test("a file that cannot be read is told elsewhere", () => {
  expect(drift(OURS, { file: 'A="never closed\n' })).toEqual([]);
});
