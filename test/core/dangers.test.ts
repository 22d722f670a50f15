// What makes a plan dangerous, whatever was typed.
import { describe, expect, it } from "vitest";
import type { Danger } from "../../src/core/plan.ts";
import {
  actual,
  changed,
  plan,
  rendered,
  service,
  stackState,
  type Part,
} from "./planning-input.ts";

describe("danger", () => {
  const version = { isChaos: false, commit: "c0ffee" };
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
      { version: { from: "1.0.0+1", to: "0dbbb1d5ffff", isChaos: true, commit: "c0ffee" } },
      { kind: "chaos", commit: "0dbbb1d5" },
    ],
    [
      "a recipe outside the catalogue",
      { isInCatalogue: false },
      { kind: "outside-catalogue", recipe: "wiki" },
    ],
    [
      "a tag that upstream moved",
      { version: { from: "1.0.0+1", to: "1.0.1+1", isChaos: false, commit: "b", movedFrom: "a" } },
      { kind: "tag-moved", version: "1.0.1+1", from: "a", to: "b" },
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
      "a rule for any host name",
      changed({ labels: { "traefik.http.routers.x.rule": "PathPrefix(`/`)" } }),
      { kind: "open-router", service: "app", rule: "PathPrefix(`/`)" },
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
