// Env files: read as abra reads them, edited without touching any other byte.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  entryOf,
  fromSample,
  parseEnv,
  recipeOf,
  setValue,
  setVersion,
  values,
  type EnvFile,
} from "../../src/core/envfile.ts";
import { isAppName, isRecipeName } from "../../src/core/ids.ts";
import { named } from "../named.ts";

function read(text: string): EnvFile {
  const env = parseEnv(text);
  if (env.kind === "problem") throw new Error(`line ${env.line}: ${env.problem}`);
  return env;
}

describe("reading", () => {
  it.each([
    ["a plain value", "X=1", "1"],
    ["YAML style", "X: 1", "1"],
    ["a leading export", "export X=1", "1"],
    ["spaces around the sign", "  X = 1  ", "1"],
    ["an empty value", "X=", ""],
    ["an empty value before a comment", "X= # none", ""],
    ["a sharp glued to the value", "X=a#b", "a#b"],
    ["a comment behind white space", "X=a\t# b", "a"],
    ["words, as newer parsers take them", "X=a b", "a b"],
    ["a second sign", "X=a=b:c", "a=b:c"],
    ["single quotes, literally", "X='$A \\n \"b\"'", '$A \\n "b"'],
    ["a leading comma kept in single quotes", "X=', `www.x.org`'", ", `www.x.org`"],
    ["a backslash before the closing quote", "X='a\\'", "a\\"],
    ["an escaped single quote, as newer parsers take it", "X='it\\'s'", "it\\'s"],
    ["escapes in double quotes", 'X="a\\nb\\"c\\\\d\\q"', 'a\nb"c\\dq'],
    ["quotes that span lines", 'X="a\nb" # c', "a\nb"],
    ["Windows line ends inside quotes", "X='a\r\nb'\r\n", "a\nb"],
    ["an escaped dollar", "A=1\nX=\\$A", "$A"],
    ["an escaped dollar in double quotes", 'A=1\nX="\\$A"', "$A"],
    ["a command that is not run", "X=$(date)", "$(date)"],
    ["a variable from above", "A=1\nX=$A-${A}", "1-1"],
    ["a variable in double quotes", 'A=1\nX="<$A>"', "<1>"],
    ["no variable in single quotes", "A=1\nX='$A'", "$A"],
    ["a variable from below, which is nothing", "X=<$A>\nA=1", "<>"],
    ["a lower-case name, which is no variable", "a=1\nX=$a", "$a"],
    ["the last of two lines", "X=1\nX=2", "2"],
    ["a value behind a byte order mark", "\uFEFFX=1", "1"],
    ["the last line without an end", "# c\n\nX=1", "1"],
  ])("takes %s", (_, text, value) => {
    expect(values(read(text))["X"]).toBe(value);
  });

  it("grows COMPOSE_FILE by its former self", () => {
    const env = read('COMPOSE_FILE="compose.yml"\nCOMPOSE_FILE="$COMPOSE_FILE:compose.s3.yml"\n');
    expect(values(env)).toEqual({ COMPOSE_FILE: "compose.yml:compose.s3.yml" });
  });

  it("reads modifiers from the comment behind a value", () => {
    const env = read(
      "X=v1 # length=64 charset=hex\nY='v1' # generate=false, by hand\nZ=v1 # length=x",
    );
    expect(env.entries).toMatchObject([
      { key: "X", line: 1, raw: "v1", value: "v1", modifiers: { length: 64, charset: "hex" } },
      { key: "Y", line: 2, raw: "'v1'", value: "v1", modifiers: {} },
      { key: "Z", line: 3, modifiers: {} },
    ]);
    expect(read("Y=v1 # generate=false").entries[0]?.modifiers).toEqual({ generate: false });
  });

  it("does not read a key that is commented out", () => {
    expect(values(read("#A=1\n# B=2\n"))).toEqual({});
  });

  it("keeps a key that objects have by nature", () => {
    expect(Object.entries(values(read("__proto__=x")))).toEqual([["__proto__", "x"]]);
  });

  it.each([
    ["A=1\nB", 2],
    ["A=1\n\n!x=1", 3],
    ["A=1\nB='x", 2],
    ['A="x\ny\nz', 1],
    ["A='x\ny'\nB='x' y", 3],
    ["=1", 1],
  ])("names the line of the mistake in %j", (text, line) => {
    expect(parseEnv(text)).toMatchObject({ kind: "problem", line });
  });

  it("never repeats a value when it names a mistake", () => {
    const problems = [parseEnv("PASSWORD='hunter2"), parseEnv("hunter2")];
    expect(JSON.stringify(problems)).not.toContain("hunter2");
  });

  it("reads long hostile lines in linear time", () => {
    const long = 200_000;
    expect(parseEnv(`X=${" ".repeat(long)}a${" ".repeat(long)}`).kind).toBe("env");
    expect(parseEnv(`X='${"\\'".repeat(long)}x`).kind).toBe("problem");
    expect(parseEnv(`X="${"\\\\".repeat(long)}`).kind).toBe("problem");
    expect(parseEnv("a".repeat(long)).kind).toBe("problem");
  });
});

describe("editing", () => {
  const text = [
    "# the wiki\r",
    "TYPE=wiki:1.0.0+2.0 # do not touch\r",
    "DOMAIN=wiki.example.coop\r",
    "\r",
    "SECRET_DB_VERSION=v1 # length=64 charset=hex\r",
    "#OFF=1\r",
    'TITLE="Our wiki"   # shown\r',
    "QUIET='a b'\r",
    "EMPTY= # nothing\r",
    "",
  ].join("\n");

  it.each([
    ["DOMAIN", "new.example.coop", "DOMAIN=wiki.example.coop", "DOMAIN=new.example.coop"],
    ["SECRET_DB_VERSION", "v2", "VERSION=v1 #", "VERSION=v2 #"],
    ["TITLE", "Yours", '"Our wiki"', '"Yours"'],
    ["QUIET", "c", "'a b'", "'c'"],
    ["QUIET", "it's", "'a b'", '"it\'s"'],
    ["EMPTY", "full", "EMPTY= #", "EMPTY=full #"],
    ["DOMAIN", "a b", "DOMAIN=wiki.example.coop", "DOMAIN='a b'"],
  ])("changes %s to %j and leaves every other byte", (key, value, before, after) => {
    expect(setValue(read(text), key, value).text).toBe(text.replace(before, after));
  });

  it("changes nothing when the value is already so", () => {
    expect(setValue(read(text), "TITLE", "Our wiki").text).toBe(text);
  });

  it("adds an unknown key at the end, with the file's line ends", () => {
    expect(setValue(read(text), "NEW", "x").text).toBe(`${text}NEW=x\r\n`);
    expect(setValue(read("A=1"), "NEW", "x y").text).toBe("A=1\nNEW='x y'\n");
    expect(setValue(read(""), "NEW", "").text).toBe("NEW=\n");
  });

  it("refuses a key that would break the file", () => {
    expect(() => setValue(read(""), "A B", "x")).toThrow("not a key");
  });

  it("writes any value so that it is read back, wherever it stands", () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom("'", '"', "$A", "\\", "#", " ", "\n", "\r", "`", "$("),
    );
    const value = fc.array(piece).map((pieces) => pieces.join(""));
    const key = fc.constantFrom("DOMAIN", "TITLE", "QUIET", "EMPTY", "NEW");
    fc.assert(
      fc.property(key, value, (name, written) => {
        const before = read(text);
        const after = setValue(before, name, written);
        expect(values(after)[name]).toBe(written);
        expect({ ...values(after), [name]: "" }).toEqual({ ...values(before), [name]: "" });
        expect(entryOf(after, name)?.modifiers).toEqual(entryOf(before, name)?.modifiers ?? {});
      }),
    );
  });
});

describe("the recipe line", () => {
  it.each([
    ["TYPE=wiki", { recipe: "wiki", chaosDirty: false }],
    ["TYPE=wiki:", { recipe: "wiki", chaosDirty: false }],
    ["TYPE=wiki:1.0.0+2.0", { recipe: "wiki", version: "1.0.0+2.0", chaosDirty: false }],
    ["TYPE=wiki:0dbbb1d5+U", { recipe: "wiki", version: "0dbbb1d5", chaosDirty: true }],
    ["TYPE=git.x.org/co-op/wiki", { recipe: "git.x.org/co-op/wiki", chaosDirty: false }],
    ["TYPE=git.x.org:3000/wiki", { recipe: "git.x.org:3000/wiki", chaosDirty: false }],
    ["TYPE=a:1\nRECIPE=b:2", { recipe: "b", version: "2", chaosDirty: false }],
    ["TYPE=\nDOMAIN=x", undefined],
  ])("reads %j", (text, recipe) => {
    expect(recipeOf(read(text))).toEqual(recipe);
  });

  it("pins a version and keeps the comment and the rest", () => {
    const env = read("A=1\nTYPE=wiki:1.0.0+2.0 # x\nB='2'");
    expect(setVersion(env, "1.1.0+2.1").text).toBe("A=1\nTYPE=wiki:1.1.0+2.1 # x\nB='2'");
    expect(setVersion(read("TYPE=wiki"), "1.1.0+2.1").text).toBe("TYPE=wiki:1.1.0+2.1");
    expect(setVersion(read("A=1"), "1.1.0+2.1").text).toBe("A=1");
  });
});

describe("a new app's file", () => {
  it("takes the sample's domains and the settings asked for", () => {
    const recipe = named(isRecipeName, "wiki");
    const domain = named(isAppName, "docs.example.coop");
    const sample = "TYPE=wiki\nDOMAIN=wiki.example.com\nALIAS=www.wiki.example.com # x\n#LOG=1\n";
    expect(fromSample(sample, recipe, domain, [["LOG", "debug"]])).toMatchObject({
      text: "TYPE=wiki\nDOMAIN=docs.example.coop\nALIAS=www.docs.example.coop # x\n#LOG=1\nLOG=debug\n",
    });
    expect(fromSample("A='", recipe, domain, [])).toMatchObject({ kind: "problem", line: 1 });
  });
});
