// A drill as steps of a plan: a scratch stack is made, the data go in, its hooks run, it comes up and is looked at; and it is taken down, whatever happened.
import { hookSteps, type OnStack, type Release } from "./backup-steps.ts";
import type { Hook } from "./backup-labels.ts";
import type { SetUpScratch, TakeDownScratch, Things } from "./drill-steps.ts";
import type { ServerName } from "./ids.ts";
import type { RestoreStep } from "./restore-steps.ts";
import type { HealthCheck, ScratchFacts } from "./scratch.ts";
import type { Step } from "./step.ts";
import type { RestoredVolume } from "./vault.ts";

export interface DrillPlan extends OnStack, Things {
  readonly repository: ServerName;
  readonly node: string;
  readonly images: ScratchFacts["images"];
  /** What each snapshot gives. */
  readonly sources: readonly {
    readonly snapshot: string;
    readonly volumes: readonly RestoredVolume[];
  }[];
  /** Of a restore. */
  readonly hooks: readonly Hook[];
  /** By service, the scratch stack's volumes. */
  readonly mounts: ScratchFacts["mounts"];
  readonly services: readonly string[];
  readonly checks: readonly HealthCheck[];
  readonly unchecked: readonly string[];
  /** With all services, and with those alone that hooks run in. */
  readonly compose: { readonly whole: string; readonly first: string };
  /** For services to come up. */
  readonly seconds: number;
}

/** Services that hooks run in: they are up before the others. */
function firstServices({ hooks, services }: Pick<DrillPlan, "hooks" | "services">) {
  return services.filter((name) => hooks.some(({ service }) => service === name));
}

/**
 * Whole volumes are filled before anything starts. A dump goes in once its database runs: an empty one would not start on a folder
 * that has a file in it.
 */
export function stepsOfDrill(plan: DrillPlan): readonly Step[] {
  const { stack, images, compose, services, checks, unchecked, seconds } = plan;
  const first = firstServices(plan);
  const [image] = images;
  if (image === undefined) throw new Error("a stack without a service was to be tried");
  const isDump = ({ to, paths }: RestoredVolume): boolean =>
    paths !== undefined && first.some((service) => plan.mounts[service]?.includes(to) === true);
  return [
    ...images.map((one) => ({ kind: "pull", ...one }) as const),
    { kind: "set-up-scratch", ...thingsOf(plan), ...sourceOf(plan), image: image.image },
    ...restoreSteps(plan, (volume) => !isDump(volume)),
    ...(first.length === 0 ? [] : firstSteps(plan, first)),
    ...restoreSteps(plan, isDump),
    ...hookSteps(plan, "restore-post"),
    { kind: "run-scratch", stack, compose: compose.whole },
    { kind: "watch", stack, services, seconds },
    { kind: "prove", stack, checks, unchecked },
    takeDown(plan),
  ];
}

function thingsOf({ stack, app, volumes, secrets, repository }: DrillPlan) {
  return { stack, app, volumes, secrets, repository };
}

function sourceOf({ sources, node }: DrillPlan): Pick<SetUpScratch, "snapshot" | "node"> {
  return { snapshot: sources[0]?.snapshot ?? "", node };
}

function firstSteps(plan: DrillPlan, services: readonly string[]): readonly Step[] {
  const { stack, compose, seconds } = plan;
  return [
    { kind: "run-scratch", stack, compose: compose.first },
    { kind: "watch", stack, services, seconds },
    ...hookSteps(plan, "restore-pre"),
  ];
}

function restoreSteps(
  { stack, node, repository, sources }: DrillPlan,
  isWanted: (volume: RestoredVolume) => boolean,
): readonly RestoreStep[] {
  return sources.flatMap(({ snapshot, volumes: all }) => {
    const volumes = all.filter(isWanted);
    if (volumes.length === 0) return [];
    return [{ kind: "restore-volumes", stack, repository, snapshot, node, volumes } as const];
  });
}

function takeDown(plan: DrillPlan): TakeDownScratch {
  return { kind: "take-down-scratch", ...thingsOf(plan) };
}

/** From the moment that anything of it is made until it is taken down. */
export function releaseOfDrill(
  plan: DrillPlan,
  steps: readonly Pick<Step, "kind">[],
): Release<Step> {
  return {
    from: steps.findIndex(({ kind }) => kind === "set-up-scratch"),
    until: steps.findIndex(({ kind }) => kind === "prove"),
    steps: [takeDown(plan)],
  };
}
