// Waits until nothing of a stack is left: swarm takes a stack away long after it says so.
import { z } from "zod";
import { Refusal } from "../core/errors.ts";
import type { StackName } from "../core/ids.ts";
import type { Clock } from "../core/ports.ts";
import type { Engine } from "./docker.ts";
import { liveNode } from "./engine-schema.ts";
import { ofStack } from "./live.ts";
import { within } from "./waiting.ts";

/** Milliseconds. */
const BETWEEN_LOOKS = 500;
/** A network that outlives all that used it for so long is not being taken away: nobody asked for it. */
const PATIENCE = 5_000;

/** A stack that is still going. */
const GOING = 120_000;

/** Writing a stack that is half taken away would join networks that vanish a moment later. Throws Refusal `step-failed`. */
export async function awaitRemoval(
  engine: Engine,
  stack: StackName,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const listed = { path: "/services", query: ofStack(stack) };
  const services = await engine.ask(listed, z.array(z.unknown()), signal);
  if (services.length > 0) return;
  const problem = "what it was before is still being taken away; look at it with: docker ps -a";
  const reason = (): Refusal =>
    new Refusal({ kind: "step-failed", step: `deploy ${stack}`, problem });
  const deadline = { clock, milliseconds: GOING, reason };
  await within(deadline, (inner) => untilGone(engine, stack, clock, inner), signal);
}

export async function untilGone(
  engine: Engine,
  stack: StackName,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  let alone = 0;
  for (;;) {
    const left = await whatIsLeft([engine], stack, signal);
    alone = left === "networks" ? alone + BETWEEN_LOOKS : 0;
    if (left === "nothing" || alone > PATIENCE) return;
    await clock.sleep(BETWEEN_LOOKS, signal);
  }
}

/** `engines`: the manager's, then those of other nodes whose containers count too. */
export async function whatIsLeft(
  engines: readonly [Engine, ...Engine[]],
  stack: StackName,
  signal: AbortSignal,
): Promise<"users" | "networks" | "nothing"> {
  const [manager] = engines;
  const list = async <T>(path: string, schema: z.ZodType<T>, engine = manager): Promise<T[]> =>
    engine.ask({ path, query: { all: "true", ...ofStack(stack) } }, z.array(schema), signal);
  if ((await list("/services", z.unknown())).length > 0) return "users";
  const tasks = await list("/tasks", z.object({ NodeID: z.string().optional() }));
  if (tasks.length > 0) {
    const nodes = await manager.ask({ path: "/nodes" }, z.array(liveNode), signal);
    // Tasks of a node that is down stay in the list until it comes back; whoever waited for that would wait for days.
    const up = new Set(nodes.flatMap(({ ID, Status }) => (Status.State === "ready" ? [ID] : [])));
    if (tasks.some(({ NodeID = "" }) => NodeID === "" || up.has(NodeID))) return "users";
  }
  for (const engine of engines) {
    if ((await list("/containers/json", z.unknown(), engine)).length > 0) return "users";
  }
  return (await list("/networks", z.unknown())).length > 0 ? "networks" : "nothing";
}
