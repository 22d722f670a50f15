// What moot derives is what abra derives: each derivation of the reference's list (coopcloud.md §12.2), on the functions that are used.
import { describe, expect, test } from "vitest";
import { exportsOf } from "../../src/core/abrash.ts";
import {
  abraLabels,
  exposedEnv,
  renderEnvironment,
  timeoutOf,
} from "../../src/core/environment.ts";
import {
  fromSample,
  parseEnv,
  recipeOf,
  setVersion,
  values,
  type EnvFile,
} from "../../src/core/envfile.ts";
import { isAppName, isRecipeName, isStackName } from "../../src/core/ids.ts";
import { interpolate } from "../../src/core/interpolation.ts";
import { alphabetOf, neededSecrets } from "../../src/core/secrets.ts";
import { configName, nameVersion, secretName, stackName } from "../../src/core/stack.ts";
import {
  isCommit,
  newestVersion,
  parseVersion,
  sortVersions,
  versionsAfter,
} from "../../src/core/version.ts";
import { plainService } from "../fakes/composer.ts";
import { named } from "../named.ts";

function env(text: string): EnvFile {
  const read = parseEnv(text);
  if (read.kind === "problem") throw new Error(read.problem);
  return read;
}

function stackOf(app: string, settings: Readonly<Record<string, string>> = {}): string | undefined {
  return stackName(named(isAppName, app), settings);
}

describe("names", () => {
  test("the app a.b.c with a secret db_password at v2 has the secret a_b_c_db_password_v2", () => {
    const stack = named(isStackName, "a_b_c");
    expect(stackOf("a.b.c")).toBe(stack);
    const template = "${STACK_NAME}_db_password_${SECRET_DB_PASSWORD_VERSION}";
    const file = env("SECRET_DB_PASSWORD_VERSION=v2 # length=32 charset=hex\n");
    const environment = renderEnvironment(values(file), stack, {});
    const ready = environment.kind === "ready" ? environment.env : {};
    const name = interpolate(template, ready);
    expect(name).toBe("a_b_c_db_password_v2");
    expect(name).toBe(secretName(stack, "db_password", "v2"));
    const [needed, ...others] = neededSecrets({
      state: { stack, services: [plainService("app", "x:1", { secrets: [name] })], configs: [] },
      external: [name],
      composeTexts: [`secrets:\n  db_password:\n    external: true\n    name: ${template}\n`],
      env: ready,
      file,
    });
    expect(others).toEqual([]);
    expect(needed).toMatchObject({
      name,
      key: "SECRET_DB_PASSWORD_VERSION",
      make: { kind: "random", length: 32, alphabet: "0123456789abcdef" },
    });
  });

  test("dots become underscores, hyphens stay, 45 characters are kept, and STACK_NAME wins", () => {
    expect(stackOf("my-wiki.coop.tech")).toBe("my-wiki_coop_tech");
    expect(stackOf("traefik.example.com")).toBe("traefik_example_com");
    const long = `${"a".repeat(40)}.example.coop`;
    expect(stackOf(long)).toBe(`${"a".repeat(40)}_exam`);
    expect(stackOf("a.b.c", { STACK_NAME: "mine" })).toBe("mine");
    expect(stackOf("a.b.c", { STACK_NAME: "" })).toBe("a_b_c");
  });

  test("the version of a config is what abra.sh exports, over what the env file says", () => {
    const stack = named(isStackName, "a_b_c");
    const exports = exportsOf(
      "# x\nexport PAGE_VERSION=v3\nexport BAD=\n  export IN=v1\nfn() {\n}\n",
    );
    expect(exports).toEqual({ PAGE_VERSION: "v3" });
    const environment = renderEnvironment({ PAGE_VERSION: "v1" }, stack, exports);
    const ready = environment.kind === "ready" ? environment.env : {};
    const name = interpolate("${STACK_NAME}_page_${PAGE_VERSION}", ready);
    expect(name).toBe(configName(stack, "page", "v3"));
    expect(nameVersion(name)).toBe("v3");
    expect(nameVersion("a_b_c_page_")).toBeUndefined();
  });
});

describe("the env file", () => {
  test("COMPOSE_FILE that names itself grows, in its order", () => {
    const file = env(
      'COMPOSE_FILE="compose.yml"\nCOMPOSE_FILE="$COMPOSE_FILE:compose.s3.yml"\n#COMPOSE_FILE="$COMPOSE_FILE:no.yml"\n',
    );
    expect(values(file)["COMPOSE_FILE"]?.split(":")).toEqual(["compose.yml", "compose.s3.yml"]);
  });

  test("a comment behind a value carries modifiers", () => {
    const [entry] = env("X=v1 # length=64 charset=hex\n").entries;
    expect(entry).toMatchObject({ value: "v1", modifiers: { length: 64, charset: "hex" } });
    expect(alphabetOf("hex")).toBe("0123456789abcdef");
  });

  test("EXTRA_DOMAINS is kept literally, with its leading comma", () => {
    const file = env("EXTRA_DOMAINS=', `www.x.org`'\n");
    expect(values(file)["EXTRA_DOMAINS"]).toBe(", `www.x.org`");
    const rule = interpolate("Host(`${DOMAIN}`${EXTRA_DOMAINS})", {
      ...values(file),
      DOMAIN: "x.org",
    });
    expect(rule).toBe("Host(`x.org`, `www.x.org`)");
  });

  test("a new one is the sample with the app's domain, and only its TYPE line is pinned", () => {
    const sample =
      "TYPE=wiki # the recipe\nDOMAIN=wiki.example.com\n#X=', `www.wiki.example.com`'\n";
    const made = fromSample(sample, named(isRecipeName, "wiki"), named(isAppName, "a.b.c"), []);
    const pinned = made.kind === "env" ? setVersion(made, "1.0.0+2.0").text : "";
    expect(pinned).toBe("TYPE=wiki:1.0.0+2.0 # the recipe\nDOMAIN=a.b.c\n#X=', `www.a.b.c`'\n");
  });

  test("the recipe's line is read with its version, an address, and the mark of uncommitted changes", () => {
    expect(recipeOf(env("TYPE=wiki:1.0.0+2.0\n"))).toEqual({
      recipe: "wiki",
      version: "1.0.0+2.0",
      chaosDirty: false,
    });
    expect(recipeOf(env("TYPE=git.example.org:8443/group/wiki:1.0.0+1\n"))).toMatchObject({
      recipe: "git.example.org:8443/group/wiki",
      version: "1.0.0+1",
    });
    expect(recipeOf(env("TYPE=git.example.org:8443/group/wiki\n"))).toEqual({
      recipe: "git.example.org:8443/group/wiki",
      chaosDirty: false,
    });
    expect(recipeOf(env("TYPE=other\nRECIPE=wiki:0dbbb1d5+U\n"))).toEqual({
      recipe: "wiki",
      version: "0dbbb1d5",
      chaosDirty: true,
    });
  });
});

describe("versions", () => {
  const tags = ["2.0.0+1.0.5", "1.0.0+1.0.5", "junk", "2.0.1+1.0.6"];

  test("the newest of the tags is 2.0.1+1.0.6, and junk is skipped", () => {
    expect(newestVersion(tags)).toBe("2.0.1+1.0.6");
    expect(sortVersions(tags)).toEqual(["1.0.0+1.0.5", "2.0.0+1.0.5", "2.0.1+1.0.6"]);
  });

  test("a bare v2.4.8 among them is no version of a recipe", () => {
    expect(newestVersion([...tags, "v2.4.8", "2.4.8"])).toBe("2.0.1+1.0.6");
    expect(parseVersion("v2.4.8")).toBeUndefined();
  });

  test("from 1.0.0 to 2.0.1 those in between are passed over, so 2.0.0's note is shown and 2.0.1 has none", () => {
    const passed = versionsAfter("1.0.0+1.0.5", tags);
    const notes = new Map([
      ["1.0.0+1.0.5", "first"],
      ["2.0.0+1.0.5", "the search overlay is gone"],
    ]);
    expect(passed).toEqual(["2.0.0+1.0.5", "2.0.1+1.0.6"]);
    expect(passed.flatMap((one) => notes.get(one) ?? [])).toEqual(["the search overlay is gone"]);
  });

  test("a chaos deployment has no automatic candidates", () => {
    expect(isCommit("0dbbb1d5")).toBe(true);
    expect(isCommit("0dbbb1d5+U")).toBe(true);
    expect(versionsAfter("0dbbb1d5", tags)).toEqual([]);
  });
});

describe("what a deployed app carries", () => {
  const stack = named(isStackName, "a_b_c");
  const deployment = { stack, recipe: "wiki", version: "1.0.0+2.0", isChaos: false };

  test("abra's labels on service app", () => {
    expect(abraLabels(deployment)).toEqual({
      "coop-cloud.a_b_c.recipe": "wiki",
      "coop-cloud.a_b_c.chaos": "false",
      "coop-cloud.a_b_c.version": "1.0.0+2.0",
    });
    const commit = "0dbbb1d5aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    expect(abraLabels({ ...deployment, version: commit, isChaos: true })).toEqual({
      "coop-cloud.a_b_c.recipe": "wiki",
      "coop-cloud.a_b_c.chaos": "true",
      "coop-cloud.a_b_c.chaos-version": "0dbbb1d5",
    });
    expect(timeoutOf({ "coop-cloud.a_b_c.timeout": "300" }, stack)).toBe(300);
  });

  test("its env, what the compose file sets left as it is, and the version on the recipe's line", () => {
    const env = { TYPE: "wiki", DOMAIN: "a.b.c", A: "1" };
    expect(exposedEnv(env, { A: "2" }, deployment)).toEqual({
      TYPE: "wiki:1.0.0+2.0",
      DOMAIN: "a.b.c",
    });
  });
});
