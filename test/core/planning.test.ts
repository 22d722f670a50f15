// Plans of a deploy: what they hold, how dangerous they are, and in which order they act.
import { describe, expect, it } from "vitest";
import type { Danger, Step, Warning } from "../../src/core/plan.ts";
import type { PlanInput } from "../../src/core/planning-input.ts";
import {
  actual,
  digest,
  plan,
  rendered,
  secret,
  service,
  STACK,
  stackState,
} from "./planning-input.ts";

type Part = Partial<PlanInput>;

function kinds(steps: readonly Step[]): readonly string[] {
  return steps.map(({ kind }) => kind);
}

/** The app with a service changed, so that something restarts. */
function changed(part: Parameters<typeof service>[0] = {}): Part {
  const desired = stackState([
    service({ image: "registry.example/wiki:2", digest: digest(2), ...part }),
  ]);
  return { desired, rendered: rendered(desired) };
}

describe("steps", () => {
  it("of an app that is as wanted only look and record", () => {
    const idle = plan();
    expect(kinds(idle.steps)).toEqual(["watch", "record-version"]);
    expect(idle).toMatchObject({ tier: "routine", isNew: false, secretsToMake: [], dangers: [] });
  });

  it("of a new app fetch all, then write, then watch, then record, then ask", () => {
    const desired = stackState([
      service({ name: "db", image: "db:1" }),
      service({ secrets: [`${STACK}_a_v1`] }),
    ]);
    const made = plan({
      desired,
      rendered: rendered(desired, { externalSecrets: [`${STACK}_a_v1`] }),
      actual: actual(),
      file: { path: "p", text: "TYPE=wiki\n" },
      env: { DOMAIN: "wiki.example.coop" },
      secrets: [secret(`${STACK}_a_v1`)],
      version: { to: "1.0.0+1", isChaos: false, isAnnotated: true },
    });
    expect(kinds(made.steps)).toEqual(
      "pull pull write-env create-secret deploy-stack watch record-version probe".split(" "),
    );
    expect(made).toMatchObject({
      tier: "change",
      isNew: true,
      version: { to: "1.0.0+1", step: "first" },
      secretsToMake: [`${STACK}_a_v1`],
    });
  });

  it("remove a service only after the new state stands", () => {
    const live = stackState([service(), service({ name: "old" })]);
    const made = plan({ ...changed(), actual: actual(live) });
    expect(kinds(made.steps)).toEqual(
      "pull deploy-stack watch remove-services record-version".split(" "),
    );
    expect(made.steps.find(({ kind }) => kind === "remove-services")).toMatchObject({
      services: ["old"],
    });
  });

  it("write nothing when a service is only to be removed", () => {
    const live = stackState([service(), service({ name: "old" })]);
    expect(kinds(plan({ actual: actual(live) }).steps)).toEqual([
      "watch",
      "remove-services",
      "record-version",
    ]);
  });

  it("fetch each image once, and only what changed", () => {
    const two = service({ image: "w:2", digest: digest(2) });
    const desired = stackState([two, { ...two, name: "worker" }, service({ name: "db" })]);
    const live = stackState([service(), service({ name: "db" })]);
    const made = plan({ desired, rendered: rendered(desired), actual: actual(live) });
    expect(made.steps.filter(({ kind }) => kind === "pull")).toEqual([
      { kind: "pull", service: "app", image: `w:2@${digest(2)}` },
    ]);
  });

  it("wait as long as the recipe's label says, else as long as moot's config says", () => {
    const labels = { [`coop-cloud.${STACK}.timeout`]: "900" };
    const desired = stackState([service({ labels })]);
    const waits = (part: Part) => plan(part).steps.find((step) => step.kind === "watch")?.seconds;
    expect(waits({ desired, rendered: rendered(desired) })).toBe(900);
    expect(waits({})).toBe(300);
  });

  it("write the env file when its text changed, which is a change by itself", () => {
    const made = plan({ file: { path: "p", text: "A=2", before: "A=1" } });
    expect(made.tier).toBe("change");
    expect(made.steps[0]).toEqual({ kind: "write-env", path: "p", text: "A=2", before: "A=1" });
  });
});

describe("the version", () => {
  it.each([
    ["2.0.0+1", false, "major"],
    ["1.0.1+1", false, "patch"],
    ["0dbbb1d5", true, "chaos"],
  ])("goes to %s", (to, isChaos, step) => {
    const made = plan({
      ...changed(),
      version: { from: "1.0.0+1", to, isChaos, isAnnotated: true },
    });
    expect(made.version).toEqual({ from: "1.0.0+1", to, step });
  });

  it("is unknown when something without a version runs", () => {
    const made = plan({ version: { to: "1.0.0+1", isChaos: false, isAnnotated: true } });
    expect(made.version).toEqual({ to: "1.0.0+1", step: "unknown" });
  });
});

describe("danger", () => {
  const version = { isChaos: false, isAnnotated: true };
  it.each<[string, Part, Danger]>([
    [
      "a major step",
      { version: { ...version, from: "1.0.0+1", to: "2.0.0+1" } },
      { kind: "major-step", from: "1.0.0+1", to: "2.0.0+1" },
    ],
    [
      "a major step back",
      { version: { ...version, from: "2.0.0+1", to: "1.9.0+1" } },
      { kind: "major-step", from: "2.0.0+1", to: "1.9.0+1" },
    ],
    [
      "chaos",
      { version: { from: "1.0.0+1", to: "0dbbb1d5ffff", isChaos: true, isAnnotated: true } },
      { kind: "chaos", commit: "0dbbb1d5" },
    ],
    [
      "a recipe outside the catalogue",
      { isInCatalogue: false },
      { kind: "outside-catalogue", recipe: "wiki" },
    ],
    [
      "commands that differ from the sample",
      { env: { POST_DEPLOY_CMDS: "app x" } },
      { kind: "post-commands", key: "POST_DEPLOY_CMDS" },
    ],
    [
      "a host path",
      changed({ binds: ["/srv"] }),
      { kind: "host-path", service: "app", path: "/srv" },
    ],
    [
      "the docker socket",
      changed({ binds: ["/var/run/docker.sock"] }),
      { kind: "docker-socket", service: "app" },
    ],
    [
      "the host's network",
      {
        rendered: rendered(stackState(), {
          powers: [{ service: "app", capabilities: [], hostNetwork: true }],
        }),
      },
      { kind: "host-network", service: "app" },
    ],
    [
      "capabilities",
      {
        rendered: rendered(stackState(), {
          powers: [{ service: "app", capabilities: ["NET_ADMIN", "CHOWN"], hostNetwork: false }],
        }),
      },
      { kind: "capabilities", service: "app", added: ["CHOWN", "NET_ADMIN"] },
    ],
  ])("is %s", (_, part, danger) => {
    expect(plan({ ...changed(), ...part })).toMatchObject({ tier: "danger", dangers: [danger] });
  });

  it("is none when nothing changes at all", () => {
    const desired = stackState([service({ binds: ["/srv"] })]);
    expect(
      plan({ desired, rendered: rendered(desired), actual: actual(desired), isInCatalogue: false }),
    ).toMatchObject({ tier: "routine", dangers: [] });
  });

  it("is none for powers of a service that is left alone", () => {
    const socket = service({ name: "proxy", binds: ["/var/run/docker.sock"] });
    const desired = stackState([service({ image: "w:2" }), socket]);
    const live = stackState([service(), socket]);
    expect(plan({ desired, rendered: rendered(desired), actual: actual(live) }).tier).toBe(
      "change",
    );
  });

  it("is none for commands the running app carries already, or the recipe brings itself", () => {
    const env = { POST_DEPLOY_CMDS: "app x" };
    const live = stackState([service({ env: { ...env, TYPE: "wiki:1.0.0+1" } })]);
    expect(plan({ ...changed(), env, actual: actual(live) }).tier).toBe("change");
    expect(plan({ ...changed(), env, sample: env }).tier).toBe("change");
    expect(plan({ ...changed(), sample: env, actual: actual(live) }).tier).toBe("danger");
  });
});

describe("warnings", () => {
  const key = { service: "app", key: "privileged" };
  it.each<[string, Part, Warning]>([
    ["unset variables", { unset: ["B", "A"] }, { kind: "unset-variable", names: ["A", "B"] }],
    ["keys the env lacks", { missingKeys: ["A"] }, { kind: "missing-from-env", keys: ["A"] }],
    [
      "a domain that leads elsewhere",
      { env: { DOMAIN: "a.b" }, resolved: ["192.0.2.9"] },
      { kind: "dns", domain: "a.b", found: ["192.0.2.9"], server: ["192.0.2.1"] },
    ],
    [
      "a domain that leads nowhere",
      { env: { DOMAIN: "a.b" }, resolved: [] },
      { kind: "dns", domain: "a.b", found: [], server: ["192.0.2.1"] },
    ],
    [
      "ignored keys",
      { rendered: rendered(stackState(), { ignored: [key] }) },
      { kind: "ignored-key", ...key },
    ],
    [
      "an image that is kept because the registry is silent",
      { images: { "registry.example/wiki:1": { kind: "unreachable", problem: "x" } } },
      {
        kind: "unpinned-image",
        service: "app",
        image: "registry.example/wiki:1",
        why: "unreachable",
      },
    ],
    [
      "two tasks on one volume",
      changed({ volumes: ["v"], outer: { update_config: { order: "start-first" } } }),
      { kind: "sqlite-start-first", service: "app" },
    ],
    [
      "a lightweight tag",
      { version: { from: "1.0.0+1", to: "1.0.0+1", isChaos: false, isAnnotated: false } },
      { kind: "lightweight-tag", version: "1.0.0+1" },
    ],
    [
      "an alphabet moot does not know",
      { secrets: [secret(`${STACK}_a_v1`, { unknownCharset: "alnum" })] },
      { kind: "unknown-charset", secret: `${STACK}_a_v1`, charset: "alnum" },
    ],
  ])("tell of %s", (_, part, warning) => {
    expect(plan(part).warnings).toEqual([warning]);
  });

  it("are silent about a domain that leads here, and where nobody looked", () => {
    expect(
      plan({ env: { DOMAIN: "a.b" }, resolved: ["192.0.2.1", "2001:db8::1"] }).warnings,
    ).toEqual([]);
    expect(plan({ env: { DOMAIN: "a.b" } }).warnings).toEqual([]);
  });
});

it("says all that the plan may touch", () => {
  const desired = stackState([
    service({
      secrets: [`${STACK}_a_v1`],
      volumes: [`${STACK}_data`],
      labels: { "traefik.http.routers.x.rule": "Host(`wiki.example.coop`)" },
    }),
  ]);
  expect(plan({ desired, rendered: rendered(desired) }).scope).toEqual({
    server: "alpha.example.coop",
    app: "wiki.example.coop",
    stack: STACK,
    secrets: [`${STACK}_a_v1`],
    volumes: [`${STACK}_data`],
    hosts: ["wiki.example.coop"],
  });
});
