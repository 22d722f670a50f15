// Edits of an env file by key: what is meant changes, and no other byte.
import { describe, expect, test } from "vitest";
import { editEnv, envChanges, envGroups, offKeys, unsetValue } from "../../src/core/envedit.ts";
import { parseEnv, values, type EnvFile } from "../../src/core/envfile.ts";

function env(text: string): EnvFile {
  const read = parseEnv(text);
  if (read.kind === "problem") throw new Error(read.problem);
  return read;
}

function without(text: string, key: string): string {
  return unsetValue(env(text), key).text;
}

function set(text: string, key: string, value: string): string {
  return editEnv(env(text), { settings: [[key, value]], unset: [] }).text;
}

describe("taking a key out", () => {
  test.each([
    ["a line between others", "A=1\nB=2 # two\nC=3\n", "A=1\nC=3\n"],
    ["the last line, which ends without a line break", "A=1\nB=2", "A=1\n"],
    ["the first", "B=2\nA=1\n", "A=1\n"],
    ["every line of a key written twice", "B=1\nA=1\nB=2\n", "A=1\n"],
    ["a line that exports", "A=1\nexport B='2'\n", "A=1\n"],
    ["a value of many lines", 'A=1\nB="one\ntwo\n\nfour" # end\nC=3\n', "A=1\nC=3\n"],
    ["a value that is empty", "A=1\nB=\nC=3\n", "A=1\nC=3\n"],
    ["one that grows from the one before", 'B="a"\nB="$B:b"\nA=1\n', "A=1\n"],
    ["a line with the line ends of Windows", "A=1\r\nB=2\r\nC=3\r\n", "A=1\r\nC=3\r\n"],
  ])("%s", (_what, before, after) => {
    expect(without(before, "B")).toBe(after);
  });

  test("leaves what only looks like it", () => {
    const text = "#B=1\nAB=1\nA='x\nB=2'\n# B=3\n";
    expect(without(text, "B")).toBe(text);
  });
});

describe("setting a key", () => {
  test("keeps comment, quotes and order", () => {
    expect(set("A='1' # why\nB=2\n", "A", "x y")).toBe("A='x y' # why\nB=2\n");
  });

  test("of one that stands behind a # puts it right below that", () => {
    const text = "# the level\n#LOG_LEVEL=info\n\nB=2\n";
    expect(set(text, "LOG_LEVEL", "debug")).toBe(
      "# the level\n#LOG_LEVEL=info\nLOG_LEVEL=debug\n\nB=2\n",
    );
  });

  test("of one that nobody has named yet puts it at the end", () => {
    expect(set("A=1", "B", "2")).toBe("A=1\nB=2\n");
  });

  test("of one that is off inside a longer value leaves that value alone", () => {
    const text = "A='x\n#B=1\ny'\n";
    expect(set(text, "B", "2")).toBe(`${text}B=2\n`);
  });

  test("replaces the whole of a list that grows line by line", () => {
    const text = 'COMPOSE_FILE="compose.yml"\nCOMPOSE_FILE="$COMPOSE_FILE:compose.smtp.yml"\n';
    const after = set(text, "COMPOSE_FILE", "compose.yml:compose.db.yml");
    expect(values(env(after))["COMPOSE_FILE"]).toBe("compose.yml:compose.db.yml");
    expect(after.split("\n")[0]).toBe('COMPOSE_FILE="compose.yml"');
  });
});

test("what an edit changes is told by its effects, also where another line repeats the value", () => {
  const before = env("A=1\nURL=https://$A\nB=2\n");
  const after = editEnv(before, { settings: [["A", "9"]], unset: ["B"] });
  expect(envChanges(before, after)).toEqual([
    { key: "A", from: "1", to: "9" },
    { key: "URL", from: "https://1", to: "https://9" },
    { key: "B", from: "2" },
  ]);
});

test("groups follow blank lines and comments, and name what is off", () => {
  const groups = envGroups(env("A=1\n\n# Mail\n# by SMTP\n\nB=2\n#C='3' # old\n# Other\nD=4\n"));
  expect(groups).toMatchObject([
    { heading: [], lines: [{ kind: "entry", entry: { key: "A" } }] },
    {
      heading: ["Mail", "by SMTP"],
      lines: [
        { kind: "entry", entry: { key: "B" } },
        { kind: "off", key: "C", value: "3" },
      ],
    },
    { heading: ["Other"], lines: [{ kind: "entry", entry: { key: "D" } }] },
  ]);
  expect(offKeys(env("#A=1\n# B=2\n# length=3\n# see C=4\n"))).toEqual(["A", "B"]);
});
