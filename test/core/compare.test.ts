// What differs between two services, and whether that restarts tasks.
import { describe, expect, it } from "vitest";
import { compareStacks, sameService } from "../../src/core/compare.ts";
import type { ServiceState } from "../../src/core/state.ts";
import { digest, service, stackState } from "./planning-input.ts";

function change(running: Partial<ServiceState>, wanted: Partial<ServiceState>) {
  return compareStacks(stackState([service(wanted)]), stackState([service(running)]))[0];
}

describe("a difference", () => {
  it.each<[string, Partial<ServiceState>, Partial<ServiceState>, object]>([
    [
      "of the tag",
      { image: "w:1" },
      { image: "w:2", digest: digest(2) },
      { what: "image", from: `w:1@${digest(1)}`, to: `w:2@${digest(2)}` },
    ],
    [
      "of the digest alone",
      {},
      { digest: digest(2) },
      { what: "image", from: `registry.example/wiki:1@${digest(1)}` },
    ],
    [
      "of a variable",
      { env: { A: "1" } },
      { env: { A: "2" } },
      { what: "env", key: "A", from: "1", to: "2" },
    ],
    ["of a new variable", {}, { env: { A: "2" } }, { what: "env", key: "A", to: "2" }],
    ["of a variable left out", { env: { A: "1" } }, {}, { what: "env", key: "A", from: "1" }],
    [
      "of a secret",
      { secrets: ["s_v1"] },
      { secrets: ["s_v2"] },
      { what: "secret", added: ["s_v2"], removed: ["s_v1"] },
    ],
    [
      "of places only",
      { secrets: ["a", "b"] },
      { secrets: ["b", "a"] },
      { what: "secret", added: [], removed: [] },
    ],
    ["of a config", {}, { configs: ["c_v2"] }, { what: "config", added: ["c_v2"], removed: [] }],
    ["of a volume", {}, { volumes: ["data"] }, { what: "volume", added: ["data"], removed: [] }],
    ["of a host path", { binds: ["/srv"] }, {}, { what: "volume", added: [], removed: ["/srv"] }],
    ["of a network", {}, { networks: ["proxy"] }, { what: "network", added: ["proxy"] }],
    [
      "deep in the template",
      { template: { healthcheck: { interval: "5s", retries: 3 } } },
      { template: { healthcheck: { interval: "9s", retries: 3 } } },
      { what: "setting", path: "healthcheck.interval", from: "5s", to: "9s" },
    ],
    [
      "of a list in the template",
      {},
      { template: { command: ["a", "b"] } },
      { what: "setting", path: "command", to: '["a","b"]' },
    ],
    [
      "of a published port",
      {},
      { endpoint: { ports: { "80:80/tcp": "ingress" } } },
      { what: "setting", path: "ports" },
    ],
  ])("%s restarts the service", (_, running, wanted, field) => {
    const found = change(running, wanted);
    expect(found).toMatchObject({ service: "app", fate: "restarts" });
    expect(found?.changes).toHaveLength(1);
    expect(found?.changes[0]).toMatchObject(field);
  });

  it.each<[string, Partial<ServiceState>, Partial<ServiceState>, object]>([
    ["of a service label", {}, { labels: { a: "1" } }, { what: "label", key: "a", to: "1" }],
    ["of replicas", {}, { replicas: 3 }, { what: "replicas", from: "1", to: "3" }],
    [
      "of update settings",
      {},
      { outer: { update_config: { order: "start-first" } } },
      { what: "setting", path: "update_config" },
    ],
  ])("%s keeps the tasks as they are", (_, running, wanted, field) => {
    const found = change(running, wanted);
    expect(found).toMatchObject({ fate: "keeps", changes: [field] });
  });

  it("is none where only the order of keys differs", () => {
    const [one, other] = [
      service({ env: { A: "1", B: "2" } }),
      service({ env: { B: "2", A: "1" } }),
    ];
    expect(sameService(one, other)).toBe(true);
    expect(sameService(one, service())).toBe(false);
  });
});

it("names every service of both states in order", () => {
  const wanted = stackState([service({ name: "db" }), service()]);
  const running = stackState([service(), service({ name: "old" })]);
  expect(compareStacks(wanted, running).map(({ service: name, fate }) => [name, fate])).toEqual([
    ["app", "unchanged"],
    ["db", "starts"],
    ["old", "removed"],
  ]);
  expect(compareStacks(wanted, undefined).map(({ fate }) => fate)).toEqual(["starts", "starts"]);
});
