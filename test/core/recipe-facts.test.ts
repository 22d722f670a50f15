// What is read of a recipe besides its compose files: README, address, sample, and where the catalogue differs.
import { describe, expect, test } from "vitest";
import { checkEnv } from "../../src/core/envcheck.ts";
import { parseEnv, type EnvFile } from "../../src/core/envfile.ts";
import { isRecipeName } from "../../src/core/ids.ts";
import { fillFeatures, NO_FEATURES, readReadme } from "../../src/core/readme.ts";
import {
  bareAddress,
  isBareAddress,
  isSameAddress,
  readRecipeAddress,
} from "../../src/core/recipe-address.ts";
import { driftOf } from "../../src/core/recipe-drift.ts";
import { named } from "../named.ts";

describe("a README", () => {
  test("tells its fields, those that say nothing, and what the recipe is", () => {
    const read = readReadme(
      "# x\n\n> A wiki\n\n<!-- metadata -->\n\n* **Category**: Apps\n- **status**: 3, stable\n* **Backups**:\n* **SSO**: No\n<!-- endmetadata -->\n* **Email**: 3\n",
    );
    expect(read).toEqual({
      features: { ...NO_FEATURES, status: "3, stable", sso: "No" },
      unfilled: ["Image", "Healthcheck", "Backups", "Email", "Tests"],
      description: "A wiki",
      category: "Apps",
    });
  });

  test("without the block tells nothing", () => {
    const { features, unfilled } = readReadme("* **Status**: 4\n");
    expect(features).toEqual(NO_FEATURES);
    expect(unfilled).toHaveLength(8);
  });

  test("fills only what the catalogue leaves open", () => {
    const first = { ...NO_FEATURES, status: "4" };
    const second = { ...NO_FEATURES, status: "1", tests: "2" };
    expect(fillFeatures(first, second)).toEqual({ ...NO_FEATURES, status: "4", tests: "2" });
  });
});

describe("an address", () => {
  test.each([
    ["https://git.example.org/group/wiki", "git.example.org/group/wiki", "wiki"],
    ["https://Git.Example.org/group/wiki.git/", "git.example.org/group/wiki", "wiki"],
    ["https://git.example.org:8443/wiki.git", "git.example.org:8443/wiki", "wiki"],
    ["ssh://git@git.example.org:2222/group/wiki.git", "git.example.org:2222/group/wiki", "wiki"],
    ["git@git.example.org:group/Wiki.git", "git.example.org/group/Wiki", "wiki"],
  ])("%s is %s, of the recipe %s", (typed, bare, name) => {
    expect(readRecipeAddress(typed)).toEqual({ address: typed, bare, name });
    expect(bareAddress(typed)).toBe(bare);
    expect(isBareAddress(bare)).toBe(true);
    expect(isSameAddress(bare, typed)).toBe(true);
  });

  test.each([
    "wiki",
    "git.example.org/group/wiki",
    "http://git.example.org/wiki",
    "file:///etc/wiki",
    "/etc/wiki",
    "https://git.example.org",
    "https://git.example.org/a b",
    "https://git.example.org/group/-x",
    "https://git.example.org/group/../wiki",
    "https://git.example.org/wiki?x=1",
    "ext::sh -c id",
  ])("%s is none that can be added", (typed) => {
    expect(readRecipeAddress(typed)).toBeUndefined();
  });

  test.each(["wiki", "my-wiki.tools", "a/b", "../x", "git.example.org", "/git.example.org/x"])(
    "%s on a TYPE line is no address",
    (type) => {
      expect(isBareAddress(type)).toBe(false);
    },
  );

  test("of one repository is not another's", () => {
    expect(isSameAddress("git.example.org/a/wiki", "https://git.example.org/b/wiki")).toBe(false);
    expect(isSameAddress("nonsense", "nonsense")).toBe(false);
  });
});

describe("an env file against its sample", () => {
  const sample =
    "TYPE=wiki\nDOMAIN=wiki.example.com\nTITLE=Ours\nMODE=\n#SMTP_HOST=x\n# SMTP_PORT=1\n";
  const env = (text: string): EnvFile => {
    const read = parseEnv(text);
    if (read.kind === "problem") throw new Error(read.problem);
    return read;
  };

  test.each([
    ["TYPE=wiki:1.0.0+1\nDOMAIN=a.b\nTITLE=x\nMODE=\n", { missing: [], unknown: [], empty: [] }],
    ["RECIPE=wiki\nDOMAIN=a.b\n", { missing: ["TITLE", "MODE"], unknown: [], empty: [] }],
    [
      "TYPE=wiki\nDOMAIN=a.b\nTITEL=x\nMODE=1\nTITLE=\n",
      { missing: [], unknown: [{ key: "TITEL" }], empty: ["TITLE"] },
    ],
    [
      "TYPE=wiki\nDOMAIN=a.b\nTITLE=x\nMODE=1\nSMTP_HOTS=x\nSMTP_PORT=25\nZZZ=1\nSTACK_NAME=x\n",
      {
        missing: [],
        unknown: [{ key: "SMTP_HOTS", nearest: "SMTP_HOST" }, { key: "ZZZ" }],
        empty: [],
      },
    ],
  ])("%j", (text, findings) => {
    expect(checkEnv(sample, env(text))).toEqual(findings);
  });

  test("cannot be held against a sample that does not parse", () => {
    expect(checkEnv("A='x\n", env("A=1\n"))).toBeUndefined();
  });
});

test("the catalogue and the repository differ in versions, tags and place", () => {
  const entry = {
    recipe: named(isRecipeName, "wiki"),
    description: "",
    category: "",
    versions: ["1.0.0+1", "1.1.0+1"],
    images: {},
    features: NO_FEATURES,
    repository: "https://git.example.coop/recipes/wiki.git",
  };
  const versions = [
    { version: "1.0.0+1", isAnnotated: true, movedFrom: "abc" },
    { version: "2.0.0+2", isAnnotated: false },
  ];
  const opened = {
    address: "https://git.example.coop/others/wiki",
    oddTags: [{ name: "junk", isAnnotated: true }],
  };
  expect(driftOf(entry, opened, versions)).toEqual({
    onlyInCatalogue: ["1.1.0+1"],
    onlyInRepository: ["2.0.0+2"],
    moved: [{ version: "1.0.0+1", from: "abc" }],
    lightweight: ["2.0.0+2"],
    skipped: ["junk"],
    address: { catalogue: entry.repository, repository: opened.address },
  });
  const same = { address: "https://git.example.coop/recipes/wiki", oddTags: [] };
  const one = [{ version: "1.0.0+1", isAnnotated: true }];
  expect(driftOf({ ...entry, versions: ["1.0.0+1"] }, same, one)).toEqual({
    onlyInCatalogue: [],
    onlyInRepository: [],
    moved: [],
    lightweight: [],
    skipped: [],
  });
  expect(driftOf(undefined, same, one).onlyInRepository).toEqual([]);
});
