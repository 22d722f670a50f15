// Says what services the docker CLI would write for a stack file; follows `cli/compose/convert` of docker/cli field by field.
import {
  swarmName,
  type ComposeModel,
  type ComposeResources,
  type ComposeService,
  type ComposeUpdate,
} from "./compose-model.ts";
import { containerSpec } from "./compose-container.ts";
import type { StackName } from "./ids.ts";
import { nanoseconds } from "./quantity.ts";
import { stateOf } from "./service-state.ts";
import type { Attachment, Resources, RestartPolicy, ServiceSpec, UpdateConfig } from "./spec.ts";
import type { ServiceState } from "./state.ts";

/** In the order of their names, as the docker CLI sorts them. */
export function servicesOf(model: ComposeModel, stack: StackName): readonly ServiceState[] {
  return Object.entries(model.services)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, service]) => stateOf(specOf(model, stack, name, service), stack));
}

function specOf(
  model: ComposeModel,
  stack: StackName,
  name: string,
  service: ComposeService,
): ServiceSpec {
  const { deploy = {}, logging } = service;
  const { placement = {}, resources = {} } = deploy;
  return {
    Name: `${stack}_${name}`,
    Labels: deploy.labels,
    TaskTemplate: {
      ContainerSpec: containerSpec(model, stack, service),
      Resources: {
        Limits: resourcesOf(resources.limits),
        Reservations: resourcesOf(resources.reservations),
      },
      RestartPolicy: restartOf(service),
      Placement: {
        Constraints: placement.constraints,
        Preferences: placement.preferences?.map(({ spread }) => ({
          Spread: { SpreadDescriptor: spread },
        })),
        MaxReplicas: placement.max_replicas_per_node,
      },
      Networks: networksOf(model, stack, name),
      LogDriver:
        logging === undefined ? undefined : { Name: logging.driver, Options: logging.options },
    },
    Mode: modeOf(deploy.mode, deploy.replicas),
    UpdateConfig: updateOf(deploy.update_config),
    RollbackConfig: updateOf(deploy.rollback_config),
    EndpointSpec: {
      Mode: deploy.endpoint_mode?.toLowerCase(),
      Ports: service.ports?.map(({ mode, target, published, protocol }) => ({
        Protocol: protocol,
        TargetPort: target,
        PublishedPort: published,
        PublishMode: mode,
      })),
    },
  };
}

/** A service that names no network joins the stack's own `default`. */
function networksOf(model: ComposeModel, stack: StackName, name: string): readonly Attachment[] {
  const joined = Object.entries(model.services[name]?.networks ?? {});
  const all = joined.length === 0 ? [["default", null] as const] : joined;
  return all.map(([key, said]) => ({
    Target: swarmName(stack, key, model.networks?.[key]),
    Aliases: [...(said?.aliases ?? []), name],
    DriverOpts: said?.driver_opts,
  }));
}

function modeOf(mode: string | undefined, replicas: number | undefined): ServiceSpec["Mode"] {
  switch (mode) {
    case "global":
      return { Global: {} };
    case "global-job":
      return { GlobalJob: {} };
    case "replicated-job":
      return { ReplicatedJob: { TotalCompletions: replicas } };
    default:
      return { Replicated: { Replicas: replicas } };
  }
}

/** The old `restart:` counts where `deploy.restart_policy` is not given. */
function restartOf({ restart = "", deploy }: ComposeService): RestartPolicy | undefined {
  const policy = deploy?.restart_policy;
  if (policy !== undefined) {
    return {
      Condition: policy.condition,
      Delay: time(policy.delay),
      MaxAttempts: policy.max_attempts,
      Window: time(policy.window),
    };
  }
  const [name, attempts = "0"] = restart.split(":");
  if (name === "always" || name === "unless-stopped") return { Condition: "any" };
  if (name !== "on-failure") return undefined;
  return { Condition: "on-failure", MaxAttempts: Number(attempts) };
}

function updateOf(config: ComposeUpdate | undefined): UpdateConfig | undefined {
  if (config === undefined) return undefined;
  return {
    Parallelism: config.parallelism ?? 1,
    Delay: time(config.delay),
    FailureAction: config.failure_action,
    Monitor: time(config.monitor),
    MaxFailureRatio: config.max_failure_ratio,
    Order: config.order,
  };
}

function resourcesOf(limits: ComposeResources | undefined): Resources | undefined {
  if (limits === undefined) return undefined;
  return {
    NanoCPUs: Math.round(Number(limits.cpus ?? "0") * 1e9),
    MemoryBytes: limits.memory,
    Pids: limits.pids,
    GenericResources: limits.generic_resources?.map(({ discrete_resource_spec: one = {} }) => ({
      DiscreteResourceSpec: { Kind: one.kind, Value: one.value },
    })),
  };
}

function time(text: string | undefined): number | undefined {
  return text === undefined ? undefined : nanoseconds(text);
}
