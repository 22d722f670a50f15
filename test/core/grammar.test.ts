// What people type, and what it is taken for.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CommandForm, isAddressed, parse } from "../../src/core/grammar.ts";

const DEPLOY: CommandForm = {
  name: "deploy",
  usage: ["!deploy RECIPE DOMAIN [--server S]"],
  flags: { server: "value", version: "value", chaos: "switch" },
  words: { min: 1, max: 2 },
  takesSettings: true,
};
const HELP: CommandForm = {
  name: "help",
  usage: ["!help [COMMAND]"],
  flags: {},
  words: { min: 0, max: 1 },
  takesSettings: false,
};
const JOBS: CommandForm = { ...HELP, name: "jobs", words: { min: 0, max: 0 } };
const TABLE = [HELP, DEPLOY, JOBS];

function deploy(
  words: readonly string[],
  flags: Readonly<Record<string, string>> = {},
  settings: readonly (readonly [string, string])[] = [],
) {
  return { kind: "command", invocation: { command: "deploy", words, flags, settings } };
}

function problemOf(body: string): string | undefined {
  const parsed = parse(body, TABLE);
  if (parsed?.kind !== "refused" || parsed.reason.kind !== "bad-argument") return undefined;
  return parsed.reason.problem;
}

describe("a message that is no command", () => {
  test.each(["", "hello", "hello !help", "wow!!!", "!", "! help", "!!", "!1", "> !help", "moot"])(
    "%j is passed over",
    (body) => {
      expect(parse(body, TABLE)).toBeUndefined();
    },
  );
});

describe("a command", () => {
  test.each([
    ["!deploy hello a.example", deploy(["hello", "a.example"])],
    ["  !deploy   hello\ta.example  \n\n", deploy(["hello", "a.example"])],
    ["!DEPLOY Hello", deploy(["Hello"])],
    ["moot: !deploy hello", deploy(["hello"])],
    ["Moot, !deploy hello", deploy(["hello"])],
    ["moot !deploy hello", deploy(["hello"])],
    ["!deploy 'a b' \"c d\"", deploy(["a b", "c d"])],
    ['!deploy "a \\"b\\" \\\\ \\c"', deploy(['a "b" \\ \\c'])],
    ["!deploy 'a\\'", deploy(["a\\"])],
    ["!deploy a\\ b", deploy(["a b"])],
    ["!deploy ''", deploy([""])],
    ["!deploy a --server alpha", deploy(["a"], { server: "alpha" })],
    ["!deploy --server=alpha a", deploy(["a"], { server: "alpha" })],
    ['!deploy a --server="al pha"', deploy(["a"], { server: "al pha" })],
    ["!deploy a --server '--x'", deploy(["a"], { server: "--x" })],
    ["!deploy a --chaos b", deploy(["a", "b"], { chaos: "" })],
    ['!deploy a "--chaos"', deploy(["a", "--chaos"])],
    ["!deploy a -b.example", deploy(["a", "-b.example"])],
    ["!deploy a KEY=b=c", deploy(["a"], {}, [["KEY", "b=c"]])],
    ["!deploy a KEY=", deploy(["a"], {}, [["KEY", ""]])],
    ["!deploy don't Ana's", deploy(["don't", "Ana's"])],
    [
      "!deploy a K1='x y' K2=--chaos",
      deploy(["a"], {}, [
        ["K1", "x y"],
        ["K2", "--chaos"],
      ]),
    ],
  ])("%j is read as meant", (body, expected) => {
    expect(parse(body, TABLE)).toEqual(expected);
  });
});

describe("what phones and pasting make of a command", () => {
  test.each([
    ["!deploy a —server alpha", deploy(["a"], { server: "alpha" })],
    ["!deploy a –chaos", deploy(["a"], { chaos: "" })],
    ["!deploy a −−chaos", deploy(["a"], { chaos: "" })],
    ["!deploy\u00a0a\u202f--chaos", deploy(["a"], { chaos: "" })],
    ["\ufeff\u200b!\u200bde\u200bploy a\u200b", deploy(["a"])],
    ["!deploy “a b” ‘c d’", deploy(["a b", "c d"])],
    ["!deploy „a b“", deploy(["a b"])],
    ["!deploy a KEY=“b c”", deploy(["a"], {}, [["KEY", "b c"]])],
  ])("%j is folded back", (body, expected) => {
    expect(parse(body, TABLE)).toEqual(expected);
  });

  test.each([
    ['!deploy a NAME="Ana’s — “house”\u00a0\u200b"', "Ana’s — “house”\u00a0\u200b"],
    ["!deploy a NAME=Ana’s", "Ana’s"],
    ["!deploy a NAME=👩\u200d💻", "👩\u200d💻"],
    ["!deploy a NAME=a—b", "a—b"],
  ])("%j keeps its value", (body, value) => {
    expect(parse(body, TABLE)).toEqual(deploy(["a"], {}, [["NAME", value]]));
  });
});

describe("a command with a mistake", () => {
  test.each([
    ["!deploy", "needs more words"],
    ["!deploy a b c", "at most 2"],
    ["!jobs 3", "no words"],
    ["!deploy a --sever x", "did you mean --server?"],
    ["!deploy a --frobnicate", "--server, --version, --chaos"],
    ["!deploy a -server x", "did you mean --server?"],
    ["!help --all", "takes none"],
    ["!deploy a --__proto__ x", "no flag --__proto__"],
    ["!deploy a --constructor=x", "no flag --constructor"],
    ["!deploy a --server", "needs a value"],
    ["!deploy a --server=", "needs a value"],
    ["!deploy a --server --chaos", "needs a value"],
    ["!deploy a --chaos=yes", "takes no value"],
    ["!deploy a --server x --server y", "twice"],
    ["!deploy a K=1 K=2", "twice"],
    ["!deploy a K-Y=1", "K-Y before ="],
    ["!deploy a =1", "nothing before ="],
    ['!deploy "a', 'quote " is never closed'],
    ["!deploy 'a", "quote ' is never closed"],
    ["!deploy “a", "quote “ is never closed"],
    ["!deploy a\\", "backslash"],
    ["!deploy a\n!deploy b", "more than one command"],
    ["!deploy a\r\n  !deploy b", "more than one command"],
    ["!deploy a\u2028!deploy b", "more than one command"],
    ["!deploy a\nplease", "one line"],
    ["!deploy 'a\nb'", "one line"],
    ["!deploy a\u0007", "control characters"],
    ["!deploy a\u001b[2J", "control characters"],
    ["!deploy a\ud800", "control characters"],
    [`!deploy ${"a".repeat(4000)}`, "4007 characters"],
  ])("%j is refused, with the reason", (body, reason) => {
    expect(problemOf(body)).toContain(reason);
  });

  test("a refusal carries the command and how to type it", () => {
    expect(parse("!deploy", TABLE)).toMatchObject({
      reason: { kind: "bad-argument", command: "deploy", usage: DEPLOY.usage },
    });
  });

  test.each([
    "!deploy a b PASSWORD=hunter2 hunter2",
    "!deploy a --pasword=hunter2",
    "!deploy a P-W=hunter2",
  ])("the refusal of %j does not repeat the value", (body) => {
    expect(problemOf(body)).toBeDefined();
    expect(JSON.stringify(parse(body, TABLE))).not.toContain("hunter2");
  });

  test.each([
    ["!depoly a", { kind: "unknown-command", typed: "depoly", nearest: "deploy" }],
    ["!frobnicate", { kind: "unknown-command", typed: "frobnicate" }],
    ["!__proto__", undefined],
    ["!constructor", { kind: "unknown-command", typed: "constructor" }],
    [`!${"x".repeat(9000)}`, { kind: "unknown-command", typed: `${"x".repeat(40)}…` }],
  ])("%j is no command of ours", (body, reason) => {
    expect(parse(body, TABLE)).toEqual(
      reason === undefined ? undefined : { kind: "refused", reason },
    );
  });
});

describe("any text at all", () => {
  const hostile = fc.constantFrom(
    ...["a", "K", "=", "-", "--server", "!", "\n", "\0", "\ud800", " ", "\u00a0", "\u200b"],
    ...["'", '"', "\\", "“", "”", "‘", "’", "«", "—", "–", "👩\u200d💻", "__proto__"],
  );

  test("is read without a crash", () => {
    fc.assert(
      fc.property(fc.string({ unit: hostile }), (text) => {
        parse(`!deploy ${text}`, TABLE);
        parse(text, TABLE);
      }),
    );
  });

  test("comes back whole when it is quoted", () => {
    const text = fc
      .string({ unit: "grapheme" })
      .filter((value) => !/[\p{Cc}\u2028\u2029]/u.test(value));
    fc.assert(
      fc.property(text, (value) => {
        const quoted = `"${value.replaceAll(/["\\]/g, "\\$&")}"`;
        expect(parse(`!deploy a KEY=${quoted}`, TABLE)).toEqual(
          deploy(["a"], {}, [["KEY", value]]),
        );
      }),
    );
  });
});

test.each([
  ["!help", true],
  ["moot: !help", true],
  ["!nonsense", true],
  ["!1", false],
  ["! help", false],
  ["hello!", false],
])("%s gets an answer: %s", (body, is) => {
  expect(isAddressed(body)).toBe(is);
});
