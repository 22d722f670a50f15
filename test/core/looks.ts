// Short spellings for what is seen of a stack with one service, `app`.
import type { ServiceSight, TaskSight } from "../../src/core/sighting.ts";
import { judge, type Judgement } from "../../src/core/verdict.ts";
import { NOTHING_SEEN, witness } from "../../src/core/witness.ts";

export const MONITOR = 5_000;
export const DEADLINE = 100_000;

export function task(id: string, more: Partial<TaskSight> = {}): TaskSight {
  const times = { createdAt: Number(id.replace(/\D/g, "")), changedAt: 0 };
  return {
    id,
    slot: 1,
    node: "n1",
    state: "running",
    desired: "running",
    current: true,
    ...times,
    ...more,
  };
}

/** A task of a global service. */
export function on(id: string, node: string, more: Partial<TaskSight> = {}): TaskSight {
  const moment = Number(id.replace(/\D/g, ""));
  const spec = { state: "running", desired: "running", current: true } as const;
  return { id, node, ...spec, createdAt: moment, changedAt: 0, ...more };
}

export const failed = (id: string, more: Partial<TaskSight> = {}): TaskSight =>
  task(id, {
    state: "failed",
    desired: "shutdown",
    exitCode: 3,
    error: "task: non-zero exit (3)",
    ...more,
  });

export function service(
  tasks: readonly TaskSight[],
  more: Partial<ServiceSight> = {},
): ServiceSight {
  const mode = { kind: "replicated", replicas: 1 } as const;
  return {
    id: "s",
    name: "app",
    revision: 20,
    mode,
    isOneShot: false,
    monitor: MONITOR,
    tasks,
    ...more,
  };
}

/** One look after another: when, and at what. */
export type Looks = readonly (readonly [at: number, service: ServiceSight | undefined])[];

export function judged(
  looks: Looks,
  { before = 10, nodes = ["n1", "n2"] } = {},
): Judgement | undefined {
  let history = NOTHING_SEEN;
  let at = 0;
  for (const [moment, one] of looks) {
    at = moment;
    history = witness(history, { at, services: one === undefined ? [] : [one], nodes });
  }
  return judge(history, { services: ["app"], before: { app: before }, deadline: DEADLINE }, at)[0];
}

export function ended(ending: string, reason?: string): unknown {
  return { kind: "ended", service: "app", ending, ...(reason === undefined ? {} : { reason }) };
}

export function update(state: string): Pick<Required<ServiceSight>, "update"> {
  return { update: { state, message: `swarm says ${state}`, startedAt: 50 } };
}
