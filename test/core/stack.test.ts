// Names on a swarm, as abra makes them.
import { describe, expect, it } from "vitest";
import { isAppName, isStackName } from "../../src/core/ids.ts";
import {
  configName,
  nameVersion,
  secretName,
  serviceName,
  stackName,
} from "../../src/core/stack.ts";
import { named } from "../named.ts";

describe("stack names", () => {
  it.each([
    ["traefik.example.com", {}, "traefik_example_com"],
    ["my-wiki.coop.tech", {}, "my-wiki_coop_tech"],
    ["my-wiki.coop.tech", { STACK_NAME: "" }, "my-wiki_coop_tech"],
    ["my-wiki.coop.tech", { STACK_NAME: "wiki" }, "wiki"],
    ["my-wiki.coop.tech", { STACK_NAME: "../wiki" }, undefined],
    [`${"a".repeat(40)}.example.com`, {}, `${"a".repeat(40)}_exam`],
  ])("of %s with %j is %s", (name, env, stack) => {
    expect(stackName(named(isAppName, name), env)).toBe(stack);
  });

  it("begin the names of everything in the stack", () => {
    const stack = named(isStackName, "a_b_c");
    expect(secretName(stack, "db_password", "v2")).toBe("a_b_c_db_password_v2");
    expect(configName(stack, "nginx", "v1")).toBe("a_b_c_nginx_v1");
    expect(serviceName(stack, "app")).toBe("a_b_c_app");
  });

  it("end in a version, or lack one", () => {
    expect(nameVersion("a_b_c_db_password_v2")).toBe("v2");
    expect(nameVersion("a_b_c_db_password_")).toBeUndefined();
  });
});
