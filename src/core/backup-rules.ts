// When backups are taken by the clock and what is kept of them: the config's rules, and which of them count for an app.
import type { AppName, ServerName } from "./ids.ts";
import { matching } from "./update-rules.ts";
import type { KeepRules } from "./vault.ts";

/** What the config says of some servers or apps alone. */
export interface BackupRule {
  /** Five cron fields, or `off`. */
  readonly schedule?: string;
}

export interface BackupPolicy {
  /** Five cron fields, or `off`. */
  readonly schedule: string;
  /** In which schedules are read. */
  readonly zone: string;
  /** How many backups go into one repository at the same time. */
  readonly atOnce: number;
  /** By glob, in the order of the config. */
  readonly servers: ReadonlyMap<string, BackupRule>;
  readonly apps: ReadonlyMap<string, BackupRule>;
  readonly keep: KeepRules;
  /** When moot saves itself, where the config says where to. */
  readonly self?: string;
}

/** Five cron fields; undefined: never. The app's rule before the server's before the general one. */
export function scheduleFor(
  policy: BackupPolicy,
  { app, server }: { readonly app: AppName; readonly server: ServerName },
): string | undefined {
  const rules = [...matching(policy.apps, app), ...matching(policy.servers, server), policy];
  const schedule = rules.find((rule) => rule.schedule !== undefined)?.schedule;
  return schedule === "off" ? undefined : schedule;
}
