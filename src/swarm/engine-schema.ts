// What of the engine's answers moot reads; all else is passed over, so that newer engines do not surprise it.
import { z } from "zod";
import type { ServiceSpec } from "../core/spec.ts";

/** Reads an answer; what the engine gives as null is absent. */
export function readAnswer(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown) => (value === null ? undefined : value));
}

const words = z.array(z.string());
const pairs = z.record(z.string(), z.string());
const time = z.string().transform((text) => Date.parse(text));
const driver = z.object({ Name: z.string(), Options: pairs }).partial();

const file = z
  .object({ Name: z.string(), UID: z.string(), GID: z.string(), Mode: z.number() })
  .partial();
const mount = z
  .object({
    Type: z.string(),
    Source: z.string(),
    Target: z.string(),
    ReadOnly: z.boolean(),
    Consistency: z.string(),
    BindOptions: z.object({ Propagation: z.string() }).partial(),
    VolumeOptions: z
      .object({ NoCopy: z.boolean(), Subpath: z.string(), Labels: pairs, DriverConfig: driver })
      .partial(),
    TmpfsOptions: z.object({ SizeBytes: z.number() }).partial(),
  })
  .partial();
const health = z
  .object({
    Test: words,
    Interval: z.number(),
    Timeout: z.number(),
    StartPeriod: z.number(),
    StartInterval: z.number(),
    Retries: z.number(),
  })
  .partial();
const container = z
  .object({
    Image: z.string(),
    Labels: pairs,
    Command: words,
    Args: words,
    Hostname: z.string(),
    Env: words,
    Dir: z.string(),
    User: z.string(),
    Init: z.boolean(),
    StopSignal: z.string(),
    StopGracePeriod: z.number(),
    TTY: z.boolean(),
    OpenStdin: z.boolean(),
    ReadOnly: z.boolean(),
    Mounts: z.array(mount),
    Healthcheck: health,
    Hosts: words,
    DNSConfig: z.object({ Nameservers: words, Search: words, Options: words }).partial(),
    Secrets: z.array(z.object({ File: file, SecretName: z.string() }).partial()),
    Configs: z.array(z.object({ File: file, ConfigName: z.string() }).partial()),
    Isolation: z.string(),
    Sysctls: pairs,
    CapabilityAdd: words,
    CapabilityDrop: words,
    Ulimits: z.array(z.object({ Name: z.string(), Soft: z.number(), Hard: z.number() }).partial()),
    OomScoreAdj: z.number(),
  })
  .partial();

const generic = z.object({ Kind: z.string(), Value: z.number() }).partial();
const resources = z
  .object({
    NanoCPUs: z.number(),
    MemoryBytes: z.number(),
    Pids: z.number(),
    GenericResources: z.array(z.object({ DiscreteResourceSpec: generic }).partial()),
  })
  .partial();
const task = z
  .object({
    ContainerSpec: container,
    Resources: z.object({ Limits: resources, Reservations: resources }).partial(),
    RestartPolicy: z
      .object({
        Condition: z.string(),
        Delay: z.number(),
        MaxAttempts: z.number(),
        Window: z.number(),
      })
      .partial(),
    Placement: z
      .object({
        Constraints: words,
        Preferences: z.array(
          z.object({ Spread: z.object({ SpreadDescriptor: z.string() }).partial() }).partial(),
        ),
        MaxReplicas: z.number(),
      })
      .partial(),
    Networks: z.array(
      z.object({ Target: z.string(), Aliases: words, DriverOpts: pairs }).partial(),
    ),
    LogDriver: driver,
  })
  .partial();

const update = z
  .object({
    Parallelism: z.number(),
    Delay: z.number(),
    FailureAction: z.string(),
    Monitor: z.number(),
    MaxFailureRatio: z.number(),
    Order: z.string(),
  })
  .partial();
const port = z
  .object({
    Protocol: z.string(),
    TargetPort: z.number(),
    PublishedPort: z.number(),
    PublishMode: z.string(),
  })
  .partial();
const spec = z
  .object({
    Name: z.string(),
    Labels: pairs,
    TaskTemplate: task,
    Mode: z
      .object({
        Replicated: z.object({ Replicas: z.number() }).partial(),
        Global: z.object({}),
        ReplicatedJob: z.object({ TotalCompletions: z.number() }).partial(),
        GlobalJob: z.object({}),
      })
      .partial(),
    UpdateConfig: update,
    RollbackConfig: update,
    EndpointSpec: z.object({ Mode: z.string(), Ports: z.array(port) }).partial(),
  })
  .partial() satisfies z.ZodType<ServiceSpec>;

const index = z.object({ Index: z.number() });

export const liveService = z.object({
  ID: z.string(),
  Version: index,
  Spec: spec,
  UpdateStatus: z
    .object({ State: z.string(), StartedAt: time, Message: z.string() })
    .partial()
    .optional(),
  ServiceStatus: z.object({ RunningTasks: z.number(), DesiredTasks: z.number() }).optional(),
  JobStatus: z.object({ JobIteration: index }).optional(),
});
export type LiveService = z.infer<typeof liveService>;

const taskState = z.enum([
  "new",
  "pending",
  "assigned",
  "accepted",
  "preparing",
  "ready",
  "starting",
  "running",
  "complete",
  "shutdown",
  "failed",
  "rejected",
  "orphaned",
  "remove",
]);

export const liveTask = z.object({
  ID: z.string(),
  ServiceID: z.string().optional(),
  NodeID: z.string().optional(),
  Slot: z.number().optional(),
  CreatedAt: time,
  Spec: z
    .object({ ContainerSpec: z.object({ Image: z.string(), Mounts: z.array(mount) }).partial() })
    .partial(),
  Status: z.object({
    Timestamp: time,
    State: taskState,
    Err: z.string().optional(),
    ContainerStatus: z
      .object({ ContainerID: z.string(), ExitCode: z.number() })
      .partial()
      .optional(),
  }),
  DesiredState: taskState,
  JobIteration: index.optional(),
});
export type LiveTask = z.infer<typeof liveTask>;

export const liveNode = z.object({
  ID: z.string(),
  Spec: z.object({ Availability: z.string(), Role: z.enum(["manager", "worker"]) }),
  Description: z.object({ Hostname: z.string() }).partial(),
  Status: z.object({ State: z.string(), Addr: z.string().optional() }),
  ManagerStatus: z.object({ Addr: z.string() }).partial().optional(),
});
export type LiveNode = z.infer<typeof liveNode>;

export const liveNetwork = z.object({
  Id: z.string(),
  Name: z.string(),
  Scope: z.string(),
  Labels: pairs.optional(),
});

/** A secret or a config; the data of a secret never leaves the engine. */
export const liveObject = z.object({
  ID: z.string(),
  Spec: z.object({ Name: z.string(), Labels: pairs.optional(), Data: z.base64().optional() }),
});
export type LiveObject = z.infer<typeof liveObject>;

export type LiveNetwork = z.infer<typeof liveNetwork>;

export const liveVolumes = z.object({
  Volumes: z
    .array(
      z.object({
        Name: z.string(),
        Labels: pairs.optional(),
        Driver: z.string().optional(),
        Options: pairs.optional(),
      }),
    )
    .optional(),
});

export const engineFacts = z.object({
  ServerVersion: z.string(),
  MemTotal: z.number(),
  DockerRootDir: z.string(),
  SystemTime: time,
  Swarm: z
    .object({
      LocalNodeState: z.string(),
      ControlAvailable: z.boolean(),
      NodeAddr: z.string(),
      NodeID: z.string(),
    })
    .partial(),
});

export const liveContainer = z.object({
  State: z.object({
    OOMKilled: z.boolean().optional(),
    Health: z
      .object({ Log: z.array(z.object({ ExitCode: z.number(), Output: z.string() })).optional() })
      .optional(),
  }),
});
export type LiveContainer = z.infer<typeof liveContainer>;
