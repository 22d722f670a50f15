// Secrets are read where the config says, shown to nobody, and missed with a sentence.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { describe, expect, onTestFinished, test } from "vitest";
import { checkSecrets, secretsIn } from "../../src/config/secrets.ts";
import type { Secret } from "../../src/core/secret.ts";
import { parsed } from "./parsed.ts";

function secretFile(text: string, mode = 0o600): string {
  const folder = mkdtempSync(join(tmpdir(), "moot-secret-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "secret");
  writeFileSync(file, text);
  chmodSync(file, mode);
  return file;
}

function secretAt(place: string, env: Readonly<Record<string, string>> = {}): Secret {
  const config = parsed(`registries: { a.example: { user: u, password: ${place} } }`, env);
  const [secret] = secretsIn(config);
  if (secret === undefined) throw new Error("the config holds no secret");
  return secret;
}

describe("a secret", () => {
  test.each([
    ["hunter2\n", "hunter2"],
    ["hunter2\r\n", "hunter2"],
    [" hunter2 \n\n", " hunter2 \n"],
  ])("in a file is all of it but the line end: %j", (text, value) => {
    expect(secretAt(`{ file: ${secretFile(text)} }`).reveal()).toBe(value);
  });

  test("is read when asked for, not before", () => {
    const file = secretFile("old");
    const secret = secretAt(`{ file: ${file} }`);
    writeFileSync(file, "new");
    expect(secret.reveal()).toBe("new");
  });

  test("may come from the environment", () => {
    expect(secretAt("{ env: MOOT_X }", { MOOT_X: "hunter2" }).reveal()).toBe("hunter2");
  });

  test("shows itself in no text, no JSON and no inspection", () => {
    const secret = secretAt("{ env: MOOT_X }", { MOOT_X: "hunter2" });
    const shown = [String(secret), JSON.stringify({ secret }), inspect({ secret })];
    for (const text of shown) expect(text).toContain("[redacted]");
    expect(inspect(secret, { customInspect: false, showHidden: true })).not.toContain("hunter2");
  });
});

describe("checkSecrets", () => {
  test.each([
    ["a missing file", "{ file: /nowhere/secret }", "/nowhere/secret is not there"],
    ["a folder", "{ file: /tmp }", "/tmp cannot be read"],
    ["an unset variable", "{ env: MOOT_UNSET }", "MOOT_UNSET is not set"],
  ])("names %s", (_, place, sentence) => {
    const { problems } = checkSecrets([secretAt(place)]);
    expect(problems).toEqual([expect.stringContaining(sentence)]);
  });

  test("names an empty file", () => {
    const { problems } = checkSecrets([secretAt(`{ file: ${secretFile("\n")} }`)]);
    expect(problems).toEqual([expect.stringContaining("is empty")]);
  });

  test("warns of a file that every user of the machine can read, and of no other", () => {
    const open = secretAt(`{ file: ${secretFile("hunter2", 0o644)} }`);
    const closed = secretAt(`{ file: ${secretFile("hunter2", 0o640)} }`);
    expect(checkSecrets([open, closed])).toEqual({
      problems: [],
      warnings: [expect.stringContaining("chmod 600")],
    });
  });
});
