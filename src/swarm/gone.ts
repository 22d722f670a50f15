// Tells whether nothing of a stack is left: swarm takes a stack away long after it says so.
import { z } from "zod";
import type { StackName } from "../core/ids.ts";
import type { Engine } from "./docker.ts";
import { ofStack } from "./live.ts";

/** By how the API calls them; containers are those of the manager we speak to. */
const KINDS = [
  { path: "/services", query: {} },
  { path: "/tasks", query: {} },
  { path: "/containers/json", query: { all: "true" } },
  { path: "/networks", query: {} },
];

export async function isGone(
  engine: Engine,
  stack: StackName,
  signal: AbortSignal,
): Promise<boolean> {
  for (const { path, query } of KINDS) {
    const question = { path, query: { ...query, ...ofStack(stack) } };
    const left = await engine.ask(question, z.array(z.unknown()), signal);
    if (left.length > 0) return false;
  }
  return true;
}
