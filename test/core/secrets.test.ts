// Which secrets a stack needs, where their version stands, and how they are made.
import { describe, expect, it } from "vitest";
import { DEFAULT_ALPHABET } from "../../src/core/abra.ts";
import { parseEnv } from "../../src/core/envfile.ts";
import { makeSecret } from "../../src/core/passphrase.ts";
import { alphabetOf, neededSecrets } from "../../src/core/secrets.ts";
import { service, stackState } from "./planning-input.ts";

const COMPOSE = `
secrets:
  db_password:
    external: true
    name: \${STACK_NAME}_db_password_\${SECRET_DB_PASSWORD_VERSION}
  api: { external: true, name: "\${STACK_NAME}_api_\${SECRET_OVH_CONSUMER_KEY:-v1}" }
  # old: { name: wiki_plain_\${WRONG} }
  plain:
    name: wiki_plain_v1
`;

function needed(envText: string, used: readonly string[]) {
  const file = parseEnv(envText);
  if (file.kind === "problem") throw new Error(file.problem);
  const env = {
    STACK_NAME: "wiki",
    ...Object.fromEntries(file.entries.map((e) => [e.key, e.value])),
  };
  const state = stackState([service({ secrets: used })]);
  return neededSecrets({
    state,
    external: [...used, "wiki_unused_v1"],
    composeTexts: [COMPOSE],
    env,
    file,
  });
}

describe("needed secrets", () => {
  it("are found in time that grows with a hostile recipe's length", () => {
    const composeTexts = ["name: ${ ".repeat(30_000)];
    const file = parseEnv("");
    if (file.kind === "problem") throw new Error(file.problem);
    const state = stackState([service({ secrets: ["wiki_a_v1"] })]);
    const found = neededSecrets({ state, external: ["wiki_a_v1"], composeTexts, env: {}, file });
    expect(found).toHaveLength(1);
  });

  it("finds the env key in the compose file, never by the secret's name", () => {
    expect(
      needed("SECRET_DB_PASSWORD_VERSION=v2\n", [
        "wiki_plain_v1",
        "wiki_db_password_v2",
        "wiki_api_v1",
      ]),
    ).toMatchObject([
      { name: "wiki_api_v1", key: "SECRET_OVH_CONSUMER_KEY" },
      { name: "wiki_db_password_v2", key: "SECRET_DB_PASSWORD_VERSION" },
      { name: "wiki_plain_v1" },
    ]);
  });

  it.each([
    ["", { kind: "passphrase", words: 6 }],
    ["length=64", { kind: "random", length: 64, alphabet: DEFAULT_ALPHABET }],
    ["length=64 charset=hex", { kind: "random", length: 64, alphabet: "0123456789abcdef" }],
    ["length=2", { kind: "random", length: 5, alphabet: DEFAULT_ALPHABET }],
    ["length=9999", { kind: "random", length: 1024, alphabet: DEFAULT_ALPHABET }],
    ["charset=hex", { kind: "passphrase", words: 6 }],
  ])("makes a secret with the comment %j as %j", (comment, make) => {
    const [secret] = needed(`SECRET_DB_PASSWORD_VERSION=v1 # ${comment}\n`, [
      "wiki_db_password_v1",
    ]);
    expect(secret).toMatchObject({ generate: true, make });
  });

  it("leaves to people what is marked so", () => {
    const [secret] = needed("SECRET_DB_PASSWORD_VERSION=v1 # generate=false\n", [
      "wiki_db_password_v1",
    ]);
    expect(secret?.generate).toBe(false);
  });

  it("tells of an alphabet it does not know and takes the default one", () => {
    const [secret] = needed("SECRET_DB_PASSWORD_VERSION=v1 # length=8 charset=alnum\n", [
      "wiki_db_password_v1",
    ]);
    expect(secret).toMatchObject({
      unknownCharset: "alnum",
      make: { kind: "random", length: 8, alphabet: DEFAULT_ALPHABET },
    });
  });
});

describe("alphabets", () => {
  it("joins several without repeating a character", () => {
    expect(alphabetOf("default,special")).toBe(`${DEFAULT_ALPHABET}!@#$%^&*_-+=`);
    expect(alphabetOf("special,safespecial")).toBe("!@#$%^&*_-+=");
    expect(alphabetOf("default,alnum")).toBeUndefined();
    expect(DEFAULT_ALPHABET).toHaveLength(57);
  });
});

describe("making a secret", () => {
  it("picks words or characters by the numbers it is handed", () => {
    const numbers = [2, 0, 1];
    const next = () => numbers.shift() ?? 0;
    expect(makeSecret({ kind: "passphrase", words: 3 }, ["Ape", "bee", "cat"], next)).toBe(
      "cat-ape-bee",
    );
    expect(
      makeSecret({ kind: "random", length: 4, alphabet: "xy" }, [], (below) => below - 1),
    ).toBe("yyyy");
  });

  it("fails rather than make a weaker secret", () => {
    expect(() => makeSecret({ kind: "passphrase", words: 3 }, [], () => 0)).toThrow("out of range");
  });
});
