// Starts a service's tasks anew, in its own rolling way, by raising its force-update counter.
import { z } from "zod";
import { Refusal } from "../core/errors.ts";
import type { StackName } from "../core/ids.ts";
import { EngineError, type Engine } from "./docker.ts";
import { ofStack } from "./live.ts";

/** Whole, as it has to be sent back whole. */
const rawService = z.object({
  ID: z.string(),
  Version: z.object({ Index: z.number() }),
  Spec: z.looseObject({
    Name: z.string(),
    TaskTemplate: z.looseObject({ ForceUpdate: z.number().optional() }).optional(),
  }),
});
type RawService = z.infer<typeof rawService>;

/** A write fails when swarm itself, in the middle of an update, was quicker. */
const TRIES = 5;

export async function restartService(
  engine: Engine,
  { stack, service, counter }: Counted,
  signal: AbortSignal,
): Promise<void> {
  const step = `restart ${service}`;
  for (let tries = 1; ; tries += 1) {
    try {
      const path = `/services/${stack}_${service}`;
      await raise(engine, await engine.ask({ path }, rawService, signal), counter, signal);
      return;
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      if (error.status === 404) {
        throw new Refusal({ kind: "step-failed", step, problem: "there is no such service" });
      }
      const isLate = error.message.includes("out of sequence");
      if (!isLate || tries === TRIES) {
        throw new Refusal({ kind: "step-failed", step, problem: error.message }, error);
      }
    }
  }
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

async function raise(
  engine: Engine,
  { ID, Version, Spec }: RawService,
  counter: number,
  signal: AbortSignal,
): Promise<void> {
  const { TaskTemplate } = Spec;
  if ((TaskTemplate?.ForceUpdate ?? 0) >= counter) return;
  const body = { ...Spec, TaskTemplate: { ...TaskTemplate, ForceUpdate: counter } };
  const query = { version: String(Version.Index) };
  await engine.tell({ method: "POST", path: `/services/${ID}/update`, query, body }, signal);
}
