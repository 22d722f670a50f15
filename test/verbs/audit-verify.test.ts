// The verb `audit verify`, run as people run it who have nothing installed but Node.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { audit } from "../../src/verbs/audit.ts";
import { exitCodeOf, explain } from "../../src/verbs/explain.ts";
import { WrongUsage } from "../../src/verbs/verb.ts";
import { verdictLines } from "../../src/words/audit-verify.ts";
import { chained, exported, verified } from "../core/chain-export.ts";

const folder = mkdtempSync(join(tmpdir(), "moot-verify-"));
cpSync(new URL("../../src", import.meta.url), join(folder, "src"), { recursive: true });
afterAll(() => rmSync(folder, { recursive: true }));

const ENTRIES = chained(
  ["start", "command", "job"].map((what, at) => ({ at, who: "moot", what, detail: {} })),
);
const WHOLE = exported(ENTRIES);
const HEAD = ENTRIES.at(-1)?.hash ?? "";

test.each([
  ["a whole export", WHOLE, undefined, "consistent, not anchored"],
  ["one with its head", WHOLE, HEAD, "The head vouches for all 3 entries."],
  [
    "one with an earlier head",
    WHOLE,
    ENTRIES[0]?.hash,
    "is that of entry 1 and vouches for 1 entry; the 2 after it fit on",
  ],
  ["one that was cut", exported(ENTRIES, 2), undefined, "Entries 1 to 2 were cut on"],
  ["one with the head of what was cut", exported(ENTRIES, 3), HEAD, "vouches for no entry here"],
  ["one with a changed byte", WHOLE.replace("command", "c0mmand"), undefined, "BROKEN at line 3"],
  ["one made anew", exported(ENTRIES.slice(0, 2)), HEAD, "no entry up to 2 has the head"],
  ["an empty file", "", undefined, "export.jsonl is empty"],
  ["other JSON", "{}\n", undefined, "is no export of moot's audit trail"],
])("%s is told in words", (_, text, head, words) => {
  expect(verdictLines("export.jsonl", verified(text, head)).join("\n")).toContain(words);
});

test.each([
  ["no file", ["verify"], undefined, "it is typed like this: node src/main.ts audit verify FILE"],
  ["another act", ["prove", "a"], undefined, "it is typed like this"],
  ["two files", ["verify", "a", "b"], undefined, "it is typed like this"],
  ["a head that is none", ["verify", "a"], "abc", "64 digits"],
  [
    "a file that is not there",
    ["verify", "/gone.jsonl"],
    undefined,
    "there is no file /gone.jsonl",
  ],
  ["a folder", ["verify", "/"], undefined, "/ cannot be read (EISDIR)"],
])("%s is wrong usage", async (_, words, head, said) => {
  const given = head === undefined ? {} : { head };
  const error = await audit({ config: "", words, ...given }).catch((why: unknown) => why);
  expect(error).toBeInstanceOf(WrongUsage);
  expect(exitCodeOf(error)).toBe(2);
  expect(explain(error)).toContain(said);
});

const SLOW = 60_000;

test.each([
  ["whole", WHOLE, 0, "vouches for all 3 entries"],
  ["broken", WHOLE.replace("command", "c0mmand"), 1, "BROKEN at line 3"],
  ["not there", undefined, 2, "there is no file"],
])(
  "a copy of src alone verifies an export that is %s",
  (name, text, status, words) => {
    const file = join(folder, `${name}.jsonl`);
    if (text !== undefined) writeFileSync(file, text);
    const args = ["src/main.ts", "audit", "verify", file, "--head", HEAD];
    const done = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
    expect(`${done.stdout}${done.stderr}`).toContain(words);
    expect(done.status).toBe(status);
  },
  SLOW,
);
