// Judges a recipe by abra's lint rules as far as its own files and tags can tell, and by a few of moot's (coopcloud.md §3.6, §11).
import { exportsOf } from "./abrash.ts";
import { parseEnv, values } from "./envfile.ts";
import {
  LEVELS,
  SAMPLE_STACK,
  type Finding,
  type LintFacts,
  type LintInput,
  type LintRow,
  type LintRule,
  type Rules,
} from "./lint-facts.ts";
import { FILE_RULES } from "./lint-files.ts";
import { IMAGE_RULES } from "./lint-images.ts";
import { VERSION_RULES } from "./lint-versions.ts";
import { mergeOutlines } from "./outline.ts";

/** One row a rule, abra's first. */
export function lint(input: LintInput): readonly LintRow[] {
  const facts = factsOf(input);
  const unread = input.files.flatMap(({ path, look }) =>
    look.kind === "problem" ? [`${path} cannot be read: ${look.problem}`] : [],
  );
  const rules: Rules = { ...FILE_RULES, ...IMAGE_RULES, ...VERSION_RULES };
  return ruleNames().flatMap((rule) => {
    const found = rules[rule]?.(facts);
    if (found === undefined) return [];
    return [
      { rule, level: LEVELS[rule], ...doubted(found, ABOUT_OTHER_THINGS.has(rule) ? [] : unread) },
    ];
  });
}

function ruleNames(): readonly LintRule[] {
  const isRule = (name: string): name is LintRule => name in LEVELS;
  return Object.keys(LEVELS).filter(isRule);
}

/** Rules that look into no compose file, or only at its text. */
const ABOUT_OTHER_THINGS: ReadonlySet<LintRule> = new Set<LintRule>([
  "R006",
  "R007",
  "R008",
  "R013",
  "R014",
  "M003",
]);

/** Nothing can be called satisfied while a file of the recipe could not be read. */
function doubted(found: Finding, unread: readonly string[]): Finding {
  if (unread.length === 0 || found.verdict === "broken") return found;
  return { verdict: "unclear", detail: unread };
}

function factsOf(input: LintInput): LintFacts {
  const outlines = input.files.flatMap(({ path, look }) =>
    look.kind === "outline" ? [{ path, outline: look.outline }] : [],
  );
  const sample = parseEnv(input.sample ?? "");
  const exports = exportsOf(input.abraSh ?? "");
  return {
    ...input,
    outlines,
    whole: mergeOutlines(outlines.map(({ outline }) => outline)),
    env: {
      ...(sample.kind === "env" && values(sample)),
      STACK_NAME: SAMPLE_STACK,
      ...exports,
    },
    exports,
  };
}
