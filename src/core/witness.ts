// Remembers, over many looks at a stack, what a single look cannot tell: how long a thing has stood, and how often a task failed.
import type { ServiceSight, StackSight, TaskSight } from "./sighting.ts";

export interface ServiceHistory {
  /** Current tasks that had ended before the first look: they are nobody's fault now. */
  readonly old: readonly string[];
  /** Current tasks that failed since, newest last. */
  readonly failed: readonly TaskSight[];
  /** What the tasks and the update looked like, and since when (milliseconds UTC) they have looked just so. */
  readonly shape: string;
  readonly since: number;
}

export interface History {
  /** Absent before the first look. */
  readonly latest?: StackSight;
  readonly services: Readonly<Record<string, ServiceHistory>>;
}

export const NOTHING_SEEN: History = { services: {} };

/** The history with one more look. */
export function witness(history: History, sight: StackSight): History {
  const services = Object.fromEntries(
    sight.services.map((service) => [
      service.name,
      add(history.services[service.name], service, sight.at),
    ]),
  );
  return { latest: sight, services: { ...history.services, ...services } };
}

function add(
  before: ServiceHistory | undefined,
  service: ServiceSight,
  at: number,
): ServiceHistory {
  const current = service.tasks.filter((task) => task.current);
  const old = before?.old ?? current.filter(hasEnded).map(({ id }) => id);
  const known = [...old, ...(before?.failed ?? []).map(({ id }) => id)];
  const failed = current
    .filter((task) => hasFailed(service, task) && !known.includes(task.id))
    .toSorted((a, b) => a.changedAt - b.changedAt);
  const shape = shapeOf(service);
  const since = before?.shape === shape ? before.since : at;
  return { old, failed: [...(before?.failed ?? []), ...failed], shape, since };
}

function shapeOf({ update, tasks, revision }: ServiceSight): string {
  const states = tasks.map(({ id, state, desired, current }) => [id, state, desired, current]);
  const inOrder = states.toSorted((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1));
  return JSON.stringify([revision, update?.state ?? null, inOrder]);
}

const ENDED = ["complete", "shutdown", "failed", "rejected", "orphaned", "remove"];

export function hasEnded({ state }: Pick<TaskSight, "state">): boolean {
  return ENDED.includes(state);
}

/** Ended by itself, and not as it should: a service that is to stay up may not even end well. */
export function hasFailed({ isOneShot, mode }: ServiceSight, { state }: TaskSight): boolean {
  if (state === "complete") return !isOneShot && mode.kind !== "job";
  return state === "failed" || state === "rejected";
}
