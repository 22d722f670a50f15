// Says in plain words what a service lacks and why a task ended.
import type { ServiceSight, TaskSight, TaskState } from "./sighting.ts";
import { hasEnded } from "./witness.ts";

/** Why a task ended: what the engine knows, the most telling first. */
export function reasonOf({ state, exitCode, error, oomKilled, health }: TaskSight): string {
  if (oomKilled === true) return "killed: out of memory";
  if (health !== undefined) return `unhealthy: ${health}`;
  if (state === "complete") return "exit code 0, although it is to stay up";
  const isOnlyTheCode = error === undefined || /^task: non-zero exit \(\d+\)$/.test(error);
  if (exitCode !== undefined && exitCode !== 0 && isOnlyTheCode) return `exit code ${exitCode}`;
  return error ?? state;
}

/** What keeps a service from being up at this very look; absent when nothing does. */
export function lackOf(service: ServiceSight, nodes: readonly string[]): string | undefined {
  const { tasks, mode } = service;
  const isUp = ({ node }: TaskSight): boolean => node === undefined || nodes.includes(node);
  const live = tasks.filter((task) => !hasEnded(task) && isUp(task));
  if (mode.kind === "replicated" && mode.replicas === 0) {
    return live.length === 0 ? undefined : `${live.length} still to stop`;
  }
  const current = live.filter(({ current, desired }) => current && desired === "running");
  const running = current.filter(({ state }) => state === "running");
  const stale = live.filter((task) => !task.current && task.desired === "running");
  const wanted = mode.kind === "replicated" ? mode.replicas : Math.max(1, current.length);
  const isGlobalLate = mode.kind === "global" && stale.length > 0;
  const slots = new Set(running.map(({ slot, node }) => slot ?? node));
  const places = slots.size + doneSlots(service, slots);
  if (places >= wanted && !isGlobalLate) return undefined;
  return `${places} of ${wanted} running`;
}

/** A one-shot's task that ended well fills its slot as a running one does. */
function doneSlots({ isOneShot, tasks }: ServiceSight, running: ReadonlySet<unknown>): number {
  const done = tasks.filter(({ current, state }) => isOneShot && current && state === "complete");
  const slots = new Set(done.map(({ slot, node }) => slot ?? node));
  return [...slots].filter((slot) => !running.has(slot)).length;
}

/** One short line on a service that has not ended. */
export function noteOf(
  service: ServiceSight,
  failed: readonly TaskSight[],
  nodes: readonly string[],
): string {
  const { update, tasks } = service;
  if (update?.state === "rollback_started") return "swarm is rolling back";
  const lack = lackOf(service, nodes);
  if (lack === undefined) return "running, to be seen if it stays";
  const newest = tasks
    .filter(({ current }) => current)
    .toSorted((a, b) => a.createdAt - b.createdAt)
    .at(-1);
  const stage = newest === undefined ? "waiting for its first task" : stageOf(newest);
  const last = failed.at(-1);
  const failures = last === undefined ? "" : `, failed ${times(failed.length)}: ${reasonOf(last)}`;
  return `${lack}, ${stage}${failures}`;
}

const STAGES: Readonly<Record<TaskState, string>> = {
  new: "about to start",
  pending: "waiting for a node",
  assigned: "getting its image ready",
  accepted: "getting its image ready",
  preparing: "getting its image ready",
  ready: "about to start",
  starting: "starting",
  running: "running",
  complete: "stopped",
  shutdown: "stopped",
  failed: "stopped",
  rejected: "stopped",
  orphaned: "lost with its node",
  remove: "stopped",
};

function stageOf({ state, error, health }: TaskSight): string {
  const detail = state === "pending" ? error : state === "starting" ? health : undefined;
  return detail === undefined ? STAGES[state] : `${STAGES[state]}: ${detail}`;
}

function times(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}
