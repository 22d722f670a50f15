// Plans of a deploy: what they hold, how dangerous they are, and in which order they act.
import { describe, expect, it } from "vitest";
import type { Step } from "../../src/core/step.ts";
import {
  actual,
  changed,
  digest,
  plan,
  rendered,
  secret,
  service,
  STACK,
  stackState,
  type Part,
} from "./planning-input.ts";

function kinds(steps: readonly Step[]): readonly string[] {
  return steps.map(({ kind }) => kind);
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
      version: { to: "1.0.0+1", isChaos: false, commit: "c0ffee" },
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
      version: { from: "1.0.0+1", to, isChaos, commit: "c0ffee" },
    });
    expect(made.version).toEqual({ from: "1.0.0+1", to, step });
  });

  it("is unknown when something without a version runs", () => {
    const made = plan({ version: { to: "1.0.0+1", isChaos: false, commit: "c0ffee" } });
    expect(made.version).toEqual({ to: "1.0.0+1", step: "unknown" });
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
