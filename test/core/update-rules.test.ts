// Which rules of updates count for an app, and which steps need nobody's yes.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isAppName, isServerName } from "../../src/core/ids.ts";
import type { VersionStep } from "../../src/core/plan.ts";
import {
  mayGoAlone,
  rulesFor,
  type UpdatePolicy,
  type UpdateRule,
} from "../../src/core/update-rules.ts";
import { named } from "../named.ts";
import { windowOf } from "./windows.ts";

const SERVER = named(isServerName, "alpha.example.coop");
const APP = named(isAppName, "wiki.example.coop");
const NIGHT = windowOf("daily 01:00-04:00");
const WEEKEND = windowOf("Sat 22:00-Sun 06:00");

type Rules = Readonly<Record<string, UpdateRule>>;

function policy(general: UpdateRule, servers: Rules = {}, apps: Rules = {}): UpdatePolicy {
  return {
    schedule: "0 9 * * *",
    zone: "Europe/Berlin",
    window: "always",
    auto: "none",
    age: 0,
    ...general,
    servers: new Map(Object.entries(servers)),
    apps: new Map(Object.entries(apps)),
  };
}

describe("the rules of an app", () => {
  test("are the general ones where nothing is said of it", () => {
    const general = policy(
      { window: NIGHT, auto: "patch", age: 5 },
      { "beta.*": { auto: "minor" } },
    );
    expect(rulesFor(general, { server: SERVER, app: APP })).toEqual({
      zone: "Europe/Berlin",
      window: NIGHT,
      auto: "patch",
      age: 5,
    });
  });

  test("have no window where it is always open", () => {
    expect(rulesFor(policy({}), { server: SERVER, app: APP })).not.toHaveProperty("window");
    const open = policy({ window: NIGHT }, {}, { [APP]: { window: "always" } });
    expect(rulesFor(open, { server: SERVER, app: APP })).not.toHaveProperty("window");
  });

  test("are its own before its server's before the general, each key by itself", () => {
    const mixed = policy(
      { window: NIGHT, auto: "patch", age: 5 },
      { "*": { auto: "minor", age: 6 } },
      { "wiki.*": { age: 0 } },
    );
    expect(rulesFor(mixed, { server: SERVER, app: APP })).toMatchObject({
      window: NIGHT,
      auto: "minor",
      age: 0,
    });
  });

  test.each<[string, Rules, UpdateRule]>([
    [
      "more letters of its own",
      { "*": { age: 1 }, "*.example.coop": { age: 2 }, "wiki.*": { age: 3 } },
      { age: 2 },
    ],
    ["the whole name", { "*.example.coop": { age: 1 }, [APP]: { age: 2 } }, { age: 2 }],
    [
      "what stands first, of two alike",
      { "*.coop": { age: 1 }, "*ample*": { age: 2 } },
      { age: 1 },
    ],
    [
      "the next one for what it does not say",
      { "*": { window: WEEKEND }, [APP]: { age: 2 } },
      { age: 2, window: WEEKEND },
    ],
  ])("follow, of several globs, %s", (_, apps, rules) => {
    expect(rulesFor(policy({}, {}, apps), { server: SERVER, app: APP })).toMatchObject(rules);
    const servers = Object.fromEntries(
      Object.entries(apps).map(([glob, rule]) => [glob.replace("wiki", "alpha"), rule]),
    );
    expect(rulesFor(policy({}, servers), { server: SERVER, app: APP })).toMatchObject(rules);
  });

  test.each<[string, string | undefined, UpdatePolicy, string]>([
    ["true is minor", "true", policy({}), "minor"],
    [
      "true is minor before the server's rule",
      "true",
      policy({}, { "*": { auto: "none" } }),
      "minor",
    ],
    [
      "true says nothing where the config says it of the app",
      "true",
      policy({}, {}, { "wiki.*": { auto: "patch" } }),
      "patch",
    ],
    [
      "true is minor where the config says something else of the app",
      "true",
      policy({}, {}, { "wiki.*": { age: 1 } }),
      "minor",
    ],
    ["false is none", "false", policy({ auto: "minor" }, { "*": { auto: "patch" } }), "none"],
    [
      "false says nothing where the config says it of the app",
      "false",
      policy({}, {}, { [APP]: { auto: "minor" } }),
      "minor",
    ],
    ["another word says nothing", "yes", policy({ auto: "patch" }), "patch"],
    ["an empty one says nothing", "", policy({ auto: "patch" }), "patch"],
    ["an absent one says nothing", undefined, policy({ auto: "patch" }), "patch"],
  ])("hear ENABLE_AUTO_UPDATE of its env file: %s", (_, written, rules, auto) => {
    const enable = written === undefined ? {} : { enableAutoUpdate: written };
    expect(rulesFor(rules, { server: SERVER, app: APP, ...enable }).auto).toBe(auto);
  });

  const rule = fc.record({ age: fc.integer({ min: 1, max: 9 }) }, { requiredKeys: [] });
  const globs = fc.constantFrom(
    "*",
    "*.coop",
    "*.example.coop",
    "w*",
    "wiki.*",
    "beta.*",
    String(APP),
  );
  test("come from one that matches, and from the app's own name if that says it", () => {
    fc.assert(
      fc.property(fc.dictionary(globs, rule, { noNullPrototype: true }), (apps) => {
        const { age } = rulesFor(policy({}, {}, apps), { server: SERVER, app: APP });
        const own = apps[APP]?.age;
        if (own !== undefined) expect(age).toBe(own);
        expect([
          0,
          ...Object.entries(apps).map(([glob, { age: one }]) => (glob === "beta.*" ? 0 : one)),
        ]).toContain(age);
      }),
    );
  });
});

test.each<[VersionStep, boolean, boolean]>([
  ["same", true, true],
  ["patch", true, true],
  ["minor", false, true],
  ["major", false, false],
  ["first", false, false],
  ["older", false, false],
  ["chaos", false, false],
  ["unknown", false, false],
])(
  "the step %s goes alone under patch: %s, under minor: %s, and never under none",
  (step, patch, minor) => {
    expect([
      mayGoAlone("patch", step),
      mayGoAlone("minor", step),
      mayGoAlone("none", step),
    ]).toEqual([patch, minor, false]);
  },
);
