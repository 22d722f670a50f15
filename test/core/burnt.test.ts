// What somebody typed that holds a secret's value, and what may be kept of it.
import { describe, expect, test } from "vitest";
import { burntIn } from "../../src/core/burnt.ts";

describe("burnt:", () => {
  test.each([
    ["!config a.b PASSWORD=hunter2", "PASSWORD"],
    ["!deploy wiki a.b LOG=1 SMTP_PASSWORD='hunter2 and more'", "SMTP_PASSWORD"],
    ["!config a.b TOKEN=Bearer hunter2 LOG=1", "TOKEN"],
    ["!config a.b PASSWORD=one two hunter2", "PASSWORD"],
    ['!plan a.b "API_TOKEN=hunter2"', "API_TOKEN"],
    ["moot: !config a.b SECRET_KEY=“hunter2”", "SECRET_KEY"],
    ['!config a.b PASSWORD="hunter2', "PASSWORD"],
    ["!cofnig a.b PASSWORD=hunter2", "PASSWORD"],
    ["!config a.b DATABASE_URL=postgres://wiki:hunter2@db/wiki", "DATABASE_URL"],
    ["!secrets a.b insert db_password hunter2", "db_password"],
    ["!secrets a.b insert db_password --trim hunter2", "db_password"],
    ["moot: !Secrets a.b INSERT db_password hunter2 hunter2", "db_password"],
    ["!secrets a.b insert insert hunter2", "insert"],
    ["!secrets insert a.b db_password hunter2", "db_password"],
    ["!secrets insert db_password hunter2", "db_password"],
    ["!secrets a.b rotate db_password hunter2", "db_password"],
    ["!secret a.b --trim remove db_password hunter2 hunter2", "db_password"],
  ])("%s", (typed, what) => {
    const burnt = burntIn(typed);
    expect(burnt?.what).toBe(what);
    expect(burnt?.masked).not.toContain("hunter2");
  });
});

describe("not burnt:", () => {
  test.each([
    "!config a.b GREETING=hello",
    "!config a.b SECRET_DB_PASSWORD_VERSION=v2",
    "!config a.b SMTP_PASSWORD=",
    "!config a.b DISABLE_ADMIN_TOKEN=true",
    "!config a.b SMTP_AUTH=login",
    "!config a.b --unset SMTP_PASSWORD",
    "!secrets a.b insert db_password",
    "!secrets a.b insert db_password --trim",
    "!secrets a.b rotate db_password",
    "!secrets rotate a.b db_password",
    "!secrets a.b generate",
    "!hold a.b the password is changed",
  ])("%s", (typed) => {
    expect(burntIn(typed)).toBeUndefined();
  });

  test("a long message costs no more than its length", () => {
    const from = performance.now();
    burntIn(`!config a.b ${"A=".repeat(20_000)} ${" x".repeat(20_000)}`);
    burntIn(`!secrets a insert ${" ".repeat(40_000)}`);
    expect(performance.now() - from).toBeLessThan(2_000);
  });
});
