// The tasks of an app.
import { table, text, type Block, type Doc } from "../core/doc.ts";
import type { FleetService } from "../core/ports.ts";
import { failuresOf } from "../core/restarts.ts";
import type { KnownTask } from "../core/sighting.ts";
import { span } from "./phrases.ts";

interface Running {
  readonly app: string;
  readonly services: readonly FleetService[];
  readonly tasks: readonly KnownTask[];
}

export function tasksDoc({ app, services, tasks }: Running, now: number): Doc {
  if (services.length === 0 && tasks.length === 0) {
    return [
      text([
        "No task of ",
        { code: app },
        " is on the server. Type ",
        { code: `!deploy ${app}` },
        ".",
      ]),
    ];
  }
  const rows = services.map((one) => [one.service, replicas(one), one.updateState ?? ""]);
  return [table(["service", "running", "update"], rows), ...tasksBlocks(tasks, now)];
}

/** `1/2`: one of two runs. */
export function replicas({ running, wanted }: FleetService): string {
  return `${running}/${wanted}`;
}

/** Newest last within a service, as they came. */
export function tasksBlocks(tasks: readonly KnownTask[], now: number): readonly Block[] {
  if (tasks.length === 0) return [];
  const rows = tasks.map((task) => [
    task.service,
    task.state,
    task.node ?? "",
    span(now - task.createdAt),
    restarts(failuresOf(task, tasks, now)),
    task.image.replace(/@sha256:.*$/, ""),
    fault(task),
  ]);
  return [table(["task of", "state", "node", "age", "failed in 1 h", "image", "why"], rows)];
}

export function restarts(count: number): string {
  return count === 0 ? "" : String(count);
}

function fault(task: KnownTask): string {
  const parts = [
    task.oomKilled === true ? "killed: out of memory" : "",
    task.exitCode !== undefined && task.exitCode !== 0 ? `exit code ${task.exitCode}` : "",
    task.error ?? "",
    task.health === undefined ? "" : `health check: ${task.health}`,
  ];
  return parts.filter((part) => part !== "").join("; ");
}
