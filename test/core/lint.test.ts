// Each rule of the lint: a recipe that keeps them all, and what breaks each alone.
import { describe, expect, test } from "vitest";
import { LINT_LEVELS } from "../../src/core/abra.ts";
import { isRecipeName } from "../../src/core/ids.ts";
import { lint } from "../../src/core/lint.ts";
import { LEVELS, type LintInput, type LintRow, type LintRule } from "../../src/core/lint-facts.ts";
import { NO_FEATURES } from "../../src/core/readme.ts";
import { readOutline } from "../../src/swarm/outline.ts";
import { plain } from "../../src/words/draw.ts";
import { lintDoc } from "../../src/words/lint.ts";
import { named } from "../named.ts";

const recipe = named(isRecipeName, "wiki");
const COMPOSE = `version: "3.8"
services:
  app:
    image: moot/app:\${APP_VERSION}
    healthcheck: { test: ["CMD", "true"] }
    deploy:
      labels:
        - "traefik.enable=true"
        - "coop-cloud.\${STACK_NAME}.version=1.0.0+1.2.3"
  db:
    image: registry.example:5000/pg:14-alpine
    healthcheck: { test: ["CMD", "true"] }
configs:
  page:
    name: \${STACK_NAME}_page_\${PAGE_VERSION}
    file: page.tmpl
secrets:
  db_password:
    external: true
    name: \${STACK_NAME}_db_password_\${SECRET_DB_PASSWORD_VERSION}
`;
const SMTP = `version: "3.8"\nservices:\n  app:\n    environment: [SMTP_HOST]\n`;
const README = `# wiki
<!-- metadata -->
* **Category**: Apps
* **Status**: 4
* **Image**: [\`moot/app\`](https://example.com), 4, upstream
* **Healthcheck**: Yes
* **Backups**: Yes
* **Email**: N/A
* **Tests**: 0
* **SSO**: N/A
<!-- endmetadata -->
`;

const ENTRY = {
  recipe,
  description: "",
  category: "",
  versions: ["1.0.0+1.2.3"],
  images: {},
  features: NO_FEATURES,
};

interface Changes extends Partial<Omit<LintInput, "files">> {
  readonly files?: Readonly<Record<string, string>>;
  /** Put in the base file in place of something. */
  readonly edit?: readonly [from: string | RegExp, to: string];
  readonly without?: readonly ("sample" | "abraSh" | "readme" | "entry" | "version")[];
}

function inputWith({ files = {}, edit = ["", ""], without = [], ...rest }: Changes): LintInput {
  const texts = { "compose.yml": COMPOSE.replace(...edit), "compose.smtp.yml": SMTP, ...files };
  const has = (part: (typeof without)[number]): boolean => !without.includes(part);
  return {
    recipe,
    files: Object.entries(texts).map(([path, text]) => ({ path, text, look: readOutline(text) })),
    ...(has("version") && { version: "1.0.0+1.2.3" }),
    ...(has("sample") && { sample: "TYPE=wiki\nDOMAIN=wiki.example.com\nAPP_VERSION=1.2.3\n" }),
    ...(has("abraSh") && { abraSh: "export PAGE_VERSION=v1\n" }),
    ...(has("readme") && { readme: README }),
    ...(has("entry") && { entry: ENTRY }),
    versions: [{ version: "1.0.0+1.2.3", isAnnotated: true }],
    source: { address: "https://git.example.coop/recipes/wiki", isAtHome: true, oddTags: [] },
    ...rest,
  };
}

function rowOf(changes: Changes, rule: LintRule): LintRow | undefined {
  return lint(inputWith(changes)).find((row) => row.rule === rule);
}

/** Each other rule stays as it was, but for those that look at the same thing. */
function changedRules(changes: Changes): readonly LintRule[] {
  return lint(inputWith(changes)).flatMap(({ rule, verdict }) =>
    verdict === "satisfied" ? [] : [rule],
  );
}

test("a good recipe keeps every rule, each once, abra's levels as they are", () => {
  const rows = lint(inputWith({}));
  expect(rows.map(({ rule }) => rule)).toEqual(Object.keys(LEVELS));
  expect(rows.filter(({ verdict }) => verdict !== "satisfied")).toEqual([]);
  for (const [rule, level] of Object.entries(LINT_LEVELS))
    expect(rows.find((row) => row.rule === rule)?.level).toBe(level);
});

describe("alone", () => {
  test.each<[LintRule, Changes, readonly string[], ...LintRule[]]>([
    ["R001", { edit: ['"3.8"', '"3.7"'] }, ["compose.yml (3.7)"], "M002"],
    ["R001", { edit: [/^version.*\n/, ""] }, ["compose.yml (none)"], "M002"],
    ["R002", { edit: ['14-alpine\n    healthcheck: { test: ["CMD", "true"] }', "14"] }, ["db"]],
    [
      "R002",
      { files: { "compose.x.yml": `version: "3.8"\nservices:\n  x: {image: "a:1"}\n` } },
      ["x"],
    ],
    ["R003", { edit: [":14-alpine", ""] }, ["db (registry.example:5000/pg)"]],
    ["R004", { edit: ["14-alpine", "latest"] }, ["db (registry.example:5000/pg:latest)"], "R005"],
    ["R005", { edit: ["14-alpine", "stable"] }, ["db (registry.example:5000/pg:stable)"]],
    ["R006", { without: ["entry"] }, ["wiki has none there"]],
    ["R007", { readme: README.replace("**SSO**: N/A", "**SSO**:") }, ["SSO"]],
    ["R007", { without: ["readme"] }, ["README.md is missing"]],
    [
      "R008",
      { sample: "TYPE=wiki\nDOMAIN=x\nAPP_VERSION=1\nTITLE='never closed\n" },
      [
        ".env.sample, line 4: TITLE: a quote is never closed, or something other than a comment follows it",
      ],
      "R003",
      "R004",
      "R005",
      "R010",
    ],
    [
      "R009",
      { edit: ["  app:\n    image", "  web:\n    image"] },
      ["db", "web"],
      "R002",
      "R011",
      "M001",
    ],
    ["R010", { edit: ["traefik.enable=true", "traefik.enable=false"] }, ["app", "db"]],
    ["R011", { edit: [/ {4}image: moot.*\n/, ""] }, ["app"]],
    ["R012", { abraSh: "export OTHER=v1\n" }, ["PAGE_VERSION"]],
    ["R012", { without: ["abraSh"] }, ["abra.sh is missing", "PAGE_VERSION"]],
    [
      "R013",
      { source: { address: "https://elsewhere.example/wiki", isAtHome: false, oddTags: [] } },
      ["https://elsewhere.example/wiki"],
    ],
    ["R014", { versions: [{ version: "0.9.0+1", isAnnotated: false }] }, ["0.9.0+1"]],
    ["R015", { edit: [/ {2}db_password:/, "  database_password:"] }, ["database_password"]],
    ["M001", { version: "1.0.1+1.2.3" }, ["the label says 1.0.0+1.2.3, the tag 1.0.1+1.2.3"]],
    ["M001", { edit: ["version=1.0.0+1.2.3", "version="] }, ["the label is empty"]],
    ["M001", { edit: [/ {8}- "coop.*\n/, ""] }, ["no service carries the label"]],
    [
      "M002",
      { files: { "compose.smtp.yml": 'version: "3.7"\nservices: {}\n' } },
      ["compose.yml (3.8)", "compose.smtp.yml (3.7)"],
      "R001",
    ],
    [
      "M003",
      { edit: ["moot/app:${APP_VERSION}", "moot/app:${APP_VERSION:-${OTHER}}"] },
      ["compose.yml: ${APP_VERSION:-${OTHER}}"],
    ],
  ])("%s is broken by %j", (rule, changes, detail, ...others) => {
    expect(rowOf(changes, rule)).toMatchObject({ verdict: "broken", detail });
    const known: readonly string[] = [rule, ...others];
    expect(changedRules(changes).filter((one) => !known.includes(one))).toEqual([]);
  });
});

describe("what cannot be told is not called good or bad", () => {
  test.each<[LintRule, Changes, readonly string[]]>([
    ["R003", { sample: "DOMAIN=x\n" }, ["app (moot/app:${APP_VERSION})"]],
    ["R010", { without: ["sample"] }, [".env.sample"]],
    [
      "R014",
      {
        source: { address: "x", isAtHome: true, oddTags: [{ name: "v2.4.8", isAnnotated: false }] },
      },
      ["v2.4.8 (no version of a recipe)"],
    ],
    [
      "R002",
      { files: { "compose.bad.yml": "services: [" } },
      [
        "compose.bad.yml cannot be read: Flow sequence in block collection must be sufficiently indented and end with a ] at line 1, column 12",
      ],
    ],
  ])("%s with %j", (rule, changes, detail) => {
    expect(rowOf(changes, rule)).toMatchObject({ verdict: "unclear", detail });
  });

  test("a recipe without a domain needs no route, a default that abra.sh could override is not vendored", () => {
    expect(rowOf({ sample: "APP_VERSION=1\n" }, "R010")?.verdict).toBe("skipped");
    expect(rowOf({ sample: "APP_VERSION=1\n#DOMAIN=x\n" }, "R010")?.verdict).toBe("satisfied");
    const edit = ["${PAGE_VERSION}", "${PAGE_VERSION:-v3}"] as const;
    expect(rowOf({ edit, abraSh: "" }, "R012")?.verdict).toBe("broken");
  });

  test("the newest commit has no tag to be held against", () => {
    expect(rowOf({ without: ["version"] }, "M001")?.verdict).toBe("satisfied");
    const edit = ["version=1.0.0+1.2.3", "version=0.0.1"] as const;
    expect(rowOf({ edit, without: ["version"] }, "M001")?.detail).toEqual(["0.0.1 is no version"]);
  });
});

test("every rule is told with what it wants and, where broken, how to mend it", () => {
  const rows = Object.entries(LEVELS).flatMap(([, level], index) => {
    const rule = lint(inputWith({}))[index]?.rule;
    return rule === undefined ? [] : [{ rule, level, verdict: "broken" as const, detail: ["x"] }];
  });
  const said = plain(lintDoc({ recipe, version: "1.0.0+1", isChaos: false, versions: 1, rows }));
  expect(said).toContain("wiki, version 1.0.0+1: 7 errors and 11 warnings");
  for (const { rule } of rows)
    expect(said).toMatch(new RegExp(`❌ ${rule} .*: not so\\. x\\. To mend: `));
  expect(said).toContain("R016 is not known to moot");
});

test("hostile text is judged in time that grows with its length", () => {
  const text = `version: "3.8"\n# ${"${A:-".repeat(20_000)}\nservices: {app: {image: "${"${A:-".repeat(2000)}"}}\n`;
  const started = performance.now();
  lint(inputWith({ files: { "compose.x.yml": text } }));
  expect(performance.now() - started).toBeLessThan(5_000);
});
