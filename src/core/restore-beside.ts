// A backup brought up as a new app beside the old: its settings under the new name, its secrets, and its data.
import type { Paused } from "./backup-steps.ts";
import { parseEnv, values } from "./envfile.ts";
import { hashPlan } from "./fingerprint.ts";
import type { AppName, StackName } from "./ids.ts";
import type { Plan } from "./plan.ts";
import type { Making } from "./planning-input.ts";
import { renamed, targetsOf, type RestorePoint } from "./restore.ts";
import { releaseBeside, stepsOfRestore, type RestorePlan } from "./restore-steps.ts";
import { sortedOnce } from "./canonical-json.ts";
import { isDatabase } from "./databases.ts";
import type { ServiceState } from "./state.ts";
import type { Step } from "./step.ts";

/** What names an app or its recipe, and is the new one's own. */
const OWN: readonly string[] = ["TYPE", "RECIPE", "DOMAIN", "STACK_NAME"];

/** What the old app had set, with the new name in the place of the old. */
export function settingsFor(
  { env = "", manifest }: RestorePoint,
  app: AppName,
): readonly (readonly [key: string, value: string])[] {
  const read = parseEnv(env);
  if (read.kind === "problem") return [];
  return Object.entries(values(read))
    .filter(([key]) => !OWN.includes(key))
    .map(([key, value]) => [key, value.replaceAll(manifest.app, app)]);
}

/** `plan`: of the new app as if it were to begin with nothing. */
export function besidePlan(
  plan: Plan,
  point: RestorePoint,
  { sha256 }: Pick<Making, "sha256">,
): Plan {
  const { steps } = plan;
  const write = steps.find((step) => step.kind === "deploy-stack");
  const watch = steps.findIndex(({ kind }) => kind === "watch");
  if (write === undefined || watch === -1) throw new Error("a new app is written by its plan");
  const watched = steps[watch];
  const seconds = watched?.kind === "watch" ? watched.seconds : 0;
  const restore = restoreOf(point, write.stack, { services: write.desired.services, seconds });
  const data = stepsOfRestore(restore);
  const lead = steps.slice(0, watch + 1).map((step) => withSecret(step, point, write.stack));
  const from = watch + 1;
  const whole: Omit<Plan, "hash"> = {
    ...plan,
    steps: [...lead, ...data, ...steps.slice(from)],
    secretsToMake: [],
    release: { ...releaseBeside(restore), from, until: from + data.length - 1 },
    warnings: sortedOnce([
      ...plan.warnings,
      ...(point.faults === undefined
        ? [{ kind: "restore", matter: { kind: "unjudged", snapshot: firstOf(point) } } as const]
        : []),
    ]),
    dangers: sortedOnce([
      ...plan.dangers,
      {
        kind: "beside",
        app: point.manifest.app,
        snapshots: point.parts.map(({ snapshot }) => snapshot),
        at: point.at,
      } as const,
    ]),
    tier: "danger",
  };
  return { ...whole, hash: hashPlan(whole, sha256) };
}

function firstOf({ parts }: RestorePoint): string {
  return parts[0]?.snapshot.slice(0, 8) ?? "";
}

/** A value that the snapshot has is not made anew. */
function withSecret(step: Step, point: RestorePoint, stack: StackName): Step {
  if (step.kind !== "create-secret") return step;
  const { manifest, parts, repository } = point;
  const from = manifest.secrets.find((name) => renamed(name, manifest.stack, stack) === step.name);
  const snapshot = parts[0]?.snapshot;
  if (from === undefined || snapshot === undefined) return step;
  return { kind: "place-secret", name: step.name, from, repository, snapshot };
}

interface Made {
  readonly services: readonly ServiceState[];
  readonly seconds: number;
}

/** Nobody can lose anything in it, so nothing is saved first. Swarm decides where its volumes are. */
function restoreOf(
  point: RestorePoint,
  stack: StackName,
  { services, seconds }: Made,
): RestorePlan {
  const { manifest, parts, repository } = point;
  const { hooks } = manifest;
  const paused = services.flatMap(({ name: service, replicas }): readonly Paused[] =>
    replicas === "global" || replicas === 0 ? [] : [{ service, replicas }],
  );
  const first = services.filter(
    (one) => isDatabase(one) || hooks.some(({ service }) => service === one.name),
  );
  const stacks = { from: manifest.stack, to: stack };
  return {
    stack,
    services: services.map(({ name }) => name),
    paused,
    first: first.map(({ name }) => name),
    hooks,
    sources: parts
      .filter(({ volumes }) => volumes.length > 0)
      .map(({ snapshot, volumes }) => ({
        repository,
        snapshot,
        volumes: targetsOf(volumes, stacks),
      })),
    seconds,
  };
}
