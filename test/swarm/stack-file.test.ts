// A stack file keeps every value as it is on its way from the docker CLI to the docker CLI.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseDocument, stringify } from "yaml";
import { isStackName } from "../../src/core/ids.ts";
import { readModel, readYaml } from "../../src/swarm/canonical.ts";
import {
  makeStackFile,
  printStackFile,
  readSealed,
  readStackFile,
  sealStackFile,
  sha256,
  stateOfFile,
} from "../../src/swarm/stack-file.ts";
import { named } from "../named.ts";

const stack = named(isStackName, "wiki");
const nothing = { digests: {}, appLabels: {}, appEnv: {} };

function canonical(app: object): string {
  return stringify({ services: { app: { image: "nginx", ...app } } });
}

function sealed(
  text: string,
  seal: Parameters<typeof sealStackFile>[1] = nothing,
): ReturnType<typeof sealStackFile> {
  return sealStackFile(printStackFile(makeStackFile(stack, text, new Map())), seal);
}

/** What the docker CLI makes of a sealed file: it reads YAML as most programs do, and takes `$$` for `$`. */
function asDockerReads(compose: string): unknown {
  return JSON.parse(JSON.stringify(parseDocument(compose).toJS()).replaceAll("$$", "$"));
}

describe("a value", () => {
  test("is its own text, whatever another reader would take it for", () => {
    const text =
      'services:\n  app:\n    environment:\n      A: 0o17\n      B: yes\n      C: null\n      D: "null"\n      E: 1_000\n';
    expect(readModel(readYaml(text)).services["app"]?.environment).toEqual({
      A: "0o17",
      B: "yes",
      C: null,
      D: "null",
      E: "1_000",
    });
  });

  test("comes to the docker CLI as it was", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 40 }), (value) => {
        const { compose, state } = sealed(canonical({ environment: { KEY: value } }));
        expect(asDockerReads(compose)).toMatchObject({
          services: { app: { environment: { KEY: value } } },
        });
        expect(state.services[0]?.env).toEqual({ KEY: value });
        expect(stateOfFile(readSealed(compose))).toEqual(state);
      }),
    );
  });

  test("given by moot comes to the docker CLI as it was", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 40 }), (value) => {
        const { compose } = sealed(canonical({}), { ...nothing, appEnv: { KEY: value } });
        expect(asDockerReads(compose)).toMatchObject({
          services: { app: { environment: { KEY: value } } },
        });
      }),
    );
  });
});

describe("sealing", () => {
  const digest = `sha256:${"a".repeat(64)}`;

  test("pins images by the name the file or the plan has for them", () => {
    for (const key of ["nginx", "nginx:latest"]) {
      const { compose, state } = sealed(canonical({}), { ...nothing, digests: { [key]: digest } });
      expect(readStackFile(compose).model.services["app"]?.image).toBe(`nginx:latest@${digest}`);
      expect(state.services[0]).toMatchObject({ image: "nginx:latest", digest });
    }
  });

  test("leaves an image that is pinned already", () => {
    const image = `nginx:1@sha256:${"b".repeat(64)}`;
    const seal = { ...nothing, digests: { "nginx:1": digest, [image]: digest } };
    const { compose } = sealed(canonical({ image }), seal);
    expect(readStackFile(compose).model.services["app"]?.image).toBe(image);
  });

  test("puts labels over the recipe's own, and env beside it", () => {
    const text = canonical({
      environment: { SET: "recipe", UNSET: null },
      deploy: { labels: { "coop-cloud.wiki.version": "recipe" } },
    });
    const { state } = sealed(text, {
      ...nothing,
      appLabels: { "coop-cloud.wiki.version": "1.0.0" },
      appEnv: { SET: "moot", UNSET: "moot", NEW: "moot" },
    });
    expect(state.services[0]).toMatchObject({
      labels: { "coop-cloud.wiki.version": "1.0.0" },
      env: { SET: "recipe", NEW: "moot" },
      template: { unset_env: ["UNSET"] },
    });
  });

  test("gives nothing to a stack without a service app", () => {
    const text = stringify({ services: { web: { image: "nginx" } } });
    const { state } = sealed(text, { ...nothing, appLabels: { a: "1" }, appEnv: { B: "2" } });
    expect(state.services).toMatchObject([{ name: "web", labels: {}, env: {} }]);
  });
});

test("files of configs travel inside, and tell what the config will be", () => {
  const content = Buffer.from([0, 255, 36, 36, 10]);
  const text = stringify({
    services: { app: { image: "nginx", configs: [{ source: "page" }] } },
    configs: { page: { name: "wiki_page_v1", file: "/tmp/checkout/page" } },
  });
  const file = makeStackFile(stack, text, new Map([["configs/page", content]]));
  const { compose, state } = sealStackFile(printStackFile(file), nothing);
  expect(compose).not.toContain("/tmp/checkout");
  expect(readStackFile(compose).files.get("configs/page")).toEqual(content);
  expect(state.configs).toEqual([{ name: "wiki_page_v1", sha256: sha256(content) }]);
});
