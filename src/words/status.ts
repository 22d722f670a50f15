// How all apps are, a line each.
import type { AppSight } from "../core/command.ts";
import { table, text, type Doc } from "../core/doc.ts";
import type { Job } from "../core/job.ts";
import type { FleetService } from "../core/ports.ts";
import { counted, listed } from "./phrases.ts";

export function fleetDoc(apps: readonly AppSight[], jobs: readonly Job[]): Doc {
  if (apps.length === 0) {
    return [
      text(["There is no app yet. Type ", { code: "!deploy RECIPE DOMAIN" }, " to make one."]),
    ];
  }
  const busy = new Map(
    jobs.filter((job) => job.endedAt === undefined).map((job) => [job.app, job.id]),
  );
  const rows = apps.map((app) => [
    sign(app),
    app.file.app,
    app.file.server,
    app.recipe,
    app.deployed ?? app.pinned ?? "",
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
    table(["", "app", "server", "recipe", "version", "state"], rows),
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
