// The variables a stack is rendered with, and what a deployed app carries of them (coopcloud.md §2.5, §4.1, §4.3).
import { abraLabel, mergeExports, RECIPE_KEYS, SHORT_COMMIT } from "./abra.ts";
import type { StackName } from "./ids.ts";
import type { Obstacle } from "./plan.ts";

type Env = Readonly<Record<string, string>>;

/** `steering`: keys that would reach past the recipe, into the programs that read it. */
export type Environment =
  | { readonly kind: "ready"; readonly env: Env }
  | { readonly kind: "steering"; readonly obstacles: readonly Obstacle[] };

/** The app's file, then its stack's name, then abra.sh, which wins; nothing of moot's own environment. */
export function renderEnvironment(file: Env, stack: StackName, exports: Env): Environment {
  const env = mergeExports({ ...file, STACK_NAME: stack }, exports);
  const steering = Object.keys(env).filter(isSteering).toSorted();
  if (steering.length === 0) return { kind: "ready", env };
  return { kind: "steering", obstacles: steering.map((key) => ({ kind: "steering-env", key })) };
}

// Docker's CLI gets a recipe's variables as its own environment, so whatever its runtime, the loader or a shell obeys is hostile.
const STEERING: readonly RegExp[] = [
  /^(PATH|HOME|SHELL|IFS|CDPATH|PWD|OLDPWD|TMPDIR|TMP|TEMP|TZDIR|HOSTALIASES|LOCALDOMAIN|RES_OPTIONS)$/,
  /^(LD|DYLD|DOCKER|BUILDKIT|BUILDX|SSH|GIT|XDG|MALLOC)_/,
  // The loader and libc: plug-ins, tunables, character sets.
  /^(GLIBC_TUNABLES|GCONV_PATH|LOCPATH|NLSPATH|NIS_PATH)$/,
  // Go's own begin with GO and hold no underscore; GOOGLE_CLIENT_ID and GOTIFY_URL belong to recipes.
  /^(GO[A-Z0-9]*|CGO_\w+)$/,
  // Proxies by the schemes programs look up; TRUST_PROXY and its like are an app's own settings.
  /^(HTTPS?|FTP|RSYNC|SOCKS\d?|WSS?|ALL|NO)_PROXY$/,
  /^(SSL_CERT_(FILE|DIR)|CURL_CA_BUNDLE|REQUESTS_CA_BUNDLE|NODE_EXTRA_CA_CERTS)$/,
  // What shells and interpreters run before anything they are told to.
  /^(BASH_ENV|BASH_FUNC_.*|BASHOPTS|SHELLOPTS|PROMPT_COMMAND|PS4)$/,
  /^(NODE_OPTIONS|NODE_PATH|PYTHON(PATH|HOME|STARTUP|INSPECT)|PERL5?(LIB|OPT|DB)|RUBY(LIB|OPT)|JAVA_TOOL_OPTIONS)$/,
];

/** Whether a key steers programs rather than the recipe; letter case does not matter. */
export function isSteering(key: string): boolean {
  return STEERING.some((pattern) => pattern.test(key.toUpperCase()));
}

export interface Deployment {
  readonly stack: StackName;
  readonly recipe: string;
  /** The tag, or the commit when chaos. */
  readonly version: string;
  readonly isChaos: boolean;
}

/** What abra adds to the environment of service `app`: every variable that is not there already. */
export function exposedEnv(env: Env, already: Env, { recipe, version }: Deployment): Env {
  const isRecipeKey = (key: string): boolean => RECIPE_KEYS.some((one) => one === key);
  const added = Object.entries(env)
    .filter(([key]) => !Object.hasOwn(already, key))
    .map(([key, value]) => [key, isRecipeKey(key) ? `${recipe}:${version}` : value] as const);
  return Object.fromEntries(added);
}

/** The labels abra puts on service `app`; in chaos the version label stays what the compose file says. */
export function abraLabels({ stack, recipe, version, isChaos }: Deployment): Env {
  const label = (name: string): string => abraLabel(stack, name);
  return {
    [label("recipe")]: recipe,
    [label("chaos")]: String(isChaos),
    ...(isChaos
      ? { [label("chaos-version")]: version.slice(0, SHORT_COMMIT) }
      : { [label("version")]: version }),
  };
}

/** Seconds to wait, from the recipe's label; undefined when it has none or no number. */
export function timeoutOf(labels: Env, stack: StackName): number | undefined {
  const seconds = labels[abraLabel(stack, "timeout")] ?? "";
  return /^[1-9]\d{0,5}$/.test(seconds) ? Number(seconds) : undefined;
}
