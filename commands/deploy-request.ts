// Reads what !deploy and !plan ask for out of an invocation.
import type { Command, DeployRequest, Invocation, Sight } from "../src/core/command.ts";
import { checkDomain } from "../src/core/domain.ts";
import { Refusal } from "../src/core/errors.ts";
import { isRecipeName, type AppName } from "../src/core/ids.ts";

export const DEPLOY_FLAGS = { server: "value", version: "value", chaos: "switch" } as const;

export function deployRequest(
  command: Command,
  invocation: Invocation,
  sight: Sight,
): DeployRequest {
  const [first = "", second] = invocation.words;
  const isChaos = "chaos" in invocation.flags;
  const version = invocation.flags["version"];
  const server = invocation.flags["server"];
  if (isChaos && version !== undefined)
    throw wrong(command, "--chaos and --version cannot go together.");
  if (version !== undefined && !/^[\w.+-]{1,128}$/.test(version)) {
    throw wrong(command, `"${version}" is no version; it looks like 2.0.1+1.0.6.`);
  }
  if (second === undefined && !first.includes(".")) {
    throw wrong(command, `Where? "${first}" is no domain. Type a domain after the recipe.`);
  }
  return {
    ...(second === undefined
      ? { app: domain(first) }
      : { recipe: recipe(command, first), app: domain(second) }),
    ...(server === undefined ? {} : { server: sight.server(server) }),
    ...(version === undefined ? {} : { version }),
    isChaos,
    settings: invocation.settings,
  };
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
