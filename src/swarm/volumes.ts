// Volumes are each node's own: lists and removes them node by node.
import { z } from "zod";
import { Refusal } from "../core/errors.ts";
import type { StackName } from "../core/ids.ts";
import type { Clock } from "../core/ports.ts";
import type { VolumeSight } from "../core/volumes.ts";
import { EngineError, type Engine } from "./docker.ts";
import { liveTask, liveVolumes } from "./engine-schema.ts";
import { ofStack, stackOf } from "./live.ts";
import type { Machine, Nodes } from "./nodes.ts";
import { unlessGone } from "./removal.ts";

/** Milliseconds: the engine counts every file, and how large a volume is is not worth a long wait. */
const COUNTING = 20_000;
/** A container that has ended holds its volume until swarm clears it away, a moment later. */
const CLEARING = 10_000;
const BETWEEN_LOOKS = 500;

export async function listVolumes(
  nodes: Nodes,
  stack: StackName,
  signal: AbortSignal,
  reach?: "everywhere",
): Promise<readonly VolumeSight[]> {
  const listed = { path: "/tasks", query: ofStack(stack) };
  const tasks = await nodes.manager.ask(listed, z.array(liveTask), signal);
  const been = new Set(tasks.map(({ NodeID }) => NodeID));
  const isWhole = reach === "everywhere";
  const all = await nodes.list(signal);
  const asked = all.filter(({ Status }) => isWhole || Status.State === "ready");
  const machines = await Promise.all(
    asked.map((node) =>
      isWhole || been.has(node.ID) ? nodes.reach(node, signal) : nodes.tryReach(node, signal),
    ),
  );
  const sights = await Promise.all(
    machines.flatMap((machine) =>
      machine === undefined ? [] : [volumesOn(machine, stack, signal)],
    ),
  );
  return sights.flat().toSorted((a, b) => (`${a.name} ${a.node}` < `${b.name} ${b.node}` ? -1 : 1));
}

async function volumesOn(
  { node, engine }: Machine,
  stack: StackName,
  signal: AbortSignal,
): Promise<readonly VolumeSight[]> {
  const { Volumes = [] } = await engine.ask({ path: "/volumes" }, liveVolumes, signal);
  const own = Volumes.filter(({ Name, Labels }) => {
    const owner = stackOf(Labels);
    return owner === undefined ? Name.startsWith(`${stack}_`) : owner === stack;
  });
  const sizes = own.length === 0 ? new Map<string, number>() : await sizesOn(engine, signal);
  return own.map(({ Name }) => {
    const bytes = sizes.get(Name);
    return { name: Name, node, ...(bytes === undefined ? {} : { bytes }) };
  });
}

const counted = z.array(
  z.object({ Name: z.string(), UsageData: z.object({ Size: z.number() }).optional() }),
);
const usage = z
  .object({
    Volumes: counted,
    /** The place newer engines have for it. */
    VolumeUsage: z.object({ Items: counted }).partial(),
  })
  .partial();

/** Empty where the engine does not tell, or not soon. */
async function sizesOn(engine: Engine, signal: AbortSignal): Promise<ReadonlyMap<string, number>> {
  const query = { type: "volume", verbose: "1" };
  try {
    const question = { path: "/system/df", query, deadline: COUNTING };
    const { Volumes, VolumeUsage } = await engine.ask(question, usage, signal);
    const volumes = Volumes ?? VolumeUsage?.Items ?? [];
    return new Map(
      volumes.flatMap(({ Name, UsageData: { Size } = { Size: -1 } }) =>
        Size < 0 ? [] : [[Name, Size]],
      ),
    );
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof EngineError || error instanceof Refusal) return new Map();
    throw error;
  }
}

/** Every node of the swarm is asked before anything is removed: a volume left behind unseen would be worse than a refusal. */
export async function removeVolumes(
  { nodes, clock }: { readonly nodes: Nodes; readonly clock: Clock },
  names: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  if (names.length === 0) return;
  const machines = await Promise.all(
    (await nodes.list(signal)).map((node) => nodes.reach(node, signal)),
  );
  const held = await Promise.all(
    machines.map(async ({ engine }) => {
      const { Volumes = [] } = await engine.ask({ path: "/volumes" }, liveVolumes, signal);
      return Volumes.map(({ Name }) => Name).filter((name) => names.includes(name));
    }),
  );
  const doomed = machines.flatMap(({ engine }, at) =>
    (held[at] ?? []).map((name) => ({ engine, name })),
  );
  await removeEach(doomed, clock, signal);
}

/** Throws Refusal `in-use` before anything is removed. */
export async function removeEach(
  doomed: readonly { readonly engine: Engine; readonly name: string }[],
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  for (const { engine, name } of doomed) await untilUnused(engine, name, clock, signal);
  for (const { engine, name } of doomed) {
    try {
      await unlessGone(engine, `/volumes/${encodeURIComponent(name)}`, signal);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      const step = `remove volume ${name}`;
      throw new Refusal({ kind: "step-failed", step, problem: error.message }, error);
    }
  }
}

const liveContainers = z.array(
  z.object({
    Names: z.array(z.string()).optional(),
    State: z.string(),
    Labels: z.record(z.string(), z.string()).optional(),
  }),
);
const SERVICE = "com.docker.swarm.service.name";

async function untilUnused(
  engine: Engine,
  name: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const query = { all: "true", filters: JSON.stringify({ volume: [name] }) };
  for (let waited = 0; ; waited += BETWEEN_LOOKS) {
    const users = await engine.ask({ path: "/containers/json", query }, liveContainers, signal);
    if (users.length === 0) return;
    const mayGo = users.every(
      ({ State, Labels }) => State !== "running" && Labels?.[SERVICE] !== undefined,
    );
    if (!mayGo || waited >= CLEARING) {
      const by = users.map(
        ({ Names = [], Labels }) => Labels?.[SERVICE] ?? (Names[0] ?? "").replace(/^\//, ""),
      );
      const all = [...new Set(by)].toSorted();
      throw new Refusal({ kind: "in-use", what: "volume", name, by: all });
    }
    await clock.sleep(BETWEEN_LOOKS, signal);
  }
}
