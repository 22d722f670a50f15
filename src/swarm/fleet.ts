// Lists every service of a swarm with how many of its tasks run, in two calls at most.
import { z } from "zod";
import type { FleetService } from "../core/ports.ts";
import { imageOf, ownLabels } from "../core/service-state.ts";
import type { Engine } from "./docker.ts";
import { liveService, liveTask, type LiveService, type LiveTask } from "./engine-schema.ts";
import { stackOf } from "./live.ts";

export async function listFleet(
  engine: Engine,
  signal: AbortSignal,
): Promise<readonly FleetService[]> {
  const question = { path: "/services", query: { status: "true" } };
  const services = await engine.ask(question, z.array(liveService), signal);
  // Engines before API 1.41 pass over the question for the status.
  const isCounted = services.every(({ ServiceStatus }) => ServiceStatus !== undefined);
  const tasks = isCounted ? [] : await engine.ask({ path: "/tasks" }, z.array(liveTask), signal);
  return services
    .map((service) => fleetService(service, tasks))
    .toSorted((a, b) => (`${a.stack} ${a.service}` < `${b.stack} ${b.service}` ? -1 : 1));
}

function fleetService(service: LiveService, tasks: readonly LiveTask[]): FleetService {
  const { Spec, UpdateStatus } = service;
  const { Name = "", Labels = {}, TaskTemplate } = Spec;
  const stack = stackOf(Labels) ?? "";
  const update = UpdateStatus?.State;
  return {
    stack,
    service: stack === "" ? Name : Name.slice(stack.length + 1),
    image: imageOf(TaskTemplate?.ContainerSpec?.Image ?? "").image,
    labels: ownLabels(Labels),
    ...counts(service, tasks),
    ...(update === undefined ? {} : { updateState: update }),
  };
}

function counts(
  { ID, Spec, ServiceStatus }: LiveService,
  tasks: readonly LiveTask[],
): { readonly running: number; readonly wanted: number } {
  if (ServiceStatus !== undefined) {
    return { running: ServiceStatus.RunningTasks, wanted: ServiceStatus.DesiredTasks };
  }
  const own = tasks.filter(
    ({ ServiceID, DesiredState }) => ServiceID === ID && DesiredState === "running",
  );
  const running = own.filter(({ Status }) => Status.State === "running").length;
  return { running, wanted: Spec.Mode?.Replicated?.Replicas ?? own.length };
}
