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
