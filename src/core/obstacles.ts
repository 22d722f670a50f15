// What makes a deploy impossible, all of it at once.
import { foreignObjects } from "./foreign.ts";
import { imageFindings } from "./pinning.ts";
import type { Obstacle } from "./plan.ts";
import type { PlanInput } from "./planning-input.ts";
import { isScratchStack } from "./scratch.ts";
import { CONTENT_LIMITS, isObjectName, NAME_LIMITS, nameVersion, serviceName } from "./stack.ts";

export function findObstacles(input: PlanInput): readonly Obstacle[] {
  const { desired, images, actual } = input;
  return [
    ...input.obstacles,
    ...scratchName(input),
    ...noAppService(input),
    ...noImages(input),
    ...longNames(input),
    ...misnamedSecrets(input),
    ...secretObstacles(input),
    ...missingNetworks(input),
    ...missingConfigs(input),
    ...unversionedConfigs(input),
    ...changedConfigs(input),
    ...largeFiles(input),
    ...imageFindings(
      desired.services.filter(({ image }) => image !== ""),
      images,
      actual.live,
    ).obstacles,
    ...modeChanges(input),
    ...foreignObjects(input),
  ];
}

/** A drill takes away whatever stands there. */
function scratchName({ stack }: PlanInput): readonly Obstacle[] {
  if (!isScratchStack(stack)) return [];
  return [{ kind: "foreign", what: "stack", name: stack, owner: "drills of moot's" }];
}

function noAppService({ desired }: PlanInput): readonly Obstacle[] {
  const services = desired.services.map(({ name }) => name).toSorted();
  return services.includes("app") ? [] : [{ kind: "no-app-service", services }];
}

/** abra's rule R011; swarm would only say that a reference is invalid. */
function noImages({ desired }: PlanInput): readonly Obstacle[] {
  return desired.services
    .filter(({ image }) => image === "")
    .map(({ name }) => ({ kind: "no-image", service: name }));
}

/** abra's rule R012, as far as it bites: the variable that ends the name is set neither in abra.sh nor in the env file. */
function unversionedConfigs({ desired }: PlanInput): readonly Obstacle[] {
  return desired.configs
    .filter(({ name }) => nameVersion(name) === undefined)
    .map(({ name }) => ({ kind: "config-unversioned", config: name }));
}

function longNames({ stack, desired, rendered }: PlanInput): readonly Obstacle[] {
  const tooLong = (what: keyof typeof NAME_LIMITS, names: readonly string[]): readonly Obstacle[] =>
    names
      .filter((name) => name.length > NAME_LIMITS[what])
      .map((name) => ({ kind: "name-too-long", what, name, limit: NAME_LIMITS[what] }));
  const { services, configs } = desired;
  return [
    ...tooLong(
      "service",
      services.map(({ name }) => serviceName(stack, name)),
    ),
    ...tooLong("secret", [...rendered.externalSecrets, ...services.flatMap((one) => one.secrets)]),
    ...tooLong("config", [
      ...configs.map(({ name }) => name),
      ...services.flatMap((one) => one.configs),
    ]),
  ];
}

/** A name that a setting has filled with more than a name could lead to another file than the one it is handed over in. */
function misnamedSecrets({ desired, rendered }: PlanInput): readonly Obstacle[] {
  const used = desired.services.flatMap(({ secrets }) => secrets);
  return [...new Set([...rendered.externalSecrets, ...used])]
    .filter((name) => nameVersion(name) !== undefined && !isObjectName(name))
    .map((secret) => ({ kind: "secret-misnamed", secret }));
}

/** A secret that is missing can be made only if it is this app's and not left to people. */
function secretObstacles({ stack, secrets, actual }: PlanInput): readonly Obstacle[] {
  return secrets.flatMap(({ name, generate }): readonly Obstacle[] => {
    if (nameVersion(name) === undefined) return [{ kind: "secret-unversioned", secret: name }];
    if (!isObjectName(name)) return [{ kind: "secret-misnamed", secret: name }];
    if (actual.swarm.secrets.includes(name)) return [];
    if (!generate) return [{ kind: "secret-missing", secret: name, why: "not-inserted" }];
    if (name.startsWith(`${stack}_`)) return [];
    return [{ kind: "secret-missing", secret: name, why: "not-generated" }];
  });
}

function missingNetworks({ rendered, actual }: PlanInput): readonly Obstacle[] {
  return rendered.externalNetworks
    .filter((network) => !actual.swarm.networks.includes(network))
    .map((network) => ({ kind: "network-missing", network }));
}

function missingConfigs({ rendered, actual }: PlanInput): readonly Obstacle[] {
  const known = new Set(actual.swarm.configs.map(({ name }) => name));
  return rendered.externalConfigs
    .filter((config) => !known.has(config))
    .map((config) => ({ kind: "config-missing", config }));
}

/** Swarm cannot change what a config holds, so new content needs a new name. */
function changedConfigs({ desired, actual }: PlanInput): readonly Obstacle[] {
  const contents = new Map(actual.swarm.configs.map(({ name, sha256 }) => [name, sha256]));
  return desired.configs
    .filter(({ name, sha256 }) => contents.has(name) && contents.get(name) !== sha256)
    .map(({ name }) => {
      const users = desired.services.filter(({ configs }) => configs.includes(name));
      const service = users
        .map((one) => one.name)
        .toSorted()
        .join(", ");
      return { kind: "config-changed", config: name, service };
    });
}

function largeFiles({ rendered }: PlanInput): readonly Obstacle[] {
  return rendered.files
    .filter(({ what, bytes }) => bytes >= CONTENT_LIMITS[what])
    .map((file) => ({ kind: "file-too-large", ...file, limit: CONTENT_LIMITS[file.what] }));
}

/** Swarm refuses to turn a service that runs on every node into one with a number of tasks, and back. */
function modeChanges({ desired, actual }: PlanInput): readonly Obstacle[] {
  const isGlobal = (replicas: number | "global"): boolean => replicas === "global";
  return desired.services
    .filter(({ name, replicas }) => {
      const running = actual.live?.services.find((service) => service.name === name);
      return running !== undefined && isGlobal(running.replicas) !== isGlobal(replicas);
    })
    .map(({ name }) => ({ kind: "mode-change", service: name }));
}
