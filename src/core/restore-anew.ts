// A backup brought up as the app itself, whose server is lost or was emptied.
import { hashPlan } from "./fingerprint.ts";
import type { ServerName } from "./ids.ts";
import type { Danger, Obstacle, Plan } from "./plan.ts";
import type { Making } from "./planning-input.ts";
import { bringUp, takenOf, volumesMade } from "./restore-beside.ts";
import type { NewVolumes } from "./beside-volumes.ts";
import type { RestoreMatter, RestorePoint } from "./restore.ts";
import type { Actual } from "./state.ts";
import type { Step } from "./step.ts";

export interface Anew extends Pick<NewVolumes, "there">, Pick<Making, "sha256"> {
  /** How its env file comes to be what the snapshot has; absent where it is so already. */
  readonly writeEnv?: Step;
  /** Where it was, if not there. */
  readonly from?: { readonly server: ServerName; readonly isSilent: boolean };
  readonly matters: readonly RestoreMatter[];
}

/** `plan`: of the app as if it were to begin with nothing. Throws Refusal `cannot-restore` with all that bars it. */
export function anewPlan(plan: Plan, point: RestorePoint, making: Anew): Plan {
  const { writeEnv, from, matters, there, sha256 } = making;
  const danger: Danger = { kind: "rebuilds", ...(from && { from }), ...takenOf(point) };
  const fetched = plan.steps.findIndex(({ kind }) => kind !== "pull");
  const steps = plan.steps.toSpliced(fetched, 0, ...(writeEnv === undefined ? [] : [writeEnv]));
  const brought = bringUp({ ...plan, steps }, point, { there, matters, danger });
  const scope = { ...plan.scope, ...(from && { from: from.server }) };
  const whole = { ...brought, act: "restore", scope } as const;
  return { ...whole, hash: hashPlan(whole, sha256) };
}

/** On the server where it is to be nothing of the app may be there yet: nobody knows whose it is. */
export function obstaclesOfAnew(
  plan: Plan,
  { manifest }: RestorePoint,
  { live, swarm }: Pick<Actual, "live" | "swarm">,
  there: NewVolumes["there"],
): readonly Obstacle[] {
  const { stack } = plan.scope;
  const names = new Set(there.map(({ name }) => name));
  return [
    ...(live === undefined ? [] : [{ kind: "there-already", what: "stack", name: stack } as const]),
    ...manifest.secrets
      .filter((name) => name.startsWith(`${stack}_`) && swarm.secrets.includes(name))
      .map((name) => ({ kind: "there-already", what: "secret", name }) as const),
    ...volumesMade(plan)
      .filter((name) => names.has(name))
      .map((name) => ({ kind: "there-already", what: "volume", name }) as const),
  ];
}
