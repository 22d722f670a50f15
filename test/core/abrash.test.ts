// abra.sh is read, never run.
import { expect, it } from "vitest";
import { exportsOf, functionsOf } from "../../src/core/abrash.ts";

const SCRIPT = `#!/bin/bash
export NGINX_CONF_VERSION=v3
export   PHP_VERSION=v1-beta # comment
 export INDENTED=v1
export QUOTED="v1"
export FROM=$(date)
PLAIN=v1

set_admin() {
  export INSIDE_TOO=v9
}
function reset_it () {
`;

it("gives the exports that name a version", () => {
  expect(exportsOf(SCRIPT)).toEqual({ NGINX_CONF_VERSION: "v3", PHP_VERSION: "v1-beta" });
});

it("takes files with Windows line ends and files without exports", () => {
  expect(exportsOf("export A=v1\r\nexport B=v2\r\n")).toEqual({ A: "v1", B: "v2" });
  expect(exportsOf("# nothing\n")).toEqual({});
});

it("gives the functions' names", () => {
  expect(functionsOf(SCRIPT)).toEqual(["set_admin", "reset_it"]);
});
