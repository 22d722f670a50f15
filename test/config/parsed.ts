// Parses a config's text as if it stood in /etc/moot.
import type { Config } from "../../src/config.ts";
import { parseConfig } from "../../src/config.ts";
import type { Places } from "../../src/config/places.ts";
import { Refusal } from "../../src/core/errors.ts";

export const places: Places = {
  file: "/etc/moot/bot.config.yaml",
  folder: "/etc/moot",
  home: "/home/moot",
  env: {},
};

export function parsed(text: string, env: Places["env"] = {}): Config {
  return parseConfig(text, { ...places, env });
}

/** What is wrong with it; empty when nothing is. */
export function problemsOf(text: string): readonly string[] {
  try {
    parsed(text);
    return [];
  } catch (error) {
    if (error instanceof Refusal && error.reason.kind === "bad-config") {
      return error.reason.problems;
    }
    throw error;
  }
}
