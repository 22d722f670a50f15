// Changes one thing of a service that runs, by sending its whole spec back with it.
import { z } from "zod";
import { Refusal } from "../core/errors.ts";
import type { StackName } from "../core/ids.ts";
import { EngineError, type Engine } from "./docker.ts";

/** Whole, as it has to be sent back whole. */
export const rawService = z.object({
  ID: z.string(),
  Version: z.object({ Index: z.number() }),
  Spec: z.looseObject({
    Name: z.string(),
    Labels: z.record(z.string(), z.string()).optional(),
    Mode: z
      .looseObject({ Replicated: z.looseObject({ Replicas: z.number().optional() }).optional() })
      .optional(),
    TaskTemplate: z.looseObject({ ForceUpdate: z.number().optional() }).optional(),
  }),
});
export type RawSpec = z.infer<typeof rawService>["Spec"];

/** A write fails when swarm itself, in the middle of an update, was quicker. */
const TRIES = 5;

export interface Change {
  readonly stack: StackName;
  readonly service: string;
  /** For what is said when it fails. */
  readonly step: string;
}

/** `change` answers undefined where there is nothing to do. Throws Refusal `step-failed`. */
export async function changeService(
  engine: Engine,
  { stack, service, step }: Change,
  change: (spec: RawSpec) => RawSpec | undefined,
  signal: AbortSignal,
): Promise<void> {
  const path = `/services/${stack}_${service}`;
  for (let tries = 1; ; tries += 1) {
    try {
      const { ID, Version, Spec } = await engine.ask({ path }, rawService, signal);
      const body = change(Spec);
      if (body === undefined) return;
      const query = { version: String(Version.Index) };
      await engine.tell({ method: "POST", path: `/services/${ID}/update`, query, body }, signal);
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
