// A step back together with the data: one plan, of the step as it would be without them and of the restore.
import type { Paused } from "./backup-steps.ts";
import { sortedOnce } from "./canonical-json.ts";
import { loadedVolumes } from "./dumps.ts";
import { hashPlan } from "./fingerprint.ts";
import type { Danger, Plan, Warning, WayBack } from "./plan.ts";
import type { Making } from "./planning-input.ts";
import { dataSteps, type RestorePlan } from "./restore-steps.ts";
import type { Step } from "./step.ts";

export interface WithData {
  readonly restore: RestorePlan;
  readonly warnings: readonly Warning[];
  readonly dangers: readonly Danger[];
}

/** `back`: to what runs now; whatever fails, data and programs return together. */
export function withData(
  plan: Plan,
  back: WayBack,
  { restore, warnings, dangers }: WithData,
  { sha256 }: Pick<Making, "sha256">,
): Plan {
  // Hooks run in what the step back writes.
  const then = plan.steps.find((step) => step.kind === "deploy-stack")?.desired.services ?? [];
  const { before, after } = dataSteps(restore, loadedVolumes(then, restore.hooks));
  const place = plan.steps.findIndex(({ kind }) => kind !== "pull");
  const watch = plan.steps.findIndex(({ kind }) => kind === "watch");
  const [fetching, writing] = [plan.steps.slice(0, place), plan.steps.slice(place, watch + 1)];
  const again = plan.steps.slice(watch, watch + 1);
  const held: readonly Step[] = [
    ...before,
    ...writing,
    ...after,
    ...(after.length > 0 ? again : []),
  ];
  const { stack, paused } = restore;
  // Those that only the older version has write into the same volumes by then.
  const begun = then.flatMap(({ name: service, replicas }): readonly Paused[] =>
    replicas === "global" || replicas === 0 || paused.some((one) => one.service === service)
      ? []
      : [{ service, replicas }],
  );
  const whole: Omit<Plan, "hash"> = {
    ...plan,
    steps: [...fetching, ...held, ...plan.steps.slice(watch + 1)],
    release: {
      from: place + before.findIndex(({ kind }) => kind !== "run-hook"),
      until: place + held.length - 1,
      steps: [
        { kind: "abandon-save", stack },
        { kind: "undo-restore", stack, services: [...begun, ...paused] },
        ...back.steps,
      ],
    },
    // Told to people; whatever could lead there is let go first, and returns so, too.
    back: { ...back, from: back.from + before.length, until: back.until + before.length },
    warnings: sortedOnce([
      ...plan.warnings.filter(({ kind }) => kind !== "data-stay"),
      ...warnings,
    ]),
    dangers: sortedOnce([...plan.dangers, ...dangers]),
    tier: "danger",
  };
  return { ...whole, hash: hashPlan(whole, sha256) };
}
