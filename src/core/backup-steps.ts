// A backup as steps of a plan, alone or before something risky: what is done, and what must be done whatever becomes of it.
import type { Hook } from "./backup-labels.ts";
import type { RecipeName, ServerName, StackName } from "./ids.ts";
import type { LoadedVolume } from "./vault.ts";

export interface OnStack {
  readonly stack: StackName;
  /** Where it is not the job's. */
  readonly server?: ServerName;
}

export type BackupStep =
  /** Waits until every service runs as it should, so that nothing is read in the middle of an update. */
  | ({
      readonly kind: "settle";
      readonly services: readonly string[];
      readonly seconds: number;
    } & OnStack)
  | ({ readonly kind: "run-hook"; readonly hook: Hook; readonly seconds: number } & OnStack)
  | PauseService
  | ResumeService
  | SaveStep
  | ({
      readonly kind: "judge-backup";
      /** Somebody's word that it may be smaller than the last ones. */
      readonly isSmallRight: boolean;
    } & OnStack)
  /** Stops what a save that was cut off may still be reading. */
  | ({ readonly kind: "abandon-save" } & OnStack);

/** To 0 tasks; the server keeps in a label how many there were. */
export interface PauseService extends OnStack {
  readonly kind: "pause-service";
  readonly service: string;
  readonly replicas: number;
}

/** To as many tasks as the label on the server says. */
export interface ResumeService extends OnStack {
  readonly kind: "resume-service";
  readonly service: string;
  readonly seconds: number;
}

/** One snapshot: the volumes that are on one node, and what the app needs to live again elsewhere. */
export interface SaveStep extends OnStack {
  readonly kind: "save";
  readonly node: string;
  readonly volumes: readonly LoadedVolume[];
  /** Each with an image that the server has, to read them with. */
  readonly secrets: readonly { readonly image: string; readonly names: readonly string[] }[];
  readonly recipe: RecipeName;
  readonly version: string;
  /** What a restore is to run. */
  readonly hooks: readonly Hook[];
}

export interface Paused {
  readonly service: string;
  readonly replicas: number;
}

export interface BackupPlan extends OnStack {
  /** All that run; none where nothing does. */
  readonly services: readonly string[];
  readonly hooks: readonly Hook[];
  readonly paused: readonly Paused[];
  /** What each node gives; one at least. */
  readonly loads: readonly Pick<SaveStep, "node" | "volumes">[];
  readonly secrets: SaveStep["secrets"];
  readonly recipe: RecipeName;
  readonly version: string;
  readonly isSmallRight: boolean;
  /** To come up, and to be settled before. */
  readonly seconds: number;
}

/** What a part of a plan does whatever becomes of it once it has begun. */
export interface Release<One = BackupStep> {
  /** The plan's steps, first and last, that lead there when one of them fails or is stopped. */
  readonly from: number;
  readonly until: number;
  readonly steps: readonly One[];
}

/** So long a hook may take; a dump of a large database takes its time. */
const HOOK_SECONDS = 3_600;

/** A service that was stopped is up again before its post-hook, which runs inside it. */
export function stepsOfBackup(plan: BackupPlan): readonly BackupStep[] {
  const { services, hooks, paused, loads, seconds, isSmallRight, secrets, recipe, version } = plan;
  const on = placeOf(plan);
  const isUp = services.length > 0;
  const restoring = hooks.filter(({ when }) => when.startsWith("restore"));
  return [
    ...(isUp ? [{ kind: "settle", ...on, services, seconds } as const] : []),
    ...hookSteps(plan, "backup-pre"),
    ...paused.map((one) => ({ kind: "pause-service", ...on, ...one }) as const),
    ...loads.map(
      (load) =>
        ({ kind: "save", ...on, ...load, secrets, recipe, version, hooks: restoring }) as const,
    ),
    ...paused.map(({ service }) => ({ kind: "resume-service", ...on, service, seconds }) as const),
    ...hookSteps(plan, "backup-post"),
    { kind: "judge-backup", ...on, isSmallRight },
  ];
}

/** Services first: they are what people miss. */
export function releaseOf(plan: BackupPlan, steps: readonly BackupStep[]): Release {
  const { paused, seconds } = plan;
  const on = placeOf(plan);
  return {
    from: steps.findIndex(({ kind }) => kind !== "settle"),
    until: steps.findIndex(({ kind }) => kind === "judge-backup") - 1,
    steps: [
      ...paused.map(
        ({ service }) => ({ kind: "resume-service", ...on, service, seconds }) as const,
      ),
      ...hookSteps(plan, "backup-post"),
      { kind: "abandon-save", ...on },
    ],
  };
}

export function hookSteps(
  plan: OnStack & Pick<BackupPlan, "hooks">,
  when: Hook["when"],
): readonly BackupStep[] {
  const on = placeOf(plan);
  return plan.hooks
    .filter((hook) => hook.when === when)
    .map((hook) => ({ kind: "run-hook", ...on, hook, seconds: HOOK_SECONDS }));
}

export function placeOf({ stack, server }: OnStack): OnStack {
  return { stack, ...(server !== undefined && { server }) };
}
