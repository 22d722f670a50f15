// A stack file's words become what the docker CLI would write (docker/cli, cli/compose/convert); a real swarm proves the same in contract/law.test.ts.
import { expect, test } from "vitest";
import { servicesOf } from "../../src/core/compose.ts";
import type { ComposeModel, ComposeService } from "../../src/core/compose-model.ts";
import { isStackName } from "../../src/core/ids.ts";
import { imageOf, stateOf } from "../../src/core/service-state.ts";
import type { ServiceState } from "../../src/core/state.ts";
import { named } from "../named.ts";

const stack = named(isStackName, "wiki");

function state(
  app: ComposeService,
  rest: Omit<ComposeModel, "services"> = {},
): ServiceState | undefined {
  return servicesOf({ services: { app: { image: "nginx:1", ...app } }, ...rest }, stack)[0];
}

test("a service that says nothing says nothing", () => {
  expect(state({})).toEqual({
    name: "app",
    image: "nginx:1",
    env: {},
    labels: {},
    secrets: [],
    configs: [],
    volumes: [],
    binds: [],
    networks: ["wiki_default"],
    replicas: 1,
    template: {},
    endpoint: {},
    outer: {},
  });
});

test("services come in the order of their names", () => {
  const services = { web: {}, app: {}, db: {} };
  expect(servicesOf({ services }, stack).map(({ name }) => name)).toEqual(["app", "db", "web"]);
});

test.each<readonly [string, ComposeService, object]>([
  [
    "entrypoint and command",
    { entrypoint: ["a"], command: ["b c"] },
    { entrypoint: ["a"], command: ["b c"] },
  ],
  ["a variable without a value", { environment: { A: null } }, { unset_env: ["A"] }],
  [
    "a health check",
    { healthcheck: { test: ["CMD", "x"], interval: "1m30s", retries: 3 } },
    { healthcheck: { test: ["CMD", "x"], interval: "1m30s", retries: 3 } },
  ],
  [
    "a health check that is off",
    { healthcheck: { disable: true } },
    { healthcheck: { test: ["NONE"] } },
  ],
  [
    "capabilities",
    { cap_add: ["net_admin", "CAP_SYS_TIME"], cap_drop: ["ALL", "net_admin"] },
    { cap_add: ["CAP_NET_ADMIN", "CAP_SYS_TIME"], cap_drop: ["ALL"] },
  ],
  [
    "a capability both added and dropped",
    { cap_add: ["KILL"], cap_drop: ["KILL", "CHOWN"] },
    { cap_add: ["CAP_KILL"], cap_drop: ["CAP_CHOWN"] },
  ],
  [
    "limits",
    { ulimits: { nproc: 3, nofile: { soft: 1, hard: 2 } } },
    { ulimits: { nproc: "3:3", nofile: "1:2" } },
  ],
  ["hosts", { extra_hosts: ["db:1.2.3.4", "six:::1"] }, { extra_hosts: ["1.2.3.4 db", "::1 six"] }],
  ["an init that is off", { init: false }, { init: "false" }],
  ["the old restart", { restart: "unless-stopped" }, { restart_policy: { condition: "any" } }],
  [
    "the old restart on failure",
    { restart: "on-failure:3" },
    { restart_policy: { condition: "on-failure", max_attempts: 3 } },
  ],
  ["the old restart that is none", { restart: "no" }, {}],
  [
    "a policy beside the old restart",
    { restart: "always", deploy: { restart_policy: { condition: "none", delay: "5s" } } },
    { restart_policy: { condition: "none", delay: "5s" } },
  ],
  [
    "resources",
    { deploy: { resources: { limits: { cpus: "0.25", memory: 2 ** 28, pids: 9 } } } },
    { resources: { limits: { cpus: "0.25", memory: "256M", pids: 9 } } },
  ],
  [
    "placement",
    {
      deploy: {
        placement: { constraints: ["node.role==manager"], preferences: [{ spread: "x" }] },
      },
    },
    { placement: { constraints: ["node.role==manager"], preferences: ["x"] } },
  ],
  ["labels of the container", { labels: { a: "1" } }, { container_labels: { a: "1" } }],
  ["a grace period", { stop_grace_period: "1m0s" }, { stop_grace_period: "1m" }],
])("the template tells %s", (_what, app, template) => {
  expect(state(app)?.template).toEqual(template);
});

test("named volumes get their options, and binds their own list", () => {
  const found = state(
    {
      volumes: [
        { type: "volume", source: "data", target: "/data", volume: { nocopy: true } },
        { type: "volume", source: "shared", target: "/shared" },
        { type: "bind", source: "/srv", target: "/srv", read_only: true },
        { type: "volume", target: "/scratch" },
      ],
    },
    {
      volumes: {
        data: { driver: "local", driver_opts: { type: "nfs" }, labels: { a: "1" } },
        shared: { name: "shared", external: true, labels: { b: "2" } },
      },
    },
  );
  expect(found).toMatchObject({ volumes: ["shared", "wiki_data"], binds: ["/srv"] });
  expect(found?.template).toEqual({
    mounts: {
      "/data": {
        type: "volume",
        source: "wiki_data",
        nocopy: true,
        labels: { a: "1" },
        driver: "local",
        driver_opts: { type: "nfs" },
      },
      "/shared": { type: "volume", source: "shared" },
      "/srv": { type: "bind", source: "/srv", read_only: true },
      "/scratch": { type: "volume" },
    },
    mounts_order: "/data /shared /srv /scratch",
  });
});

test("secrets and configs go by their swarm names, in the order of their places", () => {
  const found = state(
    { secrets: [{ source: "b" }, { source: "a", target: "z", mode: 0o400, uid: "7" }] },
    { secrets: { a: { name: "wiki_a_v2", external: true }, b: {} } },
  );
  expect(found?.secrets).toEqual(["wiki_b", "wiki_a_v2"]);
  expect(found?.template).toEqual({ secrets: { b: "0:0 0444", z: "7:0 0400" } });
});

test("networks go by their swarm names, and only other aliases than its own are told", () => {
  const found = state(
    { networks: { proxy: null, internal: { aliases: ["cache"] } } },
    { networks: { proxy: { name: "proxy", external: true }, internal: {} } },
  );
  expect(found?.networks).toEqual(["proxy", "wiki_internal"]);
  expect(found?.template).toEqual({ networks: { wiki_internal: { aliases: ["cache"] } } });
});

test("ports and the endpoint's mode are the endpoint", () => {
  const ports = [{ mode: "host", target: 53, published: 53, protocol: "udp" }, { target: 80 }];
  expect(state({ ports, deploy: { endpoint_mode: "DNSRR" } })?.endpoint).toEqual({
    mode: "dnsrr",
    ports: { "53:53/udp": "host", ":80/tcp": "ingress" },
  });
});

test("update settings are told where they are not swarm's own", () => {
  const update_config = {
    parallelism: 0,
    failure_action: "rollback",
    order: "stop-first",
    monitor: "10s",
  };
  expect(
    state({ deploy: { update_config, rollback_config: { failure_action: "pause" } } })?.outer,
  ).toEqual({
    update_config: { parallelism: 0, failure_action: "rollback", monitor: "10s" },
  });
});

test.each<readonly [ComposeService["deploy"], object]>([
  [{ mode: "global" }, { replicas: "global", outer: {} }],
  [{ replicas: 0 }, { replicas: 0, outer: {} }],
  [
    { mode: "replicated-job", replicas: 3 },
    { replicas: 3, outer: { mode: "job" } },
  ],
  [{ mode: "global-job" }, { replicas: "global", outer: { mode: "job" } }],
])("%j is its number of replicas", (deploy, expected) => {
  expect(state({ deploy })).toMatchObject(expected);
});

test.each([
  ["nginx", "nginx:latest"],
  ["docker.io/library/nginx:1", "nginx:1"],
  ["docker.io/moot/app:1", "moot/app:1"],
  ["registry:5000/moot/app", "registry:5000/moot/app:latest"],
])("the image %s is %s to everybody", (written, image) => {
  expect(imageOf(written)).toEqual({ image });
});

test("swarm's own labels and what it fills in by itself say nothing", () => {
  const live = stateOf(
    {
      Name: "wiki_app",
      Labels: { "com.docker.stack.namespace": "wiki", "com.docker.stack.image": "nginx:1" },
      TaskTemplate: {
        ContainerSpec: {
          Image: "nginx:1",
          Isolation: "default",
          Labels: { "com.docker.stack.namespace": "wiki" },
        },
        Resources: {},
        Placement: {},
        Networks: [{ Target: "wiki_default", Aliases: ["app"] }],
      },
      Mode: { Replicated: { Replicas: 1 } },
      EndpointSpec: { Mode: "vip" },
    },
    stack,
  );
  expect(live).toEqual(state({}));
});
