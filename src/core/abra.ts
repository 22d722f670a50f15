// What moot believes of abra without having read its source: one place to mend when abra proves otherwise.

/** Where an env file names its recipe; the first one present decides (coopcloud.md §2.2, from memory). */
export const RECIPE_KEYS = ["RECIPE", "TYPE"] as const;

/** Ends a pinned version when it was deployed from a tree with uncommitted changes (§2.2, from memory). */
export const DIRTY_SUFFIX = "+U";

/** Hex digits of a commit where a version stands (§3.4, seen in a real overview). */
export const SHORT_COMMIT = 8;

/** Stack names are cut here, with no hash added (§2.4, from memory). */
export const STACK_LIMIT = 45;

/** The network every web recipe joins to be reached by Traefik; it belongs to no app (§4.2). */
export const SHARED_NETWORKS: readonly string[] = ["proxy"];

/**
 * Commands that abra runs inside the app: `SERVICE FUNCTION [ARGS…]|SERVICE FUNCTION` (§2.2; grammar and quoting from memory, read in
 * core/programs.ts). moot does not run POST_UNDEPLOY_CMDS: whether abra does, and in which container once all are gone, nobody
 * could tell (§2.2 marks it as unsure). A change of it counts as one of the others all the same.
 */
export const POST_COMMANDS = [
  "POST_DEPLOY_CMDS",
  "POST_UPGRADE_CMDS",
  "POST_UNDEPLOY_CMDS",
] as const;

/** Which of them follow a deploy, and which an upgrade (§2.2, from memory). */
export const POST_COMMANDS_AFTER = {
  deploy: "POST_DEPLOY_CMDS",
  upgrade: "POST_UPGRADE_CMDS",
} as const;

/** Where abra puts a recipe's abra.sh into a container before it calls one of its functions (§3.2, from memory). */
export const PROGRAM_SCRIPT = "/tmp/abra.sh";

/** The service whose container it calls them in where none is named. */
export const DEFAULT_SERVICE = "app";

/** What it tells them; that TARGET is the service's short name is from memory (§3.2). */
export function programEnv(
  app: string,
  stack: string,
  service: string,
): Readonly<Record<"TARGET" | "APP_NAME" | "STACK_NAME", string>> {
  return { TARGET: service, APP_NAME: app, STACK_NAME: stack };
}

/** Keys that mean something in every app, whether or not its recipe's sample has them (§2.2; ENABLE_AUTO_UPDATE from memory). */
export const APP_KEYS: readonly string[] = [
  ...RECIPE_KEYS,
  ...POST_COMMANDS,
  "DOMAIN",
  "EXTRA_DOMAINS",
  "STACK_NAME",
  "COMPOSE_FILE",
  "LETS_ENCRYPT_ENV",
  "TIMEOUT",
  "ENABLE_BACKUPS",
  "ENABLE_AUTO_UPDATE",
];

/** What stands for the app's domain in a recipe's sample, and is replaced in a new app's file (§2.1, from memory). */
export function sampleDomain(recipe: string): string {
  return `${recipe}.example.com`;
}

/**
 * What abra calls a recipe outside the catalogue, on the TYPE line and, as far as anybody here knows, in its labels: its address
 * without scheme, user and `.git` (§2.2, from memory).
 */
export function foreignRecipe(host: string, path: string): string {
  return `${host.toLowerCase()}/${path.replace(/\/+$/, "").replace(/\.git$/i, "")}`;
}

/** The lines of an abra.sh that are read at a deploy: the name and its value (§3.2, from memory). */
export const EXPORT_LINE = /^export[^\S\n]+(\w+)=(\w\S*)/gm;

/** The settings a stack is made with: where the env file and abra.sh both have a key, abra.sh wins (§2.5, from memory). */
export function mergeExports(
  env: Readonly<Record<string, string>>,
  exports: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return { ...env, ...exports };
}

/** A label of service `app` by which abra and its kin know an app (§4.3). */
export function abraLabel(stack: string, name: string): string {
  return `coop-cloud.${stack}.${name}`;
}

/** Words of a passphrase (§5.2, the default of abra's password library). */
export const PASSPHRASE_WORDS = 6;

/** What abra's password library accepts for `length=` (§5.2). */
export const SECRET_LENGTH = { min: 5, max: 1024 } as const;

/** Letters and digits that are not mistaken for one another (§5.2, read in the password library). */
export const DEFAULT_ALPHABET = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/** Alphabets by the names `charset=` takes; only `default` and `special` are certain (§5.2). */
export const CHARSETS: ReadonlyMap<string, string> = new Map([
  ["default", DEFAULT_ALPHABET],
  ["special", "!@#$%^&*_-+="],
  ["safespecial", "!@#%^&*_-+="],
  ["hex", "0123456789abcdef"],
]);

/** What its lint wants `version:` in a compose file to say (§3.6, from memory). */
export const COMPOSE_VERSION = "3.8";

/** A secret's name that is longer is one its lint warns of (§3.6, from memory). */
export const SECRET_NAME_LENGTH = 12;

/** Its lint rules, and which of them stop a deploy (§3.6; texts from memory, R014 seen at work). */
export const LINT_LEVELS = {
  R001: "warning",
  R002: "warning",
  R003: "warning",
  R004: "warning",
  R005: "warning",
  R006: "warning",
  R007: "warning",
  R008: "error",
  R009: "error",
  R010: "error",
  R011: "error",
  R012: "error",
  R013: "warning",
  R014: "error",
  R015: "warning",
} as const;

/** Rules that newer abras have and whose text nobody here has read (§3.6). */
export const UNREAD_RULES = ["R016"] as const;

/** What stands between these in a README, a line a field, is a recipe's metadata (§3.3). */
export const METADATA = { from: "<!-- metadata -->", to: "<!-- endmetadata -->" } as const;
