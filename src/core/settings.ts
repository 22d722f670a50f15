// Which settings nobody can make from a room, whatever the recipe says.
import { RECIPE_KEYS } from "./abra.ts";
import { isSteering } from "./environment.ts";
import { isEnvKey } from "./envfile.ts";

// A line break would begin another line of the file, and no parser agrees with another on the rest.
const CONTROL = /[\p{Cc}\u2028\u2029]/u;

export function settingProblem(
  key: string,
  value: string,
): "name" | "steering" | "recipe" | "characters" | undefined {
  if (!isEnvKey(key)) return "name";
  if (isSteering(key)) return "steering";
  if (RECIPE_KEYS.some((one) => one === key)) return "recipe";
  return CONTROL.test(value.replaceAll("\t", " ")) || !value.isWellFormed()
    ? "characters"
    : undefined;
}
