// What people are told before they agree.
import { describe, expect, it } from "vitest";
import { isAppName } from "../../src/core/ids.ts";
import type { Warning } from "../../src/core/plan.ts";
import {
  actual,
  APP,
  changed,
  MAKING,
  plan,
  rendered,
  secret,
  SERVER,
  service,
  STACK,
  stackState,
  wanting,
  type Part,
} from "./planning-input.ts";
import { named } from "../named.ts";

describe("warnings", () => {
  const key = { service: "app", key: "privileged" };
  it.each<[string, Part, Warning]>([
    ["unset variables", { unset: ["B", "A"] }, { kind: "unset-variable", names: ["A", "B"] }],
    [
      "keys the env lacks",
      { newKeys: [{ key: "A", value: "" }] },
      { kind: "missing-from-env", keys: ["A"] },
    ],
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
      "a repository that does not answer",
      { version: { to: "1.0.0+1", isChaos: false, commit: "new", stale: "refused" } },
      { kind: "recipe-stale", recipe: "wiki", problem: "refused" },
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

describe("of an app that carries the room", () => {
  const making = { ...MAKING, policy: { carriesRoom: new Set([APP]) } };
  const other = { ...MAKING, policy: { carriesRoom: new Set([named(isAppName, "b.example")]) } };
  const two = stackState([service(), service({ name: "db" })]);
  const warning: Warning = { kind: "carries-room", stack: STACK, server: SERVER };
  const moving: readonly [string, Part][] = [
    ["restarts", changed()],
    ["starts", { desired: two, rendered: rendered(two) }],
    ["goes", { actual: actual(two) }],
  ];

  it.each(moving)("tell what happens when something %s", (_, part) => {
    expect(plan(part, making).warnings).toContainEqual(warning);
  });

  it.each(moving)("say nothing when it is another's that %s", (_, part) => {
    expect(plan(part, other).warnings).not.toContainEqual(warning);
  });

  it("are silent when nothing happens, or nothing that stops a task", () => {
    expect(plan({}, making).warnings).toEqual([]);
    const labelled = plan(wanting({ labels: { a: "2" } }), making);
    expect(labelled.services.map(({ fate }) => fate)).toEqual(["keeps"]);
    expect(labelled.warnings).toEqual([]);
  });

  it("make another plan of it, which people agree to anew", () => {
    expect(plan(changed(), making).hash).not.toBe(plan(changed()).hash);
  });
});
