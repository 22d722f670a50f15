// An app's env file held against the sample of its recipe: what is missing, what nobody knows, what was left empty.
import { APP_KEYS, RECIPE_KEYS } from "./abra.ts";
import { parseEnv, values, type EnvFile } from "./envfile.ts";
import { nearest } from "./nearest.ts";

export interface EnvFindings {
  /** Keys that the sample sets and the file does not have. */
  readonly missing: readonly string[];
  /** Keys of the file that the sample does not have, not even commented out, with the known one that was perhaps meant. */
  readonly unknown: readonly { readonly key: string; readonly nearest?: string }[];
  /** Keys without a value in the file, though the sample has one. */
  readonly empty: readonly string[];
}

/** Undefined when the sample cannot be read. Keys that moot or abra know by themselves are known. */
export function checkEnv(sample: string, env: EnvFile): EnvFindings | undefined {
  const wanted = parseEnv(sample);
  if (wanted.kind === "problem") return undefined;
  const [has, sets] = [values(env), values(wanted)];
  const known = [...Object.keys(sets), ...commentedKeys(sample), ...APP_KEYS];
  const lacking = (key: string): boolean => !Object.hasOwn(has, key) && !isRecipeKey(key);
  return {
    missing: Object.keys(sets).filter(lacking),
    unknown: Object.keys(has)
      .filter((key) => !known.includes(key))
      .map((key) => {
        const near = nearest(
          key,
          known.filter((one) => !Object.hasOwn(has, one)),
        );
        return { key, ...(near === undefined ? {} : { nearest: near }) };
      }),
    empty: Object.keys(has).filter((key) => has[key] === "" && (sets[key] ?? "") !== ""),
  };
}

function isRecipeKey(key: string): boolean {
  return RECIPE_KEYS.some((one) => one === key);
}

/** Keys that the sample offers behind a `#`: optional, and off. */
function commentedKeys(sample: string): readonly string[] {
  const found = sample.matchAll(/^[^\S\n]*#[^\S\n]*(?:export[^\S\n]+)?([A-Za-z_]\w*)=/gm);
  return [...new Set(Array.from(found, ([, key = ""]) => key))];
}

/** Whether the sample knows the key, be it behind a `#`. */
export function isFromSample(sample: string, key: string): boolean {
  const read = parseEnv(sample);
  const isSet = read.kind === "env" && read.entries.some((entry) => entry.key === key);
  return isSet || commentedKeys(sample).includes(key);
}
