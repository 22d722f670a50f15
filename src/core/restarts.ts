// How often the tasks of a slot failed lately: swarm starts a new one each time, so a service may look well and not be.
import type { KnownTask } from "./sighting.ts";

const LATELY = 3_600_000;

const FAILED: ReadonlySet<KnownTask["state"]> = new Set<KnownTask["state"]>([
  "failed",
  "rejected",
  "orphaned",
]);

/** Those of one task's slot; a task without one is known by its node. Swarm forgets all but the last few. */
export function failuresOf(
  task: Pick<KnownTask, "service" | "slot" | "node">,
  tasks: readonly KnownTask[],
  now: number,
): number {
  return tasks.filter((one) => slotOf(one) === slotOf(task) && hasFailedLately(one, now)).length;
}

export function failuresIn(service: string, tasks: readonly KnownTask[], now: number): number {
  return tasks.filter((one) => one.service === service && hasFailedLately(one, now)).length;
}

function hasFailedLately({ state, changedAt }: KnownTask, now: number): boolean {
  return FAILED.has(state) && changedAt > now - LATELY;
}

function slotOf({ service, slot, node }: Pick<KnownTask, "service" | "slot" | "node">): string {
  return JSON.stringify([service, slot ?? node ?? ""]);
}
