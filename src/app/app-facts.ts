// What an app's env file and its running services say about it, put together.
import { abraLabel } from "../core/abra.ts";
import type { AppSight } from "../core/command.ts";
import { entryOf, parseEnv, recipeOf, values, type EnvFile } from "../core/envfile.ts";
import { Refusal } from "../core/errors.ts";
import type { StackName } from "../core/ids.ts";
import type { AppFile } from "../core/ports.ts";
import { stackName } from "../core/stack.ts";
import type { ServiceState } from "../core/state.ts";
import type { Fleet } from "./fleet.ts";

/** Throws Refusal `bad-env`. */
export function envOf(file: AppFile): EnvFile {
  const env = parseEnv(file.text);
  if (env.kind === "env") return env;
  throw new Refusal({ kind: "bad-env", file: file.path, line: env.line, problem: env.problem });
}

/** Throws Refusal `bad-env`. */
export function stackOf(file: AppFile): StackName {
  const env = envOf(file);
  const stack = stackName(file.app, values(env));
  if (stack !== undefined) return stack;
  const line = entryOf(env, "STACK_NAME")?.line ?? 1;
  throw new Refusal({
    kind: "bad-env",
    file: file.path,
    line,
    problem: "STACK_NAME is no name a stack can have",
  });
}

/** Undefined where the file cannot be read, or gives it no name a stack can have. */
export function stackIfAny({ app, text }: AppFile): StackName | undefined {
  const env = parseEnv(text);
  return env.kind === "env" ? stackName(app, values(env)) : undefined;
}

export function appFacts(file: AppFile, fleet: Fleet | undefined): AppSight {
  const env = parseEnv(file.text);
  if (env.kind === "problem") {
    return {
      file,
      recipe: "?",
      services: [],
      problem: `its env file, line ${env.line}: ${env.problem}`,
    };
  }
  const { recipe = "?", version } = recipeOf(env) ?? {};
  const known = { file, recipe, ...(version === undefined ? {} : { pinned: version }) };
  if (fleet === undefined) return { ...known, services: [] };
  if ("problem" in fleet) return { ...known, services: [], problem: fleet.problem };
  const stack = stackName(file.app, values(env));
  if (stack === undefined)
    return { ...known, services: [], problem: "its STACK_NAME is no name a stack can have" };
  const services = fleet.services.filter((one) => one.stack === stack);
  const deployed = deployedVersion(
    stack,
    services.map(({ service: name, labels }) => ({ name, labels })),
  );
  return { ...known, services, ...(deployed === undefined ? {} : { deployed }) };
}

/** From abra's label on service `app` (coopcloud.md §4.3). */
export function deployedVersion(
  stack: string,
  services: readonly Pick<ServiceState, "name" | "labels">[],
): string | undefined {
  // A recipe can write it on its other services too, and hide a major step so.
  const app = services.filter(({ name }) => name === "app");
  const labels = [...app, ...services].map(({ labels }) => labels[abraLabel(stack, "version")]);
  return labels.find((label) => label !== undefined && label !== "");
}

/** The commit that a chaos deploy left running (coopcloud.md §4.3). */
export function chaosCommit(
  stack: string,
  services: readonly Pick<ServiceState, "name" | "labels">[],
): string | undefined {
  const labels = services.find(({ name }) => name === "app")?.labels ?? {};
  if (labels[`coop-cloud.${stack}.chaos`] !== "true") return undefined;
  return labels[`coop-cloud.${stack}.chaos-version`] ?? "of an unknown name";
}
