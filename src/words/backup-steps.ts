// What a step of a backup does, as a person would say it.
import type { Hook } from "../core/backup-labels.ts";
import type { BackupStep } from "../core/backup-steps.ts";
import { counted, listed, span } from "./phrases.ts";

type Of<Kind extends BackupStep["kind"]> = Extract<BackupStep, { readonly kind: Kind }>;

const HOOKS: Readonly<Record<Hook["when"], string>> = {
  "backup-pre": "pre-hook",
  "backup-post": "post-hook",
  "restore-pre": "restore's pre-hook",
  "restore-post": "restore's post-hook",
};

export function hookName({ service, when }: Pick<Hook, "service" | "when">): string {
  return `${HOOKS[when]} of ${service}`;
}

export const BACKUP_STEP_WORDS: {
  readonly [Kind in BackupStep["kind"]]: (step: Of<Kind>) => string;
} = {
  settle: ({ services, seconds }) =>
    `wait until ${listed(services)} ${services.length === 1 ? "is" : "are"} settled, at most ${span(seconds * 1000)}`,
  "run-hook": ({ hook }) => `run the ${hookName(hook)}`,
  "pause-service": ({ service, replicas }) =>
    `stop ${service} for a while (${counted(replicas, "task")})`,
  "resume-service": ({ service }) => `start ${service} again`,
  save: ({ node, volumes }) =>
    `save ${[...(volumes.length === 0 ? [] : [listed(volumes.map(({ name }) => name))]), "env file and secrets"].join(", with ")} from node ${node}`,
  "judge-backup": ({ isSmallRight }) =>
    `judge what was saved${isSmallRight ? ", however small" : ""}`,
  "abandon-save": () => "stop what still reads",
};
