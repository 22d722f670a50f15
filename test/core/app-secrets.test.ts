// The names people give secrets, the version after this one, and which services keep a copy of a value.
import { describe, expect, test } from "vitest";
import { meantSecret, nextVersion, shortSecret } from "../../src/core/app-secrets.ts";
import { databasesUsing } from "../../src/core/databases.ts";
import type { ServiceState } from "../../src/core/state.ts";
import { service } from "./planning-input.ts";

test.each([
  ["wiki_db_password_v1", { secret: "db_password", version: "v1" }],
  ["wiki_token_", { secret: "token", version: "" }],
  ["shared_token_v12", { secret: "shared_token", version: "v12" }],
  ["wiki_v1", { secret: "", version: "v1" }],
])("%s is known to people as", (name, short) => {
  expect(shortSecret("wiki", name)).toEqual(short);
});

describe("what was typed", () => {
  const known = ["db_password", "db_password_v1", "token"];
  test.each([
    ["token", { secret: "token" }],
    ["token_v2", { secret: "token", version: "v2" }],
    ["wiki_token_v2", { secret: "token", version: "v2" }],
    ["db_password_v1", { secret: "db_password_v1" }],
    ["db_password_v1_v2", { secret: "db_password_v1", version: "v2" }],
  ])("%s is a secret", (typed, meant) => {
    expect(meantSecret(typed, "wiki", known)).toEqual({ kind: "secret", ...meant });
  });

  test.each([
    ["tokn", "token"],
    ["nothing_like_it", undefined],
    ["token_", "token"],
    ["token_../x", undefined],
  ])("%s is none", (typed, nearest) => {
    const meant = meantSecret(typed, "wiki", known);
    expect(meant).toMatchObject({ kind: "unknown", known });
    expect(meant.kind === "unknown" ? meant.nearest : "").toBe(nearest);
  });
});

test.each([
  ["w_a_v1", [], "v2"],
  ["w_a_v1", ["w_a_v1", "w_a_v2"], "v3"],
  ["w_a_v9", [], "v10"],
  ["w_a_2024", [], "2025"],
  ["w_a_first", [], undefined],
  ["w_a_", [], undefined],
  ["w_a_v99999999999", [], undefined],
])("after %s, with %j taken, comes %s", (name, taken, next) => {
  expect(nextVersion(name, taken)).toBe(next);
});

describe("a database keeps its own copy", () => {
  const secrets = ["s"];
  test.each<readonly [string, Partial<ServiceState>, boolean]>([
    ["postgres", { image: "postgres:17" }, true],
    ["mariadb of a registry", { image: "registry.example/library/mariadb:11" }, true],
    ["redis under another maker", { image: "bitnami/redis:7" }, true],
    [
      "a service called db with a volume",
      { name: "db", image: "own/store:1", volumes: ["v"] },
      true,
    ],
    ["a volume that says so", { name: "x", image: "own/store:1", volumes: ["w_postgres"] }, true],
    ["a service called db without a volume", { name: "db", image: "own/store:1" }, false],
    ["an app that only speaks to one", { name: "app", image: "own/wiki:1", volumes: ["v"] }, false],
    ["an exporter", { name: "app", image: "own/postgresx:1" }, false],
  ])("%s", (_what, part, isOne) => {
    const one = service({ name: "it", secrets, ...part });
    expect(databasesUsing({ services: [one] }, secrets)).toEqual(isOne ? [one.name] : []);
    expect(databasesUsing({ services: [one] }, ["other"])).toEqual([]);
  });
});
