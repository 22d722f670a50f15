// Takes things away from a swarm: stacks, secrets and configs.
import { z } from "zod";
import { Refusal } from "../core/errors.ts";
import type { StackName } from "../core/ids.ts";
import type { Clock } from "../core/ports.ts";
import { EngineError, type Engine } from "./docker.ts";
import { liveNetwork, liveObject, liveService, type LiveService } from "./engine-schema.ts";
import { whatIsLeft } from "./gone.ts";
import { ofStack } from "./live.ts";

/** Milliseconds. */
const BETWEEN_LOOKS = 500;
/** A network that nothing of the stack uses any more is let go within moments. */
const PATIENCE = 30_000;

export interface Removal {
  readonly stack: StackName;
  /** The manager's engine, and those of other nodes whose containers are waited for. */
  readonly engine: Engine;
  readonly others: readonly Engine[];
  readonly clock: Clock;
}

export async function removeStack(removal: Removal, signal: AbortSignal): Promise<void> {
  const { engine, stack, others, clock } = removal;
  let alone = 0;
  for (;;) {
    for (const { ID } of await ofThis(engine, "services", stack, signal)) {
      await unlessGone(engine, `/services/${ID}`, signal);
    }
    const left = await whatIsLeft([engine, ...others], stack, signal);
    // Swarm lets a network go before the last container has left it, and then it stays on that node.
    if (left !== "users") await removeRest(removal, alone > PATIENCE, signal);
    if (left === "nothing") return;
    alone = left === "networks" ? alone + BETWEEN_LOOKS : 0;
    await clock.sleep(BETWEEN_LOOKS, signal);
  }
}

async function removeRest(
  { engine, stack }: Removal,
  isLast: boolean,
  signal: AbortSignal,
): Promise<void> {
  for (const kind of ["secrets", "configs"] as const) {
    for (const { ID } of await ofThis(engine, kind, stack, signal)) {
      await unlessGone(engine, `/${kind}/${ID}`, signal);
    }
  }
  const listed = { path: "/networks", query: ofStack(stack) };
  for (const { Id, Name } of await engine.ask(listed, z.array(liveNetwork), signal)) {
    try {
      await unlessGone(engine, `/networks/${Id}`, signal);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      if (!isLast) continue;
      const by = await guestsOf(engine, Id, signal);
      throw new Refusal({ kind: "in-use", what: "network", name: Name, by }, error);
    }
  }
}

const named = z.array(z.object({ ID: z.string() }));

async function ofThis(
  engine: Engine,
  kind: "services" | "secrets" | "configs",
  stack: StackName,
  signal: AbortSignal,
): Promise<z.infer<typeof named>> {
  return engine.ask({ path: `/${kind}`, query: ofStack(stack) }, named, signal);
}

const attached = z.object({
  Containers: z.record(z.string(), z.object({ Name: z.string() })).optional(),
});

async function guestsOf(
  engine: Engine,
  network: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { Containers = {} } = await engine.ask({ path: `/networks/${network}` }, attached, signal);
  return Object.values(Containers)
    .map(({ Name }) => Name)
    .toSorted();
}

/** Throws Refusal `in-use`, before anything is removed. */
export async function removeNamed(
  engine: Engine,
  what: "secret" | "config",
  names: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const path = `/${what}s`;
  const there = await engine.ask({ path }, z.array(liveObject), signal);
  // By id: the engine takes a name that nothing has for the beginning of an id.
  const found = there.filter(({ Spec }) => names.includes(Spec.Name));
  if (found.length === 0) return;
  const services = await engine.ask({ path: "/services" }, z.array(liveService), signal);
  for (const { Spec } of found) {
    const by = usersOf(services, what, Spec.Name);
    if (by.length > 0) throw new Refusal({ kind: "in-use", what, name: Spec.Name, by });
  }
  for (const { ID, Spec } of found) {
    try {
      await unlessGone(engine, `${path}/${ID}`, signal);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      const step = `remove ${what} ${Spec.Name}`;
      throw new Refusal({ kind: "step-failed", step, problem: error.message }, error);
    }
  }
}

function usersOf(
  services: readonly LiveService[],
  what: "secret" | "config",
  name: string,
): readonly string[] {
  const using = services.filter(({ Spec: { TaskTemplate } }) => {
    const { Secrets = [], Configs = [] } = TaskTemplate?.ContainerSpec ?? {};
    return what === "secret"
      ? Secrets.some(({ SecretName }) => SecretName === name)
      : Configs.some(({ ConfigName }) => ConfigName === name);
  });
  return using.map(({ Spec }) => Spec.Name ?? "").toSorted();
}

/** Deletes what may be gone already. */
export async function unlessGone(engine: Engine, path: string, signal: AbortSignal): Promise<void> {
  try {
    await engine.tell({ method: "DELETE", path }, signal);
  } catch (error) {
    if (!(error instanceof EngineError && error.status === 404)) throw error;
  }
}
