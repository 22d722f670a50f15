// Finds the container in which a service runs now, and the machine that has it.
import { z } from "zod";
import { Refusal } from "../core/errors.ts";
import type { StackName } from "../core/ids.ts";
import { EngineError } from "./docker.ts";
import { liveTask, type LiveNode, type LiveTask } from "./engine-schema.ts";
import { nodeName } from "./live-sight.ts";
import type { Machine, Nodes } from "./nodes.ts";

export interface Found {
  readonly machine: Machine;
  readonly container: string;
}

/** The newest task that runs, on a node that is up. Throws Refusal `not-running`. */
export async function findContainer(
  { nodes, mask }: { readonly nodes: Nodes; readonly mask: (text: string) => string },
  stack: StackName,
  service: string,
  signal: AbortSignal,
): Promise<Found> {
  const failed = (problem: string): Refusal =>
    new Refusal({ kind: "not-running", stack, service, problem: mask(problem) });
  const all = await nodes.list(signal);
  const tasks = await wantedTasks(nodes, `${stack}_${service}`, signal);
  if (tasks === undefined) throw failed("there is no such service");
  const running = tasks.filter(
    ({ Status, DesiredState }) => Status.State === "running" && DesiredState === "running",
  );
  const nodeOf = ({ NodeID }: LiveTask): LiveNode | undefined =>
    all.find(({ ID }) => ID === NodeID);
  const [task] = running.filter((one) => nodeOf(one)?.Status.State === "ready");
  const node = task === undefined ? undefined : nodeOf(task);
  const container = task?.Status.ContainerStatus?.ContainerID;
  if (node === undefined || container === undefined) {
    throw failed(whyNot(tasks, running.map(nodeOf)));
  }
  return { machine: await nodes.reach(node, signal), container };
}

/** Of the spec as it is now, the newest first; undefined where there is no such service. */
async function wantedTasks(
  nodes: Nodes,
  service: string,
  signal: AbortSignal,
): Promise<readonly LiveTask[] | undefined> {
  const filters = { "_up-to-date": ["true"], service: [service] };
  const question = { path: "/tasks", query: { filters: JSON.stringify(filters) } };
  try {
    await nodes.manager.tell({ path: `/services/${service}` }, signal);
    const tasks = await nodes.manager.ask(question, z.array(liveTask), signal);
    return tasks.toSorted((a, b) => b.CreatedAt - a.CreatedAt);
  } catch (error) {
    if (error instanceof EngineError && error.status === 404) return undefined;
    throw error;
  }
}

function whyNot([newest]: readonly LiveTask[], runsOn: readonly (LiveNode | undefined)[]): string {
  const [lost] = runsOn;
  if (lost !== undefined) return `its task was on ${nodeName(lost)}, which is down`;
  if (newest === undefined) return "it has no task";
  const { State, Err } = newest.Status;
  return `its task is ${State}${Err === undefined ? "" : ` (${Err})`}`;
}
