// What must never be read in a room or a log.
import { describe, expect, it } from "vitest";
import { looksSecret, maskCommand, maskText, maskValue } from "../../src/core/mask.ts";

const JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl_-x";
const KEY_BODY = `${"MIIEvQIBADANBgkqhkiG9w0BAQEFAASC".repeat(2)}\n`.repeat(3);
const KEY = `-----BEGIN PRIVATE KEY-----\n${KEY_BODY}-----END PRIVATE KEY-----`;

describe("names of secrets", () => {
  it.each(
    "DB_PASSWORD POSTGRES_PASSWD SMTPPASSWORD ADMIN_PWD SECRET_KEY_BASE SECRET API_KEY apiKey accessToken JWT SENTRY_DSN REDIS_AUTH ENCRYPTION_KEY_1 AUTHORIZATION LDAP_BIND_CREDENTIALS db.password --password x-api-key SESSION_SALT".split(
      " ",
    ),
  )("%s looks secret", (key) => {
    expect(looksSecret(key)).toBe(true);
  });

  it.each(
    "DOMAIN SECRET_DB_PASSWORD_VERSION DB_PASSWORD_FILE VAPID_PUBLIC_KEY KEYCLOAK_URL MONKEY AUTHOR PWD COMPASS OAUTH_URL TZ PINBOARD".split(
      " ",
    ),
  )("%s does not", (key) => {
    expect(looksSecret(key)).toBe(false);
  });

  it("decides how a variable's value is shown", () => {
    expect(maskValue("DB_PASSWORD", "hunter2")).toBe("****");
    expect(maskValue("DB_PASSWORD", "")).toBe("");
    expect(maskValue("DOMAIN", "a.b")).toBe("a.b");
    expect(maskValue("DATABASE_URL", "postgres://u:hunter2@db/x")).toBe("postgres://u:****@db/x");
  });
});

describe("texts", () => {
  it.each([
    ["a variable", "DB_PASSWORD=hunter2 next", "DB_PASSWORD=**** next"],
    ["a quoted variable", 'export API_KEY="hunter 2" x', "export API_KEY=**** x"],
    ["an escaped quote", 'API_KEY="hun\\"ter" x', "API_KEY=**** x"],
    ["JSON", '{"password": "hunter2", "user": "ana"}', '{"password": ****, "user": "ana"}'],
    ["a flag", "psql --password hunter2 -h db", "psql --password **** -h db"],
    ["a flag with a sign", "x --api-token=hunter2", "x --api-token=****"],
    ["a query", "GET /?token=hunter2 200", "GET /?token=**** 200"],
    ["YAML", "  smtp_password: hunter2\nport: 25", "  smtp_password: ****\nport: 25"],
    ["a private key", `a ${KEY} b`, "a [private key ****] b"],
    [
      "a private key in JSON",
      `{"k":"${KEY.replaceAll("\n", "\\n")}"}`,
      '{"k":"[private key ****]"}',
    ],
    ["a private key cut off at its end", `a\n${KEY.slice(0, -30)}`, "a\n[private key ****]"],
    ["a private key cut off at its head", `a\n${KEY.slice(28)}\nb`, "a\n[private key ****]\nb"],
    [
      "a password in a URL",
      "at https://ana:hunter2@git.example/x",
      "at https://ana:****@git.example/x",
    ],
    ["a password with signs in a URL", "amqp://u:p/w@rd@mq:5672/v", "amqp://u:****@mq:5672/v"],
    [
      "a URL with a token for its user",
      `https://${"t".repeat(30)}@git.example`,
      "https://****@git.example",
    ],
    ["a bearer token", "curl -H 'X: Bearer abcdef123456'", "curl -H 'X: Bearer ****'"],
    [
      "an authorization header",
      "Authorization: Basic YW5hOmh1bnRlcg==\nx",
      "Authorization: ****\nx",
    ],
    ["a cookie", "Set-Cookie: sid=abc; Path=/\nx", "Set-Cookie: ****\nx"],
    ["a JSON Web Token", `jwt ${JWT}!`, "jwt ****!"],
  ])("hide %s", (_, text, masked) => {
    expect(maskText(text)).toBe(masked);
  });

  it.each([
    "listening on http://0.0.0.0:8080/?mail=ana@example.coop",
    "GET https://example.coop/ 200",
    "DOMAIN=wiki.example.coop SECRET_DB_VERSION=v2 DB_PASSWORD_FILE=/run/secrets/db",
    "the password is wrong",
    "image registry.example:5000/x@sha256:0123",
  ])("leave %s", (text) => {
    expect(maskText(text)).toBe(text);
  });

  it("hide values moot made, also as part of an address, the longest first", () => {
    const known = ["hunter2", "hunter2-long", "a b&c", "abc"];
    expect(maskText("x hunter2-long hunter2 a%20b%26c abc", known)).toBe("x **** **** **** abc");
  });

  it("hide every setting in a command, quoted as people quote", () => {
    expect(maskCommand('!deploy wiki a.b LOGO=x NAME="our wiki" T=“a b” --version 1.0.0+2')).toBe(
      "!deploy wiki a.b LOGO=**** NAME=**** T=**** --version 1.0.0+2",
    );
  });

  it.each([
    ["quoted with its key", '!deploy wiki a.b "LOGO=hunter2 horse"', '"LOGO=****'],
    ["quoted as in German", "!deploy wiki a.b LOGO=„hunter2 horse“", "LOGO=****"],
    ["with an escaped space", "!deploy wiki a.b LOGO=hunter2\\ horse", "LOGO=****"],
    ["with an escaped quote", '!deploy wiki a.b LOGO="hunter2\\" horse"', "LOGO=****"],
    ["quoted in its middle", '!deploy wiki a.b LOGO=hunter2" horse"', "LOGO=****"],
    ["behind a zero-width space", "!deploy wiki a.b \u200bLOGO=hunter2", "\u200bLOGO=****"],
  ])("hide a value %s to its end", (_, typed, shown) => {
    expect(maskCommand(typed)).toBe(`!deploy wiki a.b ${shown}`);
  });

  it.each([
    ["one word", "a".repeat(300_000)],
    ["words", "password ".repeat(50_000)],
    ["spaces", `password${" ".repeat(300_000)}`],
    ["schemes", "://a:".repeat(60_000)],
    ["tokens", "eyJaaaaa.".repeat(30_000)],
    ["token heads", "eyJ".repeat(100_000)],
    ["keys without end", "-----BEGIN PRIVATE KEY-----".repeat(10_000)],
    ["key bodies without end", `${"A".repeat(64)}\n`.repeat(4_000)],
    ["open quotes", 'password="'.repeat(30_000)],
    ["backslashes", `password="${"\\".repeat(300_000)}`],
    ["bearers", "bearer ".repeat(50_000)],
    ["authorizations", "authorization: ".repeat(20_000)],
    ["settings", "A=".repeat(150_000)],
  ])("take hostile %s in time that grows with their length", (_, text) => {
    expect(maskCommand(text)).toBeTypeOf("string");
  });
});
