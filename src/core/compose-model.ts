// A stack file as `docker stack config` writes it: one spelling for each thing, nothing left to interpolate or merge.
import type { StackName } from "./ids.ts";

type Sparse<Fields> = { readonly [Name in keyof Fields]?: Fields[Name] | undefined };
type Texts = readonly string[];
type Pairs = Readonly<Record<string, string>>;
type Named<Thing> = Readonly<Record<string, Thing>>;

export type ComposeModel = Sparse<{
  networks: Named<ComposeObject>;
  volumes: Named<ComposeVolume>;
  secrets: Named<ComposeObject>;
  configs: Named<ComposeObject>;
}> & { readonly services: Named<ComposeService> };

/** A network, secret or config at the top of the file. */
export type ComposeObject = Sparse<{ name: string; external: boolean; file: string }>;

export type ComposeVolume = Sparse<{
  name: string;
  external: boolean;
  driver: string;
  driver_opts: Pairs;
  labels: Pairs;
}>;

export type ComposeService = Sparse<{
  image: string;
  entrypoint: Texts;
  command: Texts;
  /** Null: the variable is taken away from the image's own. */
  environment: Readonly<Record<string, string | null>>;
  env_file: Texts;
  labels: Pairs;
  hostname: string;
  working_dir: string;
  user: string;
  init: boolean;
  tty: boolean;
  stdin_open: boolean;
  read_only: boolean;
  stop_signal: string;
  stop_grace_period: string;
  isolation: string;
  oom_score_adj: number;
  restart: string;
  cap_add: Texts;
  cap_drop: Texts;
  sysctls: Pairs;
  ulimits: Named<number | Sparse<{ soft: number; hard: number }>>;
  dns: Texts;
  dns_search: Texts;
  extra_hosts: Texts;
  healthcheck: ComposeHealth;
  logging: Sparse<{ driver: string; options: Pairs }>;
  networks: Named<Sparse<{ aliases: Texts; driver_opts: Pairs }> | null>;
  ports: readonly ComposePort[];
  volumes: readonly ComposeMount[];
  secrets: readonly ComposeFile[];
  configs: readonly ComposeFile[];
  deploy: ComposeDeploy;
}>;

export type ComposeHealth = Sparse<{
  test: Texts;
  interval: string;
  timeout: string;
  start_period: string;
  start_interval: string;
  retries: number;
  disable: boolean;
}>;

export type ComposePort = Sparse<{
  mode: string;
  target: number;
  published: number;
  protocol: string;
}>;

export type ComposeMount = Sparse<{
  type: string;
  source: string;
  target: string;
  read_only: boolean;
  consistency: string;
  bind: Sparse<{ propagation: string }>;
  volume: Sparse<{ nocopy: boolean; subpath: string }>;
  tmpfs: Sparse<{ size: number }>;
}>;

/** A secret or config as a service uses it. */
export type ComposeFile = Sparse<{
  target: string;
  uid: string;
  gid: string;
  mode: number;
}> & { readonly source: string };

export type ComposeDeploy = Sparse<{
  mode: string;
  replicas: number;
  labels: Pairs;
  endpoint_mode: string;
  update_config: ComposeUpdate;
  rollback_config: ComposeUpdate;
  resources: Sparse<{ limits: ComposeResources; reservations: ComposeResources }>;
  restart_policy: Sparse<{
    condition: string;
    delay: string;
    max_attempts: number;
    window: string;
  }>;
  placement: Sparse<{
    constraints: Texts;
    preferences: readonly Sparse<{ spread: string }>[];
    max_replicas_per_node: number;
  }>;
}>;

export type ComposeUpdate = Sparse<{
  parallelism: number;
  delay: string;
  failure_action: string;
  monitor: string;
  max_failure_ratio: number;
  order: string;
}>;

export type ComposeResources = Sparse<{
  cpus: string;
  memory: number;
  pids: number;
  generic_resources: readonly Sparse<{
    discrete_resource_spec: Sparse<{ kind: string; value: number }>;
  }>[];
}>;

/** The swarm name of a network, volume, secret or config of the file. */
export function swarmName(
  stack: StackName,
  key: string,
  object: Pick<ComposeObject, "name"> | undefined,
): string {
  return object?.name ?? `${stack}_${key}`;
}
