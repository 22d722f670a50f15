// Which keys of an env file mean something to a recipe, and how a file differs from the recipe's sample.
import { APP_KEYS, RECIPE_KEYS } from "./abra.ts";
import { offKeys } from "./envedit.ts";
import { parseEnv, values, type EnvFile } from "./envfile.ts";
import { references, withoutComments } from "./interpolation.ts";
import { nearest } from "./nearest.ts";
import type { NewKey } from "./plan.ts";
import { newKeys } from "./sample.ts";

/** What a recipe, at one version, knows of env files. */
export interface EnvKnowledge {
  readonly version: string;
  /** For this very app; absent where the recipe has none that can be read. */
  readonly sample?: string;
  /** All keys that anything reads. */
  readonly keys: readonly string[];
}

export interface UnknownKey {
  readonly key: string;
  /** The known one that was perhaps meant. */
  readonly nearest?: string;
}

export interface SampleDiff {
  readonly missing: readonly NewKey[];
  readonly unknown: readonly UnknownKey[];
  readonly differing: readonly {
    readonly key: string;
    readonly sample: string;
    readonly file: string;
  }[];
}

/** From the sample, commented-out keys included, from what the compose files name, and abra's own. */
export function knownKeys(
  sample: string | undefined,
  composeTexts: readonly string[],
): readonly string[] {
  const offered = parseEnv(sample ?? "");
  const fromSample =
    offered.kind === "env" ? [...Object.keys(values(offered)), ...offKeys(offered)] : [];
  const named = composeTexts.map(withoutComments).flatMap((text) => [
    ...references(text).map(({ name }) => name),
    // `environment:` may name a key alone, and then hands it on.
    ...Array.from(
      text.matchAll(/^\s*-\s+["']?([A-Z_][A-Z0-9_]*)["']?\s*$/gm),
      ([, key = ""]) => key,
    ),
  ]);
  return [...new Set([...APP_KEYS, ...fromSample, ...named])];
}

/** Those of the keys that nothing reads. */
export function unknownKeys(
  keys: readonly string[],
  known: readonly string[],
): readonly UnknownKey[] {
  return keys
    .filter((key) => !known.includes(key))
    .map((key) => {
      const near = nearest(key, known);
      return { key, ...(near === undefined ? {} : { nearest: near }) };
    });
}

export function diffSample(env: EnvFile, { sample, keys }: EnvKnowledge): SampleDiff {
  const offered = parseEnv(sample ?? "");
  const wanted = offered.kind === "env" ? values(offered) : {};
  const has = values(env);
  return {
    missing: newKeys(sample, env),
    unknown: unknownKeys(Object.keys(has), keys),
    differing: Object.entries(has).flatMap(([key, file]) => {
      const said = Object.hasOwn(wanted, key) ? wanted[key] : undefined;
      const isRecipe = RECIPE_KEYS.some((one) => one === key);
      return said === undefined || said === file || isRecipe ? [] : [{ key, sample: said, file }];
    }),
  };
}
