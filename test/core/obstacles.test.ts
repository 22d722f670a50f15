// What makes a deploy impossible.
import { describe, expect, it } from "vitest";
import { neighbourOf, foreignObjects } from "../../src/core/foreign.ts";
import { isAppName, isServerName, isStackName } from "../../src/core/ids.ts";
import type { Obstacle } from "../../src/core/plan.ts";
import { digestsFor } from "../../src/core/pinning.ts";
import type { Neighbour, PlanInput } from "../../src/core/planning-input.ts";
import { named } from "../named.ts";
import {
  actual,
  APP,
  digest,
  obstacles,
  planInput,
  rendered,
  secret,
  SERVER,
  service,
  STACK,
  stackState,
} from "./planning-input.ts";

type Part = Partial<PlanInput>;

function wanting(
  part: Parameters<typeof service>[0],
  more: Parameters<typeof rendered>[1] = {},
): Part {
  const desired = stackState([service(part)]);
  return { desired, rendered: rendered(desired, more) };
}

describe("a deploy is impossible", () => {
  const long = "x".repeat(60);
  it.each<[string, Part, Obstacle]>([
    [
      "without a service called app",
      wanting({ name: "web" }),
      { kind: "no-app-service", services: ["web"] },
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
      "with new content for a config of the same name",
      {
        desired: stackState([service({ configs: ["c_v1"] })], [{ name: "c_v1", sha256: "b" }]),
        actual: actual(stackState(), { configs: [{ name: "c_v1", sha256: "a" }] }),
      },
      { kind: "config-changed", config: "c_v1", service: "app" },
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

  it("and says so for everything at once", () => {
    const part = { ...wanting({ name: "web" }), secrets: [secret(`${STACK}_a_`)] };
    expect(obstacles(part).map(({ kind }) => kind)).toEqual([
      "no-app-service",
      "secret-unversioned",
    ]);
  });
});

describe("what belongs to another app", () => {
  const docs: Neighbour = {
    app: named(isAppName, "docs.example.coop"),
    server: SERVER,
    stack: named(isStackName, "docs_example_coop"),
    domain: "docs.example.coop",
  };
  const rule = (host: string) => ({ "traefik.http.routers.x.rule": `Host(\`${host}\`)` });
  const running = (labels: Readonly<Record<string, string>>, env = {}) =>
    actual(stackState([service({ labels, env })]));
  const isNew = { file: { path: "p", text: "" } };

  it.each<[string, Part, string, string, string]>([
    [
      "a stack another env file names",
      { neighbours: [{ ...docs, stack: STACK }] },
      "stack",
      STACK,
      "docs.example.coop",
    ],
    [
      "a stack of the same name in capitals",
      { neighbours: [{ ...docs, stack: named(isStackName, STACK.toUpperCase()) }] },
      "stack",
      STACK,
      "docs.example.coop",
    ],
    [
      "a stack that neither deployed",
      { ...isNew, actual: running({}) },
      "stack",
      STACK,
      "something that neither abra nor moot deployed",
    ],
    [
      "a stack made from another recipe",
      { ...isNew, actual: running({ [`coop-cloud.${STACK}.recipe`]: "docs" }) },
      "stack",
      STACK,
      "an app made from the recipe docs",
    ],
    [
      "a stack that answers for another domain",
      {
        ...isNew,
        env: { DOMAIN: "wiki.example.coop" },
        actual: running(
          { [`coop-cloud.${STACK}.recipe`]: "wiki" },
          { TYPE: "wiki:1", DOMAIN: "other.example.coop" },
        ),
      },
      "stack",
      STACK,
      "the app other.example.coop",
    ],
    [
      "a service that is another stack's by its label",
      { actual: actual(stackState(), { owners: { [`${STACK}_app`]: "wiki_example" } }) },
      "service",
      `${STACK}_app`,
      "wiki_example",
    ],
    [
      "a secret, by its name",
      { ...wanting({ secrets: ["docs_example_coop_db_v1"] }), neighbours: [docs] },
      "secret",
      "docs_example_coop_db_v1",
      "docs_example_coop",
    ],
    [
      "a secret, by the longer of two names",
      {
        ...wanting({ secrets: [`${STACK}_old_db_v1`] }),
        neighbours: [{ ...docs, stack: named(isStackName, `${STACK}_old`) }],
      },
      "secret",
      `${STACK}_old_db_v1`,
      `${STACK}_old`,
    ],
    [
      "a volume, by its label",
      {
        ...wanting({ volumes: ["data"] }),
        actual: actual(stackState(), { owners: { data: "docs" } }),
      },
      "volume",
      "data",
      "docs",
    ],
    [
      "a config, by its name",
      { ...wanting({ configs: ["docs_example_coop_c_v1"] }), neighbours: [docs] },
      "config",
      "docs_example_coop_c_v1",
      "docs_example_coop",
    ],
    [
      "a network, by its label",
      {
        ...wanting({ networks: ["docs_internal"] }),
        actual: actual(stackState(), { owners: { docs_internal: "docs" } }),
      },
      "network",
      "docs_internal",
      "docs",
    ],
    [
      "a host name that another stack answers for",
      {
        ...wanting({ labels: rule("Docs.example.coop") }),
        actual: actual(stackState(), {
          routers: [{ stack: "docs", hosts: ["docs.example.coop"] }],
        }),
      },
      "router",
      "docs.example.coop",
      "docs",
    ],
    [
      "a host name that is another app's domain, though it does not run",
      { ...wanting({ labels: rule("docs.example.coop") }), neighbours: [docs] },
      "router",
      "docs.example.coop",
      "docs.example.coop",
    ],
  ])("is refused: %s", (_, part, what, name, owner) => {
    expect(obstacles(part)).toEqual([{ kind: "foreign", what, name, owner }]);
  });

  it.each<[string, Part]>([
    [
      "its own things",
      {
        ...wanting({
          secrets: [`${STACK}_db_v1`],
          volumes: [`${STACK}_data`],
          networks: [`${STACK}_internal`],
          labels: rule("wiki.example.coop"),
        }),
        actual: actual(stackState(), {
          owners: { [`${STACK}_data`]: STACK, [`${STACK}_app`]: STACK },
          routers: [{ stack: STACK, hosts: ["wiki.example.coop"] }],
        }),
        neighbours: [docs],
      },
    ],
    [
      "the network all share",
      {
        ...wanting({ networks: ["proxy"] }),
        actual: actual(stackState(), { owners: { proxy: "traefik" } }),
      },
    ],
    ["a secret nobody else has a name for", wanting({ secrets: ["smtp_password_v1"] })],
    [
      "the same stack name on another server",
      { neighbours: [{ ...docs, stack: STACK, server: named(isServerName, "beta.coop") }] },
    ],
    [
      "its own stack, deployed before by abra",
      { ...isNew, actual: running({ [`coop-cloud.${STACK}.version`]: "1.0.0+1" }) },
    ],
    ["its own stack under its natural name", { actual: running({}) }],
  ])("is not %s", (_, part) => {
    expect(foreignObjects(planInput(part))).toEqual([]);
  });

  it("is read from the other env files", () => {
    const file = {
      app: APP,
      server: SERVER,
      path: "p",
      text: "DOMAIN=Wiki.example.coop\nSTACK_NAME=w\n",
    };
    expect(neighbourOf(file)).toEqual({
      app: APP,
      server: SERVER,
      stack: "w",
      domain: "wiki.example.coop",
    });
    expect(neighbourOf({ ...file, text: "X='" })).toBeUndefined();
  });
});

describe("digests", () => {
  const wanted = stackState([service({ image: "w:1" }), service({ name: "db", image: "db:1" })]);
  it("come from the registry, or else from what runs", () => {
    const live = stackState([service({ image: "w:1", digest: digest(7) })]);
    const looks = {
      "w:1": { kind: "unreachable", problem: "x" },
      "db:1": { kind: "found", digest: digest(3) },
    } as const;
    expect(digestsFor(wanted, looks, live)).toEqual({ "w:1": digest(7), "db:1": digest(3) });
    expect(digestsFor(wanted, looks, undefined)).toEqual({ "db:1": digest(3) });
  });
});
