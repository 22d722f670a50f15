// Reads what a swarm runs into the same state that stack files are read into.
import type { StackName } from "../core/ids.ts";
import { stateOf } from "../core/service-state.ts";
import type { ServiceSpec } from "../core/spec.ts";
import type { ConfigState, ServiceState } from "../core/state.ts";
import type { LiveObject, LiveService } from "./engine-schema.ts";
import { sha256 } from "./stack-file.ts";

/** `names`: networks by id. */
export function liveServices(
  services: readonly LiveService[],
  stack: StackName,
  names: ReadonlyMap<string, string>,
): readonly ServiceState[] {
  return services
    .map(({ Spec }) => stateOf(withNames(Spec, names), stack))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** The ids of the networks a service joins. */
export function networkIds({ Spec }: LiveService): readonly string[] {
  return (Spec.TaskTemplate?.Networks ?? []).flatMap(({ Target }) =>
    Target === undefined ? [] : [Target],
  );
}

function withNames(spec: ServiceSpec, names: ReadonlyMap<string, string>): ServiceSpec {
  const task = spec.TaskTemplate ?? {};
  const Networks = (task.Networks ?? []).map((network) => ({
    ...network,
    Target: names.get(network.Target ?? "") ?? network.Target,
  }));
  return { ...spec, TaskTemplate: { ...task, Networks } };
}

export function liveConfig({ Spec }: LiveObject): ConfigState {
  return { name: Spec.Name, sha256: sha256(Buffer.from(Spec.Data ?? "", "base64")) };
}

const NAMESPACE = "com.docker.stack.namespace";

export function stackOf(labels: Readonly<Record<string, string>> | undefined): string | undefined {
  return labels?.[NAMESPACE];
}

/** A filter for the API: what belongs to the stack. */
export function ofStack(stack: StackName): { readonly filters: string } {
  return { filters: JSON.stringify({ label: [`${NAMESPACE}=${stack}`] }) };
}
