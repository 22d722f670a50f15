// Which secrets a stack needs, and how each is made (coopcloud.md §5).
import { CHARSETS, DEFAULT_ALPHABET, PASSPHRASE_WORDS, SECRET_LENGTH } from "./abra.ts";
import { entryOf, type EnvFile, type Modifiers } from "./envfile.ts";
import { interpolate, references, withoutComments } from "./interpolation.ts";
import type { SecretRecipe } from "./step.ts";
import type { StackState } from "./state.ts";

export interface NeededSecret {
  /** Swarm name. */
  readonly name: string;
  /** The env key that holds its version; absent when the compose file writes the version itself. */
  readonly key?: string;
  /** False when a person must insert it. */
  readonly generate: boolean;
  readonly make: SecretRecipe;
  /** A `charset=` that moot does not know; the default alphabet is used. */
  readonly unknownCharset?: string;
}

export interface SecretsInput {
  readonly state: StackState;
  /** Swarm names of secrets the stack does not make itself. */
  readonly external: readonly string[];
  /** The compose files before interpolation. */
  readonly composeTexts: readonly string[];
  /** What the compose files were rendered with. */
  readonly env: Readonly<Record<string, string>>;
  readonly file: EnvFile;
}

/** The external secrets that a service uses, by name. */
export function neededSecrets(input: SecretsInput): readonly NeededSecret[] {
  const used = new Set(input.state.services.flatMap(({ secrets }) => secrets));
  const templates = nameTemplates(input.composeTexts);
  return [...new Set(input.external)]
    .filter((name) => used.has(name))
    .toSorted()
    .map((name) => {
      const template = templates.find((one) => interpolate(one, input.env) === name);
      const key = template === undefined ? undefined : versionKey(template);
      const modifiers = key === undefined ? {} : (entryOf(input.file, key)?.modifiers ?? {});
      return { name, ...(key !== undefined && { key }), ...making(modifiers) };
    });
}

/** The characters a `charset=` stands for; several names joined by commas give all of theirs. Undefined for an unknown name. */
export function alphabetOf(charset: string): string | undefined {
  const alphabets = charset.split(",").map((name) => CHARSETS.get(name));
  if (alphabets.includes(undefined)) return undefined;
  return [...new Set(alphabets.join(""))].join("");
}

function making(modifiers: Modifiers): Omit<NeededSecret, "name" | "key"> {
  const { length, charset, generate = true } = modifiers;
  const isUnknown = charset !== undefined && alphabetOf(charset) === undefined;
  const common = { generate, ...(isUnknown && { unknownCharset: charset }) };
  if (length === undefined)
    return { ...common, make: { kind: "passphrase", words: PASSPHRASE_WORDS } };
  const alphabet = alphabetOf(charset ?? "default") ?? DEFAULT_ALPHABET;
  const within = Math.min(Math.max(length, SECRET_LENGTH.min), SECRET_LENGTH.max);
  return { ...common, make: { kind: "random", length: within, alphabet } };
}

/** The values of every `name:` in the compose files, block or flow style, before interpolation. */
function nameTemplates(composeTexts: readonly string[]): readonly string[] {
  // Bounded, so that a hostile line of names left open costs no more than its size.
  const NAME =
    /(?:^|[\s{,])["']?name["']?:[^\S\n]+(?:"([^"\n]*)"|'([^'\n]*)'|((?:\$\{[^}\n]{0,1000}\}|\$(?!\{)|[^\s,}$])+))/g;
  return composeTexts
    .flatMap((text) => Array.from(withoutComments(text).matchAll(NAME)))
    .map(([, double, single, plain]) => double ?? single ?? plain ?? "");
}

/** The version is the last thing in a name, so its variable is the last one; never guessed from the secret's own name. */
function versionKey(template: string): string | undefined {
  const last = references(template).at(-1)?.name;
  return last === undefined || last === "STACK_NAME" ? undefined : last;
}
