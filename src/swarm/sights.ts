// Takes a look at a stack: its services with their tasks, told whether each task is of the current spec.
import { z } from "zod";
import type { StackName } from "../core/ids.ts";
import type { KnownTask, ServiceSight } from "../core/sighting.ts";
import { Autopsies } from "./autopsy.ts";
import type { Engine } from "./docker.ts";
import { liveNode, liveService, liveTask } from "./engine-schema.ts";
import type { LiveService, LiveTask } from "./engine-schema.ts";
import { mayRun, nodeName, serviceSight, shortName, taskSight } from "./live-sight.ts";
import { ofStack } from "./live.ts";

export interface Look {
  readonly services: readonly ServiceSight[];
  readonly tasks: readonly KnownTask[];
  /** Names of those that can run tasks. */
  readonly nodes: readonly string[];
}

export class Lookout {
  readonly #engine: Engine;
  readonly #mask: (text: string) => string;
  readonly #autopsies: Autopsies;

  constructor(engine: Engine, mask: (text: string) => string) {
    this.#engine = engine;
    this.#mask = mask;
    this.#autopsies = new Autopsies(engine, mask);
  }

  async look(stack: StackName, signal: AbortSignal): Promise<Look> {
    const query = ofStack(stack);
    // In this order: a service that changes meanwhile makes fewer tasks current, never more.
    const services = await this.#list("/services", query, liveService, signal);
    const [tasks, nodes] = await Promise.all([
      this.#list("/tasks", query, liveTask, signal),
      this.#list("/nodes", {}, liveNode, signal),
    ]);
    const current = await this.#current(services, signal);
    const names = new Map(nodes.map((node) => [node.ID, nodeName(node)]));
    const known = await Promise.all(
      tasks.flatMap((task) => {
        const service = services.find(({ ID }) => ID === task.ServiceID);
        if (service === undefined) return [];
        const isCurrent = current.has(task.ID) && isOfThisRun(task, service);
        const about = { service: shortName(service, stack), node: names.get(task.NodeID ?? "") };
        return [this.#know(task, isCurrent, about, signal)];
      }),
    );
    return {
      services: services.map((service) => {
        const own = known.filter((task) => task.service === shortName(service, stack));
        return serviceSight(service, stack, own);
      }),
      tasks: known,
      nodes: nodes.filter(mayRun).map(nodeName),
    };
  }

  async #list<T>(
    path: string,
    query: Readonly<Record<string, string>>,
    schema: z.ZodType<T>,
    signal: AbortSignal,
  ): Promise<T[]> {
    return this.#engine.ask({ path, query }, z.array(schema), signal);
  }

  /** The engine itself compares specs, behind the filter by which the docker CLI sees convergence (operations.md §1.3). */
  async #current(
    services: readonly LiveService[],
    signal: AbortSignal,
  ): Promise<ReadonlySet<string>> {
    if (services.length === 0) return new Set();
    const filters = { "_up-to-date": ["true"], service: services.map(({ ID }) => ID) };
    const query = { filters: JSON.stringify(filters) };
    const tasks = await this.#list("/tasks", query, liveTask, signal);
    return new Set(tasks.map(({ ID }) => ID));
  }

  async #know(
    task: LiveTask,
    isCurrent: boolean,
    { service, node }: { readonly service: string; readonly node: string | undefined },
    signal: AbortSignal,
  ): Promise<KnownTask> {
    return {
      ...taskSight(task, this.#mask),
      current: isCurrent,
      ...(node === undefined ? {} : { node }),
      // Of older tasks too: after a rollback, the spec that failed is the older one.
      ...(await this.#autopsies.of(task, signal)),
      service,
      image: task.Spec.ContainerSpec?.Image ?? "",
      volumes: volumesOf(task),
    };
  }
}

function volumesOf({ Spec }: LiveTask): readonly string[] {
  const named = (Spec.ContainerSpec?.Mounts ?? []).flatMap(({ Type = "volume", Source = "" }) =>
    Type === "volume" && Source !== "" ? [Source] : [],
  );
  return [...new Set(named)].toSorted();
}

/** A job's earlier runs have the same spec. */
function isOfThisRun({ JobIteration }: LiveTask, { JobStatus }: LiveService): boolean {
  return JobIteration?.Index === JobStatus?.JobIteration.Index;
}
