// In which story moot is killed before and after each kind of step.
import type { BackupStep } from "../../src/core/backup-steps.ts";
import type { DrillStep } from "../../src/core/drill-steps.ts";
import type { RestoreStep } from "../../src/core/restore-steps.ts";
import type { Step } from "../../src/core/step.ts";
import type { StepName } from "./points.ts";

/** Deploys of a new app, or to a version that has a service less; each other is an act of its own. */
type Story =
  "new" | "narrower" | "undeploy" | "remove" | "restart" | "run" | "move" | "rotation" | "insert";

export const OCCURS = {
  pull: "new",
  "write-env": "new",
  "create-secret": "new",
  "deploy-stack": "new",
  "insert-secret": "insert",
  "remove-secrets": "rotation",
  watch: "new",
  "remove-services": "narrower",
  "record-version": "new",
  probe: "new",
  commit: "new",
  "carry-secrets": "move",
  "remove-stack": "undeploy",
  "carry-volume": "move",
  "move-env": "move",
  destroy: "remove",
  "remove-env": "remove",
  restart: "restart",
  "run-function": "run",
} as const satisfies Readonly<
  Record<Exclude<Step["kind"], BackupStep["kind"] | RestoreStep["kind"] | DrillStep["kind"]>, Story>
>;

export const OCCURS_IN_BACKUPS = {
  settle: "backup",
  "run-hook": "backup",
  "pause-service": "backup",
  save: "backup",
  "resume-service": "backup",
  "judge-backup": "backup",
  "abandon-save": "way out of a backup",
  "restore-volumes": "restore",
  "undo-restore": "way out of a restore",
  "place-secret": "restore beside",
  "set-up-scratch": "drill",
  "run-scratch": "drill",
  prove: "drill",
  "take-down-scratch": "drill",
} as const satisfies Readonly<
  Record<BackupStep["kind"] | RestoreStep["kind"] | DrillStep["kind"], string>
>;

/** Both points of each. */
export function around(...names: readonly StepName[]): readonly string[] {
  return names.flatMap((name) => [`before ${name}`, `after ${name}`]);
}
