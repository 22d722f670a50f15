// How apps, services and tasks are.
import type { AppSight } from "../core/command.ts";
import { table, text, type Block, type Doc } from "../core/doc.ts";
import type { Job } from "../core/job.ts";
import type { FleetService } from "../core/ports.ts";
import type { KnownTask } from "../core/sighting.ts";
import { counted, listed, span } from "./phrases.ts";

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

export function appStatusDoc(app: AppSight, tasks: readonly KnownTask[], now: number): Doc {
  const head = text([
    { strong: app.file.app },
    ` on ${app.file.server}: recipe ${app.recipe}, `,
    app.deployed === undefined ? "not deployed" : `version ${app.deployed}`,
    app.pinned !== undefined && app.pinned !== app.deployed
      ? ` (the env file says ${app.pinned})`
      : "",
    `, ${condition(app)}.`,
  ]);
  if (app.services.length === 0) return [head];
  const services = table(
    ["service", "image", "running", "update"],
    app.services.map((one) => [
      one.service,
      one.image,
      `${one.running}/${one.wanted}`,
      one.updateState ?? "",
    ]),
  );
  return [head, services, ...tasksBlocks(tasks, now)];
}

export function tasksDoc(app: string, tasks: readonly KnownTask[], now: number): Doc {
  if (tasks.length === 0)
    return [
      text([
        "No task of ",
        { code: app },
        " is on the server. Type ",
        { code: `!deploy ${app}` },
        ".",
      ]),
    ];
  return tasksBlocks(tasks, now);
}

function tasksBlocks(tasks: readonly KnownTask[], now: number): readonly Block[] {
  if (tasks.length === 0) return [];
  const rows = tasks.map((task) => [
    task.service,
    task.state,
    task.node ?? "",
    span(now - task.changedAt),
    task.image.replace(/@sha256:.*$/, ""),
    fault(task),
  ]);
  return [table(["task of", "state", "node", "since", "image", "why"], rows)];
}

function fault(task: KnownTask): string {
  const parts = [
    task.oomKilled === true ? "out of memory" : "",
    task.exitCode !== undefined && task.exitCode !== 0 ? `exit code ${task.exitCode}` : "",
    task.error ?? "",
    task.health ?? "",
  ];
  return parts.filter((part) => part !== "").join("; ");
}

function sign(app: AppSight): string {
  if (app.problem !== undefined) return "❓";
  if (app.services.length === 0) return "⚪";
  return app.services.every(isUp) ? "🟢" : "🔴";
}

function inShort(app: AppSight): string {
  const drift = app.hasDrifted === true ? "; ⚠️ not as moot left it" : "";
  return `${condition(app)}${drift}`;
}

function condition(app: AppSight): string {
  if (app.problem !== undefined) return "the server does not answer";
  if (app.services.length === 0) return "not deployed";
  const down = app.services.filter((service) => !isUp(service));
  if (down.length === 0) return `${counted(app.services.length, "service")} running`;
  return `not running: ${listed(down.map((one) => `${one.service} (${one.running}/${one.wanted})`))}`;
}

function isUp(service: FleetService): boolean {
  return service.running >= service.wanted;
}
