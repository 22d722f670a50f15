// How all apps are, a line each.
import type { Backup } from "../core/backup.ts";
import type { AppSight } from "../core/command.ts";
import { table, text, type Doc } from "../core/doc.ts";
import type { Drill } from "../core/drill.ts";
import type { Job } from "../core/job.ts";
import type { FleetService } from "../core/ports.ts";
import { backupInShort } from "./backups.ts";
import { proofInShort } from "./drills.ts";
import { counted, listed } from "./phrases.ts";

export interface KnownBackups {
  /** The last good one of each app that has one. */
  readonly goods: readonly Backup[];
  /** The last proven restore of each app that has one. */
  readonly proofs: readonly Drill[];
  readonly now: number;
}

export function fleetDoc(
  apps: readonly AppSight[],
  jobs: readonly Job[],
  { goods, proofs, now }: KnownBackups,
): Doc {
  if (apps.length === 0) {
    return [
      text(["There is no app yet. Type ", { code: "!deploy RECIPE DOMAIN" }, " to make one."]),
    ];
  }
  const busy = new Map(
    jobs.filter((job) => job.endedAt === undefined).map((job) => [job.app, job.id]),
  );
  const backups = new Map(goods.map((good) => [good.app, good]));
  const proven = new Map(proofs.map(({ app, at }) => [app, at]));
  // Where nobody takes any, a column would say so of every app.
  const hasBackups = backups.size > 0;
  const rows = apps.map((app) => [
    sign(app),
    app.file.app,
    app.file.server,
    app.recipe,
    app.deployed ?? app.pinned ?? "",
    ...(hasBackups
      ? [backupInShort(backups.get(app.file.app), now), proofInShort(proven.get(app.file.app), now)]
      : []),
    busy.has(app.file.app) ? `busy with job ${busy.get(app.file.app) ?? ""}` : inShort(app),
  ]);
  const unreachable = [
    ...new Set(
      apps.flatMap((app) =>
        app.problem === undefined ? [] : [`${app.file.server}: ${app.problem}`],
      ),
    ),
  ];
  return [
    table(
      [
        "",
        "app",
        "server",
        "recipe",
        "version",
        ...(hasBackups ? ["backup", "proven"] : []),
        "state",
      ],
      rows,
    ),
    ...unreachable.map((line) => text(line)),
  ];
}

function sign(app: AppSight): string {
  if (app.problem !== undefined) return "❓";
  if (app.services.length === 0) return "⚪";
  return app.services.every(isUp) ? "🟢" : "🔴";
}

function inShort(app: AppSight): string {
  const drift = app.hasDrifted === true ? "; ⚠️ not as moot left it" : "";
  const newer = app.newer === undefined ? "" : `; ⬆ ${newerWords(app)}`;
  return `${condition(app)}${drift}${newer}`;
}

function newerWords({ newer, deployed }: AppSight): string {
  return newer === deployed ? "new images" : `${newer ?? ""} is out`;
}

export function condition(app: AppSight): string {
  if (app.problem !== undefined) return "the server does not answer";
  if (app.services.length === 0) return "not deployed";
  const down = app.services.filter((service) => !isUp(service));
  if (down.length === 0) return `${counted(app.services.length, "service")} running`;
  return `not running: ${listed(down.map((one) => `${one.service} (${one.running}/${one.wanted})`))}`;
}

function isUp(service: FleetService): boolean {
  return service.running >= service.wanted;
}
