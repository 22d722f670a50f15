// Reads the engine's services, tasks and nodes into what verdicts are made of.
import type { StackName } from "../core/ids.ts";
import type { ServiceSight, TaskSight } from "../core/sighting.ts";
import type { LiveNode, LiveService, LiveTask } from "./engine-schema.ts";

/** Swarm's default for `update_config.monitor`, milliseconds. */
const MONITOR = 5_000;

export function serviceSight(
  service: LiveService,
  stack: StackName,
  tasks: readonly TaskSight[],
): ServiceSight {
  const { ID, Version, Spec } = service;
  const condition = Spec.TaskTemplate?.RestartPolicy?.Condition;
  const update = updateOf(service);
  return {
    id: ID,
    name: shortName(service, stack),
    revision: Version.Index,
    mode: modeOf(service),
    isOneShot: condition === "none" || condition === "on-failure",
    ...(update === undefined ? {} : { update }),
    monitor: (Spec.UpdateConfig?.Monitor ?? 0) / 1e6 || MONITOR,
    tasks,
  };
}

function updateOf({ UpdateStatus = {} }: LiveService): ServiceSight["update"] {
  const { State, Message = "", StartedAt = 0 } = UpdateStatus;
  return State === undefined ? undefined : { state: State, message: Message, startedAt: StartedAt };
}

function modeOf({ Spec: { Mode = {} } }: LiveService): ServiceSight["mode"] {
  if (Mode.Global !== undefined) return { kind: "global" };
  if (Mode.ReplicatedJob !== undefined || Mode.GlobalJob !== undefined) return { kind: "job" };
  return { kind: "replicated", replicas: Mode.Replicated?.Replicas ?? 1 };
}

/** Without the stack's prefix. */
export function shortName({ Spec }: LiveService, stack: StackName): string {
  return (Spec.Name ?? "").slice(stack.length + 1);
}

export function taskSight(
  { ID, Slot, CreatedAt, Status, DesiredState }: LiveTask,
  mask: (text: string) => string,
): Omit<TaskSight, "current" | "node"> {
  const { Timestamp, State, Err, ContainerStatus } = Status;
  // Until a container has ended the engine says 0.
  const code = State === "complete" || State === "failed" ? ContainerStatus?.ExitCode : undefined;
  return {
    id: ID,
    ...(Slot === undefined ? {} : { slot: Slot }),
    state: State,
    desired: DesiredState,
    createdAt: CreatedAt,
    changedAt: Timestamp,
    ...(Err === undefined ? {} : { error: mask(Err) }),
    ...(code === undefined ? {} : { exitCode: code }),
  };
}

/** A paused node takes no new tasks, but those it has are good. */
export function mayRun({ Spec, Status }: LiveNode): boolean {
  return Status.State === "ready" && Spec.Availability !== "drain";
}

export function nodeName({ ID, Description }: LiveNode): string {
  return Description.Hostname ?? ID;
}
