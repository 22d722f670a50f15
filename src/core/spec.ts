// A service as the engine's API spells it, as far as a stack file can say it.

/** The engine leaves out what is empty. */
type Sparse<Fields> = { readonly [Name in keyof Fields]?: Fields[Name] | undefined };
type Texts = readonly string[];
type Pairs = Readonly<Record<string, string>>;

export type ServiceSpec = Sparse<{
  /** With the stack's prefix. */
  Name: string;
  Labels: Pairs;
  TaskTemplate: TaskTemplate;
  Mode: Sparse<{
    Replicated: Sparse<{ Replicas: number }>;
    Global: object;
    ReplicatedJob: Sparse<{ TotalCompletions: number }>;
    GlobalJob: object;
  }>;
  UpdateConfig: UpdateConfig;
  RollbackConfig: UpdateConfig;
  EndpointSpec: Sparse<{ Mode: string; Ports: readonly Port[] }>;
}>;

export type TaskTemplate = Sparse<{
  ContainerSpec: ContainerSpec;
  Resources: Sparse<{ Limits: Resources; Reservations: Resources }>;
  RestartPolicy: RestartPolicy;
  Placement: Sparse<{
    Constraints: Texts;
    Preferences: readonly Sparse<{ Spread: Sparse<{ SpreadDescriptor: string }> }>[];
    MaxReplicas: number;
  }>;
  /** Each `Target` is a network's name here; the API tells ids. */
  Networks: readonly Attachment[];
  LogDriver: Sparse<{ Name: string; Options: Pairs }>;
}>;

export type ContainerSpec = Sparse<{
  Image: string;
  Labels: Pairs;
  /** The entrypoint of a compose file. */
  Command: Texts;
  /** The command of a compose file. */
  Args: Texts;
  Hostname: string;
  /** `KEY=value`; `KEY` alone takes the variable away from the image's own. */
  Env: Texts;
  Dir: string;
  User: string;
  Init: boolean;
  StopSignal: string;
  StopGracePeriod: number;
  TTY: boolean;
  OpenStdin: boolean;
  ReadOnly: boolean;
  Mounts: readonly Mount[];
  Healthcheck: HealthCheck;
  Hosts: Texts;
  DNSConfig: Sparse<{ Nameservers: Texts; Search: Texts; Options: Texts }>;
  Secrets: readonly (FileReference & Sparse<{ SecretName: string }>)[];
  Configs: readonly (FileReference & Sparse<{ ConfigName: string }>)[];
  Isolation: string;
  Sysctls: Pairs;
  CapabilityAdd: Texts;
  CapabilityDrop: Texts;
  Ulimits: readonly Sparse<{ Name: string; Soft: number; Hard: number }>[];
  OomScoreAdj: number;
}>;

export type HealthCheck = Sparse<{
  Test: Texts;
  Interval: number;
  Timeout: number;
  StartPeriod: number;
  StartInterval: number;
  Retries: number;
}>;

export type Mount = Sparse<{
  Type: string;
  Source: string;
  Target: string;
  ReadOnly: boolean;
  Consistency: string;
  BindOptions: Sparse<{ Propagation: string }>;
  VolumeOptions: Sparse<{
    NoCopy: boolean;
    Subpath: string;
    Labels: Pairs;
    DriverConfig: Sparse<{ Name: string; Options: Pairs }>;
  }>;
  TmpfsOptions: Sparse<{ SizeBytes: number }>;
}>;

export type FileReference = Sparse<{
  File: Sparse<{ Name: string; UID: string; GID: string; Mode: number }>;
}>;

export type Attachment = Sparse<{ Target: string; Aliases: Texts; DriverOpts: Pairs }>;

export type Resources = Sparse<{
  NanoCPUs: number;
  MemoryBytes: number;
  Pids: number;
  GenericResources: readonly Sparse<{
    DiscreteResourceSpec: Sparse<{ Kind: string; Value: number }>;
  }>[];
}>;

export type RestartPolicy = Sparse<{
  Condition: string;
  Delay: number;
  MaxAttempts: number;
  Window: number;
}>;

export type UpdateConfig = Sparse<{
  Parallelism: number;
  Delay: number;
  FailureAction: string;
  Monitor: number;
  MaxFailureRatio: number;
  Order: string;
}>;

export type Port = Sparse<{
  Protocol: string;
  TargetPort: number;
  PublishedPort: number;
  PublishMode: string;
}>;
