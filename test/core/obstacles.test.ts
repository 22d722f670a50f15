// What makes a deploy impossible.
import { describe, expect, it } from "vitest";
import { isStackName } from "../../src/core/ids.ts";
import type { Obstacle } from "../../src/core/plan.ts";
import { named } from "../named.ts";
import {
  actual,
  obstacles,
  secret,
  service,
  STACK,
  stackState,
  wanting,
  type Part,
} from "./planning-input.ts";

const SCRATCH = named(isStackName, "moot-drill-0123abcd");

describe("a deploy is impossible", () => {
  const long = "x".repeat(60);
  it.each<[string, Part, Obstacle]>([
    [
      "without a service called app",
      wanting({ name: "web" }),
      { kind: "no-app-service", services: ["web"] },
    ],
    [
      "as a stack that a drill would take away",
      { stack: SCRATCH, actual: actual() },
      { kind: "foreign", what: "stack", name: SCRATCH, owner: "drills of moot's" },
    ],
    [
      "with a secret name over 64 characters",
      wanting({ secrets: [`${STACK}_${long}`] }),
      { kind: "name-too-long", what: "secret", name: `${STACK}_${long}`, limit: 64 },
    ],
    [
      "with a config name over 64 characters",
      wanting({ configs: [`${STACK}_${long}`] }),
      { kind: "name-too-long", what: "config", name: `${STACK}_${long}`, limit: 64 },
    ],
    [
      "with a service name over 63 characters",
      { desired: stackState([service(), service({ name: long })]) },
      { kind: "name-too-long", what: "service", name: `${STACK}_${long}`, limit: 63 },
    ],
    [
      "with a secret that has no version",
      { secrets: [secret(`${STACK}_a_`)] },
      { kind: "secret-unversioned", secret: `${STACK}_a_` },
    ],
    [
      "with a secret whose name leads elsewhere",
      {
        ...wanting({ secrets: [`${STACK}_a_v1/../../moot.db`] }),
        secrets: [secret(`${STACK}_a_v1/../../moot.db`, { generate: false })],
      },
      { kind: "secret-misnamed", secret: `${STACK}_a_v1/../../moot.db` },
    ],
    [
      "with a secret that is there, and whose name a shell would run",
      wanting({ secrets: [`${STACK}_a_v1;id`] }, { externalSecrets: [`${STACK}_a_v1;id`] }),
      { kind: "secret-misnamed", secret: `${STACK}_a_v1;id` },
    ],
    [
      "with a secret that people must insert",
      { secrets: [secret(`${STACK}_a_v1`, { generate: false })] },
      { kind: "secret-missing", secret: `${STACK}_a_v1`, why: "not-inserted" },
    ],
    [
      "with a missing secret that is not the app's own",
      { secrets: [secret("shared_a_v1")] },
      { kind: "secret-missing", secret: "shared_a_v1", why: "not-generated" },
    ],
    [
      "without a network it counts on",
      wanting({ networks: ["proxy"] }, { externalNetworks: ["proxy"] }),
      { kind: "network-missing", network: "proxy" },
    ],
    [
      "without a config it counts on",
      wanting({ configs: ["shared_v1"] }, { externalConfigs: ["shared_v1"] }),
      { kind: "config-missing", config: "shared_v1" },
    ],
    [
      "with a file larger than a config takes",
      wanting({}, { files: [{ what: "config", path: "a.conf", bytes: 1_024_000 }] }),
      {
        kind: "file-too-large",
        what: "config",
        path: "a.conf",
        bytes: 1_024_000,
        limit: 1_024_000,
      },
    ],
    [
      "with a file larger than a secret takes",
      wanting({}, { files: [{ what: "secret", path: "key", bytes: 600_000 }] }),
      { kind: "file-too-large", what: "secret", path: "key", bytes: 600_000, limit: 512_000 },
    ],
    [
      "with new content for a config of the same name",
      {
        desired: stackState([service({ configs: ["c_v1"] })], [{ name: "c_v1", sha256: "b" }]),
        actual: actual(stackState(), { configs: [{ name: "c_v1", sha256: "a" }] }),
      },
      { kind: "config-changed", config: "c_v1", service: "app" },
    ],
    [
      "with a config whose version nobody set (R012)",
      { desired: stackState([service()], [{ name: `${STACK}_page_`, sha256: "b" }]) },
      { kind: "config-unversioned", config: `${STACK}_page_` },
    ],
    [
      "with a service that has no image (R011)",
      { ...wanting({ image: "" }), images: { "": { kind: "absent" } } },
      { kind: "no-image", service: "app" },
    ],
    [
      "with an image nobody has",
      { ...wanting({ image: "w:9" }), images: { "w:9": { kind: "absent" } } },
      { kind: "image-missing", service: "app", image: "w:9", why: "absent" },
    ],
    [
      "with an image the registry does not give out",
      { ...wanting({ image: "w:9" }), images: { "w:9": { kind: "denied" } } },
      { kind: "image-missing", service: "app", image: "w:9", why: "denied" },
    ],
    [
      "where a service would change its mode",
      wanting({ replicas: "global" }),
      { kind: "mode-change", service: "app" },
    ],
    [
      "for what was found before rendering",
      { obstacles: [{ kind: "steering-env", key: "LD_PRELOAD" }] },
      { kind: "steering-env", key: "LD_PRELOAD" },
    ],
  ])("%s", (_, part, obstacle) => {
    expect(obstacles(part)).toEqual([obstacle]);
  });

  it("unless the config it counts on is there", () => {
    const part = wanting({ configs: ["shared_v1"] }, { externalConfigs: ["shared_v1"] });
    const live = actual(stackState(), { configs: [{ name: "shared_v1", sha256: "a" }] });
    expect(obstacles({ ...part, actual: live })).toEqual([]);
  });

  it("not with files as large as swarm takes them", () => {
    const files = [
      { what: "config", path: "a.conf", bytes: 1_023_999 },
      { what: "secret", path: "key", bytes: 511_999 },
    ] as const;
    expect(obstacles(wanting({}, { files }))).toEqual([]);
  });

  it("and says so for everything at once", () => {
    const part = { ...wanting({ name: "web" }), secrets: [secret(`${STACK}_a_`)] };
    expect(obstacles(part).map(({ kind }) => kind)).toEqual([
      "no-app-service",
      "secret-unversioned",
    ]);
  });
});
