// Reads what !deploy and !plan ask for out of an invocation.
import type { Command, Invocation, Sight } from "../src/core/command.ts";
import type { DeployRequest } from "../src/core/request.ts";
import { checkDomain } from "../src/core/domain.ts";
import { Refusal } from "../src/core/errors.ts";
import { isRecipeName, type AppName } from "../src/core/ids.ts";
import { askedVersion } from "./asked-version.ts";
import { askedNoBackup, NO_BACKUP } from "./no-backup.ts";

export const DEPLOY_FLAGS = {
  server: "value",
  version: "value",
  chaos: "switch",
  ...NO_BACKUP,
} as const;

export function deployRequest(
  command: Command,
  invocation: Invocation,
  sight: Sight,
): DeployRequest {
  const { words, flags, settings } = invocation;
  const server = flags["server"];
  return {
    kind: "deploy",
    ...what(command, words),
    ...(server === undefined ? {} : { server: sight.server(server) }),
    ...which(command, flags),
    ...askedNoBackup(flags),
    settings,
  };
}

function what(
  command: Command,
  [first = "", second]: readonly string[],
): Pick<DeployRequest, "app" | "recipe"> {
  if (second !== undefined) return { recipe: recipe(command, first), app: domain(second) };
  if (first.includes(".")) return { app: domain(first) };
  throw wrong(command, `Where? "${first}" is no domain. Type a domain after the recipe.`);
}

function which(
  command: Command,
  { version, chaos }: Invocation["flags"],
): Pick<DeployRequest, "version" | "isChaos"> {
  const isChaos = chaos !== undefined;
  if (version === undefined) return { isChaos };
  if (isChaos) throw wrong(command, "--chaos and --version cannot go together.");
  return { version: askedVersion(command, version), isChaos };
}

function domain(typed: string): AppName {
  const checked = checkDomain(typed);
  if (checked.kind === "bad")
    throw new Refusal({ kind: "bad-domain", typed, problem: checked.problem });
  return checked.app;
}

function recipe(command: Command, typed: string): NonNullable<DeployRequest["recipe"]> {
  if (isRecipeName(typed)) return typed;
  throw wrong(
    command,
    `"${typed}" cannot be a recipe's name; names are lower case, like nextcloud.`,
  );
}

function wrong(command: Command, problem: string): Refusal {
  return new Refusal({
    kind: "bad-argument",
    command: command.name,
    problem,
    usage: command.usage,
  });
}
