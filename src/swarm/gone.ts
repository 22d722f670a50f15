// Waits until nothing of a stack is left: swarm takes a stack away long after it says so.
import { z } from "zod";
import type { StackName } from "../core/ids.ts";
import type { Clock } from "../core/ports.ts";
import type { Engine } from "./docker.ts";
import { ofStack } from "./live.ts";

/** Milliseconds. */
const BETWEEN_LOOKS = 500;
/** A network that outlives all that used it for so long is not being taken away: nobody asked for it. */
const PATIENCE = 5_000;

export async function untilGone(
  engine: Engine,
  stack: StackName,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  let alone = 0;
  for (;;) {
    const left = await whatIsLeft(engine, stack, signal);
    alone = left === "networks" ? alone + BETWEEN_LOOKS : 0;
    if (left === "nothing" || alone > PATIENCE) return;
    await clock.sleep(BETWEEN_LOOKS, signal);
  }
}

/** Containers are those of the manager we speak to. */
async function whatIsLeft(
  engine: Engine,
  stack: StackName,
  signal: AbortSignal,
): Promise<"users" | "networks" | "nothing"> {
  const has = async (
    path: string,
    query: Readonly<Record<string, string>> = {},
  ): Promise<boolean> => {
    const question = { path, query: { ...query, ...ofStack(stack) } };
    return (await engine.ask(question, z.array(z.unknown()), signal)).length > 0;
  };
  if (await has("/services")) return "users";
  if (await has("/tasks")) return "users";
  if (await has("/containers/json", { all: "true" })) return "users";
  return (await has("/networks")) ? "networks" : "nothing";
}
