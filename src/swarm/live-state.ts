// Reads how a stack is from what the engine lists.
import type { StackName } from "../core/ids.ts";
import type { StackState } from "../core/state.ts";
import type { Engine } from "./docker.ts";
import { liveConfig, liveServices, stackOf } from "./live.ts";
import { networkNames, type Inventory } from "./names.ts";

/** Undefined when nothing of it runs; `inventory` has the stack's services alone. */
export async function liveState(
  engine: Engine,
  stack: StackName,
  { services, networks, configs }: Inventory,
  signal: AbortSignal,
): Promise<StackState | undefined> {
  if (services.length === 0) return undefined;
  const names = await networkNames(engine, services, networks, signal);
  const own = configs.filter(({ Spec }) => stackOf(Spec.Labels) === stack).map(liveConfig);
  return {
    stack,
    services: liveServices(services, stack, names),
    configs: own.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  };
}
