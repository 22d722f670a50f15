// Takes a service down to no task for a while; how many it is to have again stands on the server itself, whatever becomes of moot.
import { z } from "zod";
import { Refusal } from "../core/errors.ts";
import type { StackName } from "../core/ids.ts";
import { PAUSED_LABEL } from "../core/paused.ts";
import type { Clock } from "../core/ports.ts";
import { hasEnded } from "../core/witness.ts";
import { changeService, rawService, type RawSpec } from "./change.ts";
import type { Engine } from "./docker.ts";
import { liveTask } from "./engine-schema.ts";
import { within } from "./waiting.ts";

/** Milliseconds. A database may take its time to stop. */
const STOPPING = 600_000;
const BETWEEN_LOOKS = 500;

interface Paused {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly stack: StackName;
  readonly service: string;
}

export async function pauseService(paused: Paused, signal: AbortSignal): Promise<void> {
  const { engine, clock, stack, service } = paused;
  const step = `stop ${service}`;
  await changeService(engine, { stack, service, step }, (spec) => stopped(spec, step), signal);
  const problem = "its tasks had not ended after 10 minutes";
  const reason = (): Refusal => new Refusal({ kind: "step-failed", step, problem });
  const deadline = { clock, milliseconds: STOPPING, reason };
  await within(deadline, (inner) => untilEnded(paused, inner), signal);
}

export async function resumeService(
  { engine, stack, service }: Paused,
  signal: AbortSignal,
): Promise<void> {
  const query = { filters: JSON.stringify({ name: [`${stack}_${service}`] }) };
  const found = await engine.ask({ path: "/services", query }, z.array(rawService), signal);
  // The filter takes every name that begins so.
  if (!found.some(({ Spec }) => Spec.Name === `${stack}_${service}`)) return;
  await changeService(engine, { stack, service, step: `start ${service}` }, started, signal);
}

function stopped({ Mode = {}, Labels = {}, ...spec }: RawSpec, step: string): RawSpec | undefined {
  if (Labels[PAUSED_LABEL] !== undefined) return undefined;
  if (Mode.Replicated === undefined) {
    const problem = "it does not run a number of tasks that could be none";
    throw new Refusal({ kind: "step-failed", step, problem });
  }
  const count = Mode.Replicated.Replicas ?? 1;
  return {
    ...spec,
    Labels: { ...Labels, [PAUSED_LABEL]: String(count) },
    Mode: { Replicated: { ...Mode.Replicated, Replicas: 0 } },
  };
}

function started({ Mode = {}, Labels = {}, ...spec }: RawSpec): RawSpec | undefined {
  const { [PAUSED_LABEL]: count, ...labels } = Labels;
  if (count === undefined) return undefined;
  const Replicas = /^\d{1,4}$/.test(count) ? Number(count) : 1;
  return { ...spec, Labels: labels, Mode: { Replicated: { ...Mode.Replicated, Replicas } } };
}

/** The container may outlive what the service wants by its whole grace period. */
async function untilEnded(
  { engine, clock, stack, service }: Paused,
  signal: AbortSignal,
): Promise<void> {
  const query = { filters: JSON.stringify({ service: [`${stack}_${service}`] }) };
  for (;;) {
    const tasks = await engine.ask({ path: "/tasks", query }, z.array(liveTask), signal);
    if (tasks.every(({ Status }) => hasEnded({ state: Status.State }))) return;
    await clock.sleep(BETWEEN_LOOKS, signal);
  }
}
