// Addresses of recipes outside the catalogue: as people type them, and as abra writes them in an env file, without scheme.
import { foreignRecipe } from "./abra.ts";
import { isRecipeName, type RecipeName } from "./ids.ts";

/** `bare`: `git.example.org/group/recipe`, which is what a TYPE line says. */
export interface RecipeAddress {
  readonly address: string;
  readonly bare: string;
  readonly name: RecipeName;
}

const SCP_LIKE = /^[a-z0-9_][\w.-]*@([\w.-]+):(?!\/)(\S+)$/i;
const WITH_SCHEME = /^(?:https|ssh):\/\/(?:[^@/\s]*@)?([^@/\s]+)\/(\S+)$/i;

/** Undefined for what is no address of a recipe over https or ssh; whether moot may ask that host is git's to say. */
export function readRecipeAddress(typed: string): RecipeAddress | undefined {
  const [, host, path] = SCP_LIKE.exec(typed) ?? WITH_SCHEME.exec(typed) ?? [];
  if (host === undefined || path === undefined || /[?#]/.test(path)) return undefined;
  const bare = foreignRecipe(host, path);
  const name = bare.slice(bare.lastIndexOf("/") + 1).toLowerCase();
  return isBareAddress(bare) && isRecipeName(name) ? { address: typed, bare, name } : undefined;
}

/** Whether a TYPE line names a recipe by its address: a host with a dot or a port, then a path. */
export function isBareAddress(text: string): boolean {
  return (
    /^[a-z0-9][a-z0-9.-]*(?:[.][a-z0-9-]+|:\d{1,5})(?:\/[\w.~+-]+)+$/i.test(text) &&
    !text.includes("..")
  );
}

/** The address without its scheme, as a TYPE line has it. */
export function bareAddress(address: string): string {
  return readRecipeAddress(address)?.bare ?? address;
}

/** Whether a TYPE line means this address; hosts have no letter case, and `.git` may be left out. */
export function isSameAddress(type: string, address: string): boolean {
  const [left, right] = [readRecipeAddress(`https://${type}`)?.bare, bareAddress(address)];
  return left !== undefined && left === right;
}
