// What replacing secrets adds to the plan of a stack: why it is a danger, what to know, and what goes once all is up.
import type { Danger, Loss, Warning } from "./plan.ts";
import type { Step } from "./step.ts";

export interface Rotation {
  /** As people type it. */
  readonly secret: string;
  /** Others that hang on the same key of the env file, and get a new value with it. */
  readonly others: readonly string[];
  /** Swarm names of the versions that go. */
  readonly old: readonly string[];
  /** Services that keep a copy of the old value in their data. */
  readonly databases: readonly string[];
}

interface Part {
  readonly rotation?: Rotation;
}

export function rotationDangers({ rotation }: Part): readonly Danger[] {
  if (rotation === undefined) return [];
  const { secret, others } = rotation;
  return [secret, ...others].map((one) => ({ kind: "secret-replaced", secret: one }));
}

export function rotationWarnings({ rotation }: Part): readonly Warning[] {
  if (rotation === undefined) return [];
  const { secret, others, databases: services } = rotation;
  return [
    ...(services.length === 0 ? [] : [{ kind: "database-keeps", secret, services } as const]),
    ...(others.length === 0 ? [] : [{ kind: "rotates-also", secrets: others } as const]),
  ];
}

export function rotationLosses({ rotation }: Part): readonly Loss[] {
  return (rotation?.old ?? []).map((name) => ({ what: "secret", name }));
}

/** Last of all: until then what ran before can come back. */
export function rotationSteps({ rotation }: Part): readonly Step[] {
  if (rotation === undefined || rotation.old.length === 0) return [];
  return [{ kind: "remove-secrets", names: rotation.old }];
}
