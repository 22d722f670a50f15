// Small states for tests of planning.
import { isStackName } from "../../src/core/ids.ts";
import type { ServiceState, StackState } from "../../src/core/state.ts";
import { named } from "../named.ts";

export const STACK = named(isStackName, "wiki");

export function service(part: Partial<ServiceState> = {}): ServiceState {
  return {
    name: "app",
    image: "registry.example/wiki:1",
    digest: `sha256:${"1".repeat(64)}`,
    env: {},
    labels: {},
    secrets: [],
    configs: [],
    volumes: [],
    binds: [],
    networks: [],
    replicas: 1,
    template: {},
    endpoint: {},
    outer: {},
    ...part,
  };
}

export function stackState(
  services: readonly ServiceState[] = [service()],
  configs: StackState["configs"] = [],
): StackState {
  return { stack: STACK, services, configs };
}
