// Why a plan needs more people than an ordinary change: its effects, whatever was typed (design, Trust).
import { POST_COMMANDS, RECIPE_KEYS, SHORT_COMMIT } from "./abra.ts";
import type { Danger } from "./plan.ts";
import type { ServiceChange } from "./service-change.ts";
import type { PlanInput } from "./planning-input.ts";
import { rotationDangers } from "./rotation.ts";
import { openRules } from "./router.ts";
import { isMajorStep } from "./version.ts";
import { returnDangers } from "./way-back.ts";

export const DOCKER_SOCKETS = ["/var/run/docker.sock", "/run/docker.sock"];

export function findDangers(
  input: PlanInput,
  changes: readonly ServiceChange[],
): readonly Danger[] {
  return [
    ...versionDangers(input),
    ...rotationDangers(input),
    ...(changes.some(({ fate }) => fate !== "unchanged") ? returnDangers(input) : []),
    ...changedCommands(input),
    ...routerDangers(input),
    ...powerDangers(input, changes),
  ];
}

function versionDangers({ version, recipe, isInCatalogue }: PlanInput): readonly Danger[] {
  const { from, to, isChaos, commit, movedFrom } = version;
  return [
    ...(from !== undefined && isMajorStep(from, to)
      ? [{ kind: "major-step", from, to } as const]
      : []),
    ...(isChaos ? [{ kind: "chaos", commit: to.slice(0, SHORT_COMMIT) } as const] : []),
    ...(isInCatalogue ? [] : [{ kind: "outside-catalogue", recipe } as const]),
    ...(movedFrom === undefined
      ? []
      : [{ kind: "tag-moved", version: to, from: movedFrom, to: commit } as const]),
  ];
}

/** Measured against what the running app carries, or else against the recipe's own sample. */
function changedCommands({ env, sample, actual }: PlanInput): readonly Danger[] {
  const running = actual.live?.services.find(({ name }) => name === "app")?.env ?? {};
  const isExposed = RECIPE_KEYS.some((key) => Object.hasOwn(running, key));
  const before = isExposed ? running : sample;
  return POST_COMMANDS.filter((key) => (env[key] ?? "") !== (before[key] ?? "")).map((key) => ({
    kind: "post-commands",
    key,
  }));
}

/** A label changes without a restart, so what counts is whether the rule is new. */
function routerDangers({ desired, actual }: PlanInput): readonly Danger[] {
  return desired.services.flatMap(({ name: service, labels }) => {
    const before = actual.live?.services.find(({ name }) => name === service)?.labels ?? {};
    return openRules(labels)
      .filter(([label, rule]) => before[label] !== rule)
      .map(([, rule]) => ({ kind: "open-router", service, rule: rule.slice(0, 200) }) as const);
  });
}

/** Powers count only where something new is about to hold them: a service left alone has them already. */
function powerDangers(
  { desired, rendered }: PlanInput,
  changes: readonly ServiceChange[],
): readonly Danger[] {
  const renewed = new Set(
    changes
      .filter(({ fate }) => fate === "starts" || fate === "restarts")
      .map(({ service }) => service),
  );
  const binds = desired.services
    .filter(({ name }) => renewed.has(name))
    .flatMap(({ name: service, binds: paths }) =>
      paths.map((path): Danger =>
        DOCKER_SOCKETS.includes(path)
          ? { kind: "docker-socket", service }
          : { kind: "host-path", service, path },
      ),
    );
  const powers = rendered.powers
    .filter(({ service }) => renewed.has(service))
    .flatMap(({ service, capabilities, hostNetwork }): readonly Danger[] => [
      ...(hostNetwork ? [{ kind: "host-network", service } as const] : []),
      ...(capabilities.length === 0
        ? []
        : [{ kind: "capabilities", service, added: capabilities.toSorted() } as const]),
    ]);
  return [...binds, ...powers];
}
