// A plan that risks data, with a backup before it: what comes after is done only if that counts.
import { releaseOf, stepsOfBackup, type BackupPlan } from "./backup-steps.ts";
import { sortedOnce } from "./canonical-json.ts";
import { hashPlan } from "./fingerprint.ts";
import type { Plan, Warning } from "./plan.ts";
import type { Making } from "./planning-input.ts";

const ALWAYS: ReadonlySet<Plan["act"]> = new Set<Plan["act"]>(["undeploy", "remove", "move"]);
const WRITING: ReadonlySet<Plan["act"]> = new Set<Plan["act"]>(["deploy", "upgrade", "rollback"]);

/** Whether data may be lost or changed for good by it: another version, or what stops or destroys. */
export function isRisky({ act, tier, version, steps }: Plan): boolean {
  if (tier === "routine") return false;
  if (ALWAYS.has(act)) return true;
  const isWritten = steps.some(({ kind }) => kind === "deploy-stack");
  const isOther = !["first", "same"].includes(version.step);
  return WRITING.has(act) && isWritten && isOther;
}

/** After what is only fetched, so that it is as fresh as can be. */
export function withBackupFirst(
  plan: Plan,
  backup: BackupPlan,
  warnings: readonly Warning[],
  making: Pick<Making, "sha256">,
): Plan {
  const saving = stepsOfBackup(backup);
  const place = plan.steps.findIndex(({ kind }) => kind !== "pull");
  const steps = [...plan.steps.slice(0, place), ...saving, ...plan.steps.slice(place)];
  const { from, until, ...release } = releaseOf(backup, saving);
  const { back } = plan;
  const shifted = (at: number): number => (at >= place ? at + saving.length : at);
  return rehashed(
    {
      ...plan,
      steps,
      release: { ...release, from: from + place, until: until + place },
      ...(back !== undefined && {
        back: { ...back, from: shifted(back.from), until: shifted(back.until) },
      }),
      warnings: sortedOnce([...plan.warnings, ...warnings]),
    },
    making,
  );
}

/** On somebody's word, so that more people have to agree. */
export function withoutBackup(plan: Plan, making: Pick<Making, "sha256">): Plan {
  const dangers = sortedOnce([...plan.dangers, { kind: "without-backup" } as const]);
  return rehashed({ ...plan, dangers, tier: "danger" }, making);
}

export function withWarning(plan: Plan, warning: Warning, making: Pick<Making, "sha256">): Plan {
  return rehashed({ ...plan, warnings: sortedOnce([...plan.warnings, warning]) }, making);
}

function rehashed(plan: Plan, { sha256 }: Pick<Making, "sha256">): Plan {
  return { ...plan, hash: hashPlan(plan, sha256) };
}
