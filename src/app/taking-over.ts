// Compares what a team's env files say with what its servers run: what abra left in another state than it looks.
import { DIRTY_SUFFIX } from "../core/abra.ts";
import type { AppSight } from "../core/command.ts";
import { parseEnv, recipeOf } from "../core/envfile.ts";
import type { Oddity } from "../core/oddity.ts";
import type { AppFile, FleetService } from "../core/ports.ts";
import { stackName } from "../core/stack.ts";
import { appFacts } from "./app-facts.ts";

/** Of one server: its env files, and every service it runs. */
export function oddities(
  files: readonly AppFile[],
  services: readonly FleetService[],
): readonly Oddity[] {
  const sights = files.map((file) => appFacts(file, { services }));
  const known = new Set(sights.flatMap(stacksOf));
  return [...sights.flatMap(oddityOf), ...strangers(services, known)];
}

/** A file that cannot be read most likely has the usual one. */
function stacksOf({ file, services, problem }: AppSight): readonly string[] {
  const usual = problem === undefined ? undefined : stackName(file.app, {});
  return [...services.map(({ stack }) => stack), ...(usual === undefined ? [] : [usual])];
}

function oddityOf({ file, problem, services, ...versions }: AppSight): readonly Oddity[] {
  const { app } = file;
  if (problem !== undefined) return [{ kind: "bad-env", app, problem }];
  if (services.length === 0) return [{ kind: "not-deployed", app }];
  const chaos = chaosOf(services);
  if (isDirty(file) || chaos?.endsWith(DIRTY_SUFFIX) === true)
    return [{ kind: "dirty", app, version: chaos ?? versions.deployed ?? UNKNOWN }];
  return chaos === undefined
    ? versionOddity(app, versions)
    : [{ kind: "chaos", app, version: chaos }];
}

const UNKNOWN = "an unknown commit";

/** The commit that was deployed instead of a version. */
function chaosOf(services: readonly FleetService[]): string | undefined {
  const stack = services[0]?.stack ?? "";
  if (labelOf(services, stack, "chaos") !== "true") return undefined;
  return labelOf(services, stack, "chaos-version") ?? UNKNOWN;
}

function versionOddity(
  app: string,
  { pinned, deployed }: Pick<AppSight, "pinned" | "deployed">,
): readonly Oddity[] {
  if (pinned === undefined || deployed === undefined || pinned === deployed) return [];
  return [{ kind: "other-version", app, pinned, deployed }];
}

function isDirty({ text }: AppFile): boolean {
  const env = parseEnv(text);
  return env.kind === "env" && recipeOf(env)?.chaosDirty === true;
}

function strangers(
  services: readonly FleetService[],
  known: ReadonlySet<string>,
): readonly Oddity[] {
  const stacks = [...new Set(services.map(({ stack }) => stack))].toSorted();
  return stacks
    .filter((stack) => !known.has(stack))
    .flatMap((stack): readonly Oddity[] => {
      const own = services.filter((one) => one.stack === stack);
      const isAbras = own.some(({ labels }) =>
        Object.keys(labels).some((key) => key.startsWith(`coop-cloud.${stack}.`)),
      );
      if (!isAbras) return [];
      const recipe = labelOf(own, stack, "recipe");
      return [{ kind: "no-env", stack, ...(recipe !== undefined && { recipe }) }];
    });
}

/** abra writes them on service `app`, recipes sometimes on others. */
function labelOf(
  services: readonly FleetService[],
  stack: string,
  name: string,
): string | undefined {
  const ordered = services.toSorted(
    (a, b) => Number(b.service === "app") - Number(a.service === "app"),
  );
  return ordered
    .map(({ labels }) => labels[`coop-cloud.${stack}.${name}`])
    .find((label) => label !== undefined && label !== "");
}
