// What a plan may not touch, since it belongs to another app.
import { describe, expect, it } from "vitest";
import { foreignObjects, neighbourOf, ownNames, stackAbove } from "../../src/core/foreign.ts";
import { isAppName, isServerName, isStackName } from "../../src/core/ids.ts";
import type { Neighbour } from "../../src/core/planning-input.ts";
import { named } from "../named.ts";
import {
  actual,
  APP,
  obstacles,
  planInput,
  SERVER,
  service,
  STACK,
  stackState,
  wanting,
  type Part,
} from "./planning-input.ts";

interface Foreign {
  readonly what: string;
  readonly name: string;
  readonly owner: string;
}

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
  const twice = (text: string) => ({ text, before: text });
  const below = named(isStackName, "docs_example_coop_db");
  const isNew = { file: { path: "p", text: "" } };

  it.each<[string, Part, Foreign]>([
    [
      "a stack another env file names",
      { neighbours: [{ ...docs, stack: STACK }] },
      { what: "stack", name: STACK, owner: "docs.example.coop" },
    ],
    [
      "a stack of the same name in capitals",
      { neighbours: [{ ...docs, stack: named(isStackName, STACK.toUpperCase()) }] },
      { what: "stack", name: STACK, owner: "docs.example.coop" },
    ],
    [
      "a stack that neither deployed",
      { ...isNew, actual: running({}) },
      { what: "stack", name: STACK, owner: "something that neither abra nor moot deployed" },
    ],
    [
      "a stack made from another recipe",
      { ...isNew, actual: running({ [`coop-cloud.${STACK}.recipe`]: "docs" }) },
      { what: "stack", name: STACK, owner: "an app made from the recipe docs" },
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
      { what: "stack", name: STACK, owner: "the app other.example.coop" },
    ],
    [
      "a stack name chosen so that another's secrets look like its own",
      {
        ...isNew,
        stack: below,
        neighbours: [docs],
        actual: actual(),
      },
      { what: "stack", name: below, owner: "docs_example_coop" },
    ],
    [
      "the same where its env file says so already, and nothing runs under it",
      {
        file: { path: "p", ...twice("STACK_NAME=docs_example_coop_db\n") },
        stack: below,
        neighbours: [docs],
        actual: actual(),
      },
      { what: "stack", name: below, owner: "docs_example_coop" },
    ],
    [
      "a service that is another stack's by its label",
      { actual: actual(stackState(), { owners: { [`${STACK}_app`]: "wiki_example" } }) },
      { what: "service", name: `${STACK}_app`, owner: "wiki_example" },
    ],
    [
      "a secret, by its name",
      { ...wanting({ secrets: ["docs_example_coop_db_v1"] }), neighbours: [docs] },
      { what: "secret", name: "docs_example_coop_db_v1", owner: "docs_example_coop" },
    ],
    [
      "a secret, by the longer of two names",
      {
        ...wanting({ secrets: [`${STACK}_old_db_v1`] }),
        neighbours: [{ ...docs, stack: named(isStackName, `${STACK}_old`) }],
      },
      { what: "secret", name: `${STACK}_old_db_v1`, owner: `${STACK}_old` },
    ],
    [
      "a volume, by its label",
      {
        ...wanting({ volumes: ["data"] }),
        actual: actual(stackState(), { owners: { data: "docs" } }),
      },
      { what: "volume", name: "data", owner: "docs" },
    ],
    [
      "a config, by its name",
      { ...wanting({ configs: ["docs_example_coop_c_v1"] }), neighbours: [docs] },
      { what: "config", name: "docs_example_coop_c_v1", owner: "docs_example_coop" },
    ],
    [
      "a network, by its label",
      {
        ...wanting({ networks: ["docs_internal"] }),
        actual: actual(stackState(), { owners: { docs_internal: "docs" } }),
      },
      { what: "network", name: "docs_internal", owner: "docs" },
    ],
    [
      "a host name that another stack answers for",
      {
        ...wanting({ labels: rule("Docs.example.coop") }),
        actual: actual(stackState(), {
          routers: [{ stack: "docs", hosts: ["docs.example.coop"] }],
        }),
      },
      { what: "router", name: "docs.example.coop", owner: "docs" },
    ],
    [
      "a host name that is another app's domain, though it does not run",
      { ...wanting({ labels: rule("docs.example.coop") }), neighbours: [docs] },
      { what: "router", name: "docs.example.coop", owner: "docs.example.coop" },
    ],
  ])("is refused: %s", (_, part, foreign) => {
    expect(obstacles(part)).toEqual([{ kind: "foreign", ...foreign }]);
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
    [
      "its own stack below another's, where it runs as itself",
      {
        file: { path: "p", ...twice(`STACK_NAME=${below}\n`) },
        stack: below,
        neighbours: [docs],
        actual: running({ [`coop-cloud.${below}.recipe`]: "wiki" }),
      },
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

describe("what is an app's own", () => {
  const longer: Neighbour = {
    app: named(isAppName, "wiki.example.coop.org"),
    server: SERVER,
    stack: named(isStackName, `${STACK}_org`),
  };
  const own = (names: readonly string[], part: Part = {}): readonly string[] =>
    ownNames(planInput(part), names);

  it("begins with its stack's name, or carries its label", () => {
    const { live } = actual(stackState([]));
    const labelled = actual(live, { owners: { odd_name: STACK, [`${STACK}_theirs`]: "docs" } });
    const names = [
      `${STACK}_key_v1`,
      "odd_name",
      `${STACK}_theirs`,
      "docs_key_v1",
      `${STACK}key_v1`,
    ];
    expect(own(names, { actual: labelled })).toEqual(["odd_name", `${STACK}_key_v1`].toSorted());
  });

  it("is not what an app with a longer name has", () => {
    const names = [`${STACK}_key_v1`, `${STACK}_org_key_v1`];
    expect(own(names, { neighbours: [longer] })).toEqual([`${STACK}_key_v1`]);
    const elsewhere = { ...longer, server: named(isServerName, "beta.example.coop") };
    expect(own(names, { neighbours: [elsewhere] })).toEqual(names);
  });

  it("is in doubt only under a name set by hand below another's", () => {
    const above = { ...longer, stack: named(isStackName, "wiki") };
    expect(stackAbove(planInput({ neighbours: [above] }))).toBeUndefined();
    const stack = named(isStackName, "wiki_db");
    expect(stackAbove(planInput({ stack, neighbours: [above] }))).toBe("wiki");
  });
});
