// The secrets of one app by the names people type, and where each version stands (coopcloud.md §5).
import { nearest } from "./nearest.ts";
import type { SecretRecipe } from "./step.ts";
import type { SecretSight } from "./ports.ts";
import type { NeededSecret } from "./secrets.ts";
import { nameVersion } from "./stack.ts";
import type { StackState } from "./state.ts";

/** `here`: wanted, and on the server. `leaving`: not wanted any more, but what runs uses it still. */
export type Standing = "here" | "missing" | "leaving" | "unused";

export interface SecretStanding {
  /** As people type it: without the stack and without the version. */
  readonly secret: string;
  readonly version: string;
  /** Swarm name. */
  readonly name: string;
  readonly standing: Standing;
  /** Milliseconds UTC; absent where it is missing. */
  readonly since?: number;
  /** Of those that the env file names. */
  readonly wanted?: Pick<NeededSecret, "key" | "generate" | "make">;
}

export interface AppSecrets {
  readonly stack: string;
  readonly needed: readonly NeededSecret[];
  /** On the server, this app's alone. */
  readonly here: readonly SecretSight[];
  readonly live?: StackState;
}

/** `wiki_db_password_v1` of the stack `wiki` is `db_password` at `v1`. */
export function shortSecret(
  stack: string,
  name: string,
): { readonly secret: string; readonly version: string } {
  const own = name.startsWith(`${stack}_`) ? name.slice(stack.length + 1) : name;
  const version = nameVersion(own) ?? "";
  return { secret: own.slice(0, Math.max(0, own.length - version.length - 1)), version };
}

export function standings(secrets: AppSecrets): readonly SecretStanding[] {
  const { stack, needed, here } = secrets;
  const made = new Map(here.map(({ name, createdAt }) => [name, createdAt]));
  const wanted = needed.map((one): SecretStanding => {
    const { name, generate, make, key } = one;
    const since = made.get(name);
    return {
      ...shortSecret(stack, name),
      name,
      standing: since === undefined ? "missing" : "here",
      ...(since !== undefined && { since }),
      wanted: { generate, make, ...(key !== undefined && { key }) },
    };
  });
  const others = here
    .filter(({ name }) => !needed.some((one) => one.name === name))
    .map(({ name, createdAt: since }): SecretStanding => {
      const standing = usersOf(secrets, name).length > 0 ? "leaving" : "unused";
      return { ...shortSecret(stack, name), name, standing, since };
    });
  return [...wanted, ...others].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Services of what runs that use it, with the stack's prefix. */
export function usersOf({ stack, live }: AppSecrets, name: string): readonly string[] {
  return (live?.services ?? [])
    .filter(({ secrets }) => secrets.includes(name))
    .map((service) => `${stack}_${service.name}`)
    .toSorted();
}

export type Meant =
  | { readonly kind: "secret"; readonly secret: string; readonly version?: string }
  | { readonly kind: "unknown"; readonly known: readonly string[]; readonly nearest?: string };

/** What was typed: a secret, a secret with a version behind it, either with the stack before it. */
export function meantSecret(typed: string, stack: string, known: readonly string[]): Meant {
  const own = typed.startsWith(`${stack}_`) ? typed.slice(stack.length + 1) : typed;
  if (known.includes(own)) return { kind: "secret", secret: own };
  const { secret, version } = shortSecret(stack, own);
  if (known.includes(secret) && /^[A-Za-z0-9.-]+$/.test(version))
    return { kind: "secret", secret, version };
  const near = nearest(own, known);
  return { kind: "unknown", known, ...(near === undefined ? {} : { nearest: near }) };
}

/** The first number above this version's that no name is taken by; undefined where it ends in no number. */
export function nextVersion(name: string, taken: readonly string[]): string | undefined {
  const version = nameVersion(name) ?? "";
  const [, head = "", digits = ""] = /^(\D*)(\d{1,9})$/.exec(version) ?? [];
  if (digits === "") return undefined;
  const base = name.slice(0, name.length - version.length);
  let number = Number(digits) + 1;
  while (taken.includes(`${base}${head}${number}`)) number += 1;
  return `${head}${number}`;
}

/** How a value is made, for people. */
export function makeWords(make: SecretRecipe): string {
  return make.kind === "passphrase"
    ? `a passphrase of ${make.words} words`
    : `${make.length} characters`;
}
