// A restore as steps of a plan: services stopped, a safety snapshot taken, data put back, hooks run; and the way out of each of them.
import {
  hookSteps,
  placeOf,
  type BackupPlan,
  type BackupStep,
  type OnStack,
  type Paused,
  type Release,
} from "./backup-steps.ts";
import type { Hook } from "./backup-labels.ts";
import type { ServerName } from "./ids.ts";
import type { RestoredVolume } from "./vault.ts";

export type RestoreStep = RestoreVolumes | UndoRestore | PlaceSecret;

/** Makes a secret of the value that a snapshot has of one. */
export interface PlaceSecret {
  readonly kind: "place-secret";
  /** Swarm name. */
  readonly name: string;
  /** Its name in the snapshot. */
  readonly from: string;
  readonly repository: ServerName;
  readonly snapshot: string;
}

export interface RestoreVolumes extends OnStack, RestoreSource {
  readonly kind: "restore-volumes";
}

/** What one snapshot gives. */
export interface RestoreSource {
  /** Whose repository holds it. */
  readonly repository: ServerName;
  readonly snapshot: string;
  /** The node that has the volumes; absent where they are not there yet. */
  readonly node?: string;
  readonly volumes: readonly RestoredVolume[];
}

/** Puts back what the job's own safety snapshot holds, if anything was overwritten. */
export interface UndoRestore extends OnStack {
  readonly kind: "undo-restore";
  /** To be stopped meanwhile, those of them that are there. */
  readonly services: readonly Paused[];
}

export interface RestorePlan extends OnStack {
  /** All that are to run at the end; none where nothing does. */
  readonly services: readonly string[];
  /** In the order in which they are stopped. */
  readonly paused: readonly Paused[];
  /** Of those that are stopped: started first, since hooks run in them or others need them. */
  readonly first: readonly string[];
  /** Of the snapshot. */
  readonly hooks: readonly Hook[];
  /** Absent: on somebody's word none is taken. */
  readonly safety?: Pick<BackupPlan, "loads" | "secrets" | "recipe" | "version">;
  readonly sources: readonly RestoreSource[];
  /** For each service to come up. */
  readonly seconds: number;
}

/** Hooks run inside services that are up, and the others start when the data are all there. */
export function stepsOfRestore(plan: RestorePlan): readonly (BackupStep | RestoreStep | Watch)[] {
  const { services, paused, sources, seconds } = plan;
  const on = placeOf(plan);
  const [first, others] = inTurns(plan);
  return [
    ...hookSteps(plan, "restore-pre"),
    ...paused.map((one) => ({ kind: "pause-service", ...on, ...one }) as const),
    ...safetySteps(plan),
    ...sources.map((source) => ({ kind: "restore-volumes", ...on, ...source }) as const),
    ...resumeSteps(plan, first),
    ...hookSteps(plan, "restore-post"),
    ...resumeSteps(plan, others),
    ...(services.length === 0 ? [] : [{ kind: "watch", ...on, services, seconds } as const]),
  ];
}

interface Watch extends OnStack {
  readonly kind: "watch";
  readonly services: readonly string[];
  readonly seconds: number;
}

/** From the moment that the first service is stopped, or the first data are read. */
export function releaseOfRestore(
  plan: RestorePlan,
  steps: readonly { readonly kind: string }[],
): Release<BackupStep | RestoreStep> {
  const on = placeOf(plan);
  const [first, others] = inTurns(plan);
  return {
    from: steps.findIndex(({ kind }) => kind !== "run-hook"),
    until: steps.length - 1,
    steps: [
      // Before anything is put back: two must not write into one volume.
      { kind: "abandon-save", ...on },
      { kind: "undo-restore", ...on, services: plan.paused },
      ...resumeSteps(plan, [...first, ...others]),
    ],
  };
}

/** Of a new app: nothing that anybody had was overwritten. */
export function releaseBeside(plan: RestorePlan): Pick<Release, "steps"> {
  const [first, others] = inTurns(plan);
  return {
    steps: [
      { kind: "abandon-save", ...placeOf(plan) },
      ...resumeSteps(plan, [...first, ...others]),
    ],
  };
}

/**
 * Of a return to an older version: the data go in while nothing runs, and what has to be loaded when that version does. `loaded`:
 * volumes that their service's hook fills from its dump.
 */
export function dataSteps(
  plan: RestorePlan,
  loaded: readonly string[],
): {
  readonly before: readonly (BackupStep | RestoreStep)[];
  readonly after: readonly (BackupStep | RestoreStep)[];
} {
  const { sources, paused } = plan;
  const on = placeOf(plan);
  const put = (source: RestoreSource): RestoreStep => ({
    kind: "restore-volumes",
    ...on,
    ...source,
  });
  const isDump = ({ to, paths }: RestoredVolume): boolean =>
    paths !== undefined && loaded.includes(to);
  // An older program may not start on data of a newer one; the dump is all that its service needs.
  const withoutDump = (volume: RestoredVolume): RestoredVolume =>
    isDump(volume) ? { ...volume, isLeftEmpty: true } : volume;
  const dumps = sources.flatMap((source) => {
    const volumes = source.volumes.filter(isDump);
    return volumes.length === 0 ? [] : [{ ...source, volumes }];
  });
  return {
    before: [
      ...hookSteps(plan, "restore-pre"),
      ...paused.map((one) => ({ kind: "pause-service", ...on, ...one }) as const),
      ...safetySteps(plan),
      ...sources.map((source) => put({ ...source, volumes: source.volumes.map(withoutDump) })),
    ],
    after: [...dumps.map(put), ...hookSteps(plan, "restore-post")],
  };
}

/** The volumes are taken whole and at rest, so that no hook is needed to take them or to put them back. */
function safetySteps(plan: RestorePlan): readonly BackupStep[] {
  const { safety } = plan;
  if (safety === undefined) return [];
  const { loads, secrets, recipe, version } = safety;
  const on = placeOf(plan);
  return [
    ...loads.map(
      (load) => ({ kind: "save", ...on, ...load, secrets, recipe, version, hooks: [] }) as const,
    ),
    { kind: "judge-backup", ...on, isSmallRight: true },
  ];
}

function inTurns({
  paused,
  first,
}: RestorePlan): readonly [first: readonly string[], others: readonly string[]] {
  // What was stopped last, because others use it, is up first.
  const stopped = paused.map(({ service }) => service).toReversed();
  return [
    stopped.filter((service) => first.includes(service)),
    stopped.filter((service) => !first.includes(service)),
  ];
}

function resumeSteps(plan: RestorePlan, services: readonly string[]): readonly BackupStep[] {
  const { seconds } = plan;
  return services.map((service) => ({
    kind: "resume-service",
    ...placeOf(plan),
    service,
    seconds,
  }));
}
