// A backup brought up: as a new app beside the old, with its settings under the new name, or as the app itself where that is lost.
import type { Paused } from "./backup-steps.ts";
import { parseEnv, values } from "./envfile.ts";
import { hashPlan } from "./fingerprint.ts";
import type { AppName, StackName } from "./ids.ts";
import type { Danger, Plan } from "./plan.ts";
import type { Making } from "./planning-input.ts";
import { sourcesBeside, type NewVolumes } from "./beside-volumes.ts";
import { Refusal } from "./errors.ts";
import { renamed, shortOf, type RestoreMatter, type RestorePoint } from "./restore.ts";
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

/** That the services of a new app will mount. */
export function volumesMade(plan: Plan): readonly string[] {
  return [...new Set(writeOf(plan).desired.services.flatMap(({ volumes }) => volumes))];
}

function writeOf({ steps }: Plan): Extract<Step, { readonly kind: "deploy-stack" }> {
  const write = steps.find((step) => step.kind === "deploy-stack");
  if (write === undefined) throw new Error("a new app is written by its plan");
  return write;
}

/** `plan`: of the new app as if it were to begin with nothing. Throws Refusal `cannot-restore` with all that bars it. */
export function besidePlan(
  plan: Plan,
  point: RestorePoint,
  { sha256, there }: Pick<Making, "sha256"> & Pick<NewVolumes, "there">,
): Plan {
  const whole = bringUp(plan, point, {
    there,
    matters: point.faults === undefined ? [{ kind: "unjudged", snapshot: shortOf(point) }] : [],
    danger: { kind: "beside", app: point.manifest.app, ...takenOf(point) },
  });
  return { ...whole, hash: hashPlan(whole, sha256) };
}

export function takenOf({ parts, at }: RestorePoint): {
  readonly snapshots: readonly string[];
  readonly at: number;
} {
  return { snapshots: parts.map(({ snapshot }) => snapshot), at };
}

export interface BringingUp extends Pick<NewVolumes, "there"> {
  readonly matters: readonly RestoreMatter[];
  readonly danger: Danger;
}

/** Throws as `besidePlan` does. */
export function bringUp(
  plan: Plan,
  point: RestorePoint,
  { there, matters, danger }: BringingUp,
): Omit<Plan, "hash"> {
  const { steps } = plan;
  const write = writeOf(plan);
  const watch = steps.findIndex(({ kind }) => kind === "watch");
  const watched = steps[watch];
  const seconds = watched?.kind === "watch" ? watched.seconds : 0;
  const made = { app: plan.app, stack: write.stack, volumes: volumesMade(plan), there };
  const found = sourcesBeside(point, made);
  if (found.kind === "barred") {
    const snapshot = shortOf(point);
    throw new Refusal({ kind: "cannot-restore", app: plan.app, snapshot, bars: found.bars });
  }
  const { services } = write.desired;
  const restore = restoreOf(point, write.stack, { services, sources: found.sources, seconds });
  const data = stepsOfRestore(restore);
  const lead = steps.slice(0, watch + 1).map((step) => withSecret(step, point, write.stack));
  const from = watch + 1;
  return {
    ...plan,
    steps: [...lead, ...data, ...steps.slice(from)],
    secretsToMake: [],
    release: { ...releaseBeside(restore), from, until: from + data.length - 1 },
    warnings: sortedOnce([
      ...plan.warnings,
      ...matters.map((matter) => ({ kind: "restore", matter }) as const),
    ]),
    dangers: sortedOnce([...plan.dangers, danger]),
    tier: "danger",
  };
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

interface Made extends Pick<RestorePlan, "sources"> {
  readonly services: readonly ServiceState[];
  readonly seconds: number;
}

/** Nobody can lose anything in it, so nothing is saved first. Swarm decides where its volumes are. */
function restoreOf(
  { manifest: { hooks } }: RestorePoint,
  stack: StackName,
  { services, sources, seconds }: Made,
): RestorePlan {
  const paused = services.flatMap(({ name: service, replicas }): readonly Paused[] =>
    replicas === "global" || replicas === 0 ? [] : [{ service, replicas }],
  );
  const first = services.filter(
    (one) => isDatabase(one) || hooks.some(({ service }) => service === one.name),
  );
  return {
    stack,
    services: services.map(({ name }) => name),
    paused,
    first: first.map(({ name }) => name),
    hooks,
    sources,
    seconds,
  };
}
