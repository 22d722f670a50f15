// What !run and the POST_*_CMDS of an env file call, and how.
import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { argvOf, readCall, readPostCommands } from "../../src/core/programs.ts";

const PROGRAMS = { functions: ["set_admin", "backup", "db"], services: ["app", "db", "backup"] };

describe("what is typed after !run APP", () => {
  it.each([
    ["set_admin", { service: "app", function: "set_admin", args: [] }],
    ["set_admin ana 2", { service: "app", function: "set_admin", args: ["ana", "2"] }],
    ["db set_admin ana", { service: "db", function: "set_admin", args: ["ana"] }],
    ["db", { service: "app", function: "db", args: [] }],
    ["db ana", { service: "app", function: "db", args: ["ana"] }],
    ["backup db", { service: "backup", function: "db", args: [] }],
  ])("%s", (typed, call) => {
    expect(readCall(typed.split(" "), PROGRAMS)).toEqual({ kind: "call", call });
  });

  it.each([
    ["set_amdin", { kind: "unknown-function", function: "set_amdin", nearest: "set_admin" }],
    ["rm -rf /", { kind: "unknown-function", function: "rm" }],
    ["app rm", { kind: "unknown-function", function: "rm" }],
    ["dbb backup", { kind: "unknown-service", service: "dbb" }],
  ])("%s is none", (typed, reading) => {
    expect(readCall(typed.split(" "), PROGRAMS)).toEqual(reading);
  });

  it("calls nothing in a service that the app has not", () => {
    const only = { functions: ["backup"], services: ["web"] };
    expect(readCall(["backup"], only)).toEqual({ kind: "unknown-service", service: "app" });
  });
});

describe("POST_DEPLOY_CMDS", () => {
  it.each([
    ["", []],
    ["  ", []],
    ["app set_admin", [{ service: "app", function: "set_admin", args: [] }]],
    [
      " app set_admin ana 'two words' | db  backup ",
      [
        { service: "app", function: "set_admin", args: ["ana", "two words"] },
        { service: "db", function: "backup", args: [] },
      ],
    ],
  ])("%j is read", (text, calls) => {
    expect(readPostCommands(text, PROGRAMS)).toEqual({ kind: "calls", calls });
  });

  it.each([
    ["set_admin", "SERVICE FUNCTION"],
    ["app set_admin|", "SERVICE FUNCTION"],
    ["app set_admin 'ana", "has no end"],
    ["app set_admin $ADMIN", "has a $"],
    ["app set_admin a; rm -rf /", "has a ;"],
    ["web set_admin", "no service web"],
    ["app gone", "no function gone"],
  ])("%j is refused", (text, why) => {
    const read = readPostCommands(text, PROGRAMS);
    expect(read.kind === "bad" ? read.problem : read).toContain(why);
  });
});

describe("in the container", () => {
  /** The same words, with the script where this machine can have it. */
  function called(script: string, name: string, args: readonly string[]): string {
    const path = join(mkdtempSync(join(tmpdir(), "moot-abra-")), "abra.sh");
    writeFileSync(path, script);
    const [program, ...words] = argvOf({ function: name, args });
    const here = words.map((word) => word.replaceAll("/tmp/abra.sh", path));
    return execFileSync(program, here, { encoding: "utf8" });
  }

  it("a function gets its arguments word by word, and no shell reads them", () => {
    const script = 'show() {\n  for one in "$@"; do echo "<$one>"; done\n}\nfalse\n';
    const args = ["two words", "$(id)", "; echo no", "'", ""];
    expect(called(script, "show", args)).toBe(args.map((one) => `<${one}>\n`).join(""));
  });

  it("its exit code is the program's", () => {
    expect(() => called("fail() { exit 3; }\n", "fail", [])).toThrow(
      expect.objectContaining({ status: 3 }),
    );
  });
});
