// What is wanted of a stack, before the docker CLI has read it: from a recipe's files, or from what an earlier deployment kept.
import { exportsOf } from "../core/abrash.ts";
import { renderEnvironment, type Deployment } from "../core/environment.ts";
import { parseEnv, setVersion, values, type EnvFile } from "../core/envfile.ts";
import { Refusal } from "../core/errors.ts";
import type { KeptDeployment } from "../core/ledger.ts";
import type { Obstacle } from "../core/plan.ts";
import type { PlanInput } from "../core/planning-input.ts";
import type { Checkout } from "../core/ports.ts";
import { isCommit } from "../core/version.ts";
import { stackOf } from "./app-facts.ts";
import type { Target } from "./target.ts";
import type { World } from "./world.ts";

export interface Draft {
  readonly target: Target;
  readonly path: string;
  /** As it is to be. */
  readonly file: EnvFile;
  readonly sample: string | undefined;
  readonly composeFiles: readonly string[];
  readonly composeTexts: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly deployment: Deployment;
  readonly news: Pick<PlanInput["version"], "commit" | "movedFrom" | "stale">;
}

/** Throws Refusal `plan-impossible` where the env or the paths of the recipe are hostile. */
export async function draftOf(
  world: World,
  target: Target,
  file: EnvFile,
  checkout: Checkout,
): Promise<Draft> {
  const path = target.file?.path ?? world.apps.pathOf(target.app, target.server);
  const stack = stackOf({ app: target.app, server: target.server, path, text: file.text });
  const exports = exportsOf((await checkout.read("abra.sh")) ?? "");
  const environment = renderEnvironment(values(file), stack, exports);
  const ready = environment.kind === "ready" ? environment.env : {};
  const composeFiles = (ready["COMPOSE_FILE"] ?? "compose.yml")
    .split(":")
    .filter((name) => name !== "");
  const strays = await world.strays(target.recipe, checkout, composeFiles);
  const obstacles = [...(environment.kind === "steering" ? environment.obstacles : []), ...strays];
  if (obstacles.length > 0) throw impossible(target, obstacles);
  const texts = await Promise.all(composeFiles.map((name) => checkout.read(name)));
  const { recipe } = target;
  const { version, isChaos, commit, movedFrom, stale } = checkout;
  return {
    target,
    path,
    file,
    sample: await checkout.read(".env.sample"),
    composeFiles,
    composeTexts: texts.map((text) => text ?? ""),
    env: ready,
    deployment: { stack, recipe, version, isChaos },
    news: {
      commit,
      ...(movedFrom !== undefined && { movedFrom }),
      ...(stale !== undefined && { stale }),
    },
  };
}

/** The env file as it was, with the version that ran on its TYPE line. */
export function draftOfKept(world: World, target: Target, kept: KeptDeployment): Draft {
  const { app, server, recipe } = target;
  const path = target.file?.path ?? world.apps.pathOf(app, server);
  const before = parseEnv(kept.env);
  if (before.kind === "problem") throw new Error("what was deployed had an env file that parses");
  const file = setVersion(before, kept.version);
  const { stack, version } = kept;
  return {
    target,
    path,
    file,
    sample: undefined,
    composeFiles: [],
    composeTexts: [],
    env: { ...values(file), STACK_NAME: stack },
    deployment: { stack, recipe, version, isChaos: isCommit(version) },
    news: { commit: version },
  };
}

export function impossible({ app }: Pick<Target, "app">, obstacles: readonly Obstacle[]): Refusal {
  return new Refusal({ kind: "plan-impossible", app, obstacles });
}
