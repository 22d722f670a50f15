// Lint rules about a recipe's files: that they are there, agree with one another, and name what they use.
import { COMPOSE_VERSION, SECRET_NAME_LENGTH } from "./abra.ts";
import { parseEnv } from "./envfile.ts";
import { references, withoutComments } from "./interpolation.ts";
import { unless, type LintFacts, type Rules } from "./lint-facts.ts";
import { readReadme } from "./readme.ts";

export const FILE_RULES: Rules = {
  R001: ({ outlines }) =>
    unless(
      outlines
        .filter(({ outline }) => outline.version !== COMPOSE_VERSION)
        .map(({ path, outline }) => `${path} (${outline.version ?? "none"})`),
    ),
  R007: ({ readme }) =>
    unless(readme === undefined ? ["README.md is missing"] : readReadme(readme).unfilled),
  R008: ({ sample }) => unless(sampleProblem(sample)),
  R012: (facts) => unless(unvendored(facts)),
  R015: ({ whole }) =>
    unless(whole.secrets.map(({ key }) => key).filter((key) => key.length > SECRET_NAME_LENGTH)),
  M002: ({ outlines }) => {
    const said = outlines.map(({ path, outline }) => [path, outline.version ?? "none"] as const);
    const isOne = new Set(said.map(([, version]) => version)).size <= 1;
    return unless(isOne ? [] : said.map(([path, version]) => `${path} (${version})`));
  },
  M003: ({ files }) =>
    unless(files.flatMap(({ path, text }) => nestedIn(text).map((found) => `${path}: ${found}`))),
};

function sampleProblem(sample: string | undefined): readonly string[] {
  if (sample === undefined) return [".env.sample is missing"];
  const read = parseEnv(sample);
  return read.kind === "env" ? [] : [`.env.sample, line ${read.line}: ${read.problem}`];
}

/** Variables in the names of configs that abra.sh does not export. */
function unvendored({ whole, exports, abraSh }: LintFacts): readonly string[] {
  const wanted = whole.configs
    .flatMap(({ name }) => references(name ?? ""))
    .map(({ name }) => name)
    .filter((name) => name !== "STACK_NAME" && !Object.hasOwn(exports, name));
  const names = [...new Set(wanted)].toSorted();
  if (names.length === 0) return [];
  return abraSh === undefined ? ["abra.sh is missing", ...names] : names;
}

/** `${A:-${B}}` and its like: what begins a default and holds another variable. */
function nestedIn(text: string): readonly string[] {
  // Bounded, so that hostile text costs no more than its size.
  const NESTED = /\$\{[A-Za-z_]\w{0,200}:?[-?+][^}\n$]{0,1000}\$\{[^}\n]{0,1000}\}?\}?/g;
  return [...new Set(Array.from(withoutComments(text).matchAll(NESTED), ([found]) => found))];
}
