// Starts a service's tasks anew, in its own rolling way, by raising its force-update counter.
import { z } from "zod";
import type { StackName } from "../core/ids.ts";
import { changeService, rawService, type RawSpec } from "./change.ts";
import type { Engine } from "./docker.ts";
import { ofStack } from "./live.ts";

export async function restartService(
  engine: Engine,
  { stack, service, counter }: Counted,
  signal: AbortSignal,
): Promise<void> {
  const change = { stack, service, step: `restart ${service}` };
  await changeService(engine, change, (spec) => raised(spec, counter), signal);
}

export async function countersOf(
  engine: Engine,
  stack: StackName,
  signal: AbortSignal,
): Promise<Readonly<Record<string, number>>> {
  const listed = { path: "/services", query: ofStack(stack) };
  const services = await engine.ask(listed, z.array(rawService), signal);
  return Object.fromEntries(
    services.map(({ Spec: { Name, TaskTemplate } }) => [
      Name.slice(stack.length + 1),
      TaskTemplate?.ForceUpdate ?? 0,
    ]),
  );
}

export interface Counted {
  readonly stack: StackName;
  readonly service: string;
  readonly counter: number;
}

function raised({ TaskTemplate, ...spec }: RawSpec, counter: number): RawSpec | undefined {
  if ((TaskTemplate?.ForceUpdate ?? 0) >= counter) return undefined;
  return { ...spec, TaskTemplate: { ...TaskTemplate, ForceUpdate: counter } };
}
