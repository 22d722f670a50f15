// The part of a service's state whose every change restarts its tasks, in the words of a compose file.
import { duration, size } from "./quantity.ts";
import type { ContainerSpec, FileReference, Mount, Resources, TaskTemplate } from "./spec.ts";
import type { Json } from "./state.ts";

type Fields = Readonly<Record<string, Json | undefined>>;

/** The fields that say something: empty texts, lists and objects, false and absent ones say nothing. Absent when none is left. */
export function kept(fields: Fields): Readonly<Record<string, Json>> | undefined {
  const left = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined || isEmpty(value) ? [] : [[name, value] as const],
  );
  return left.length === 0 ? undefined : Object.fromEntries(left);
}

function isEmpty(value: Json): boolean {
  if (value === "" || value === false || value === null) return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

/** The text, or what swarm takes for an empty one. */
export function filled(text: string | undefined, otherwise: string): string {
  return text === undefined || text === "" ? otherwise : text;
}

/** `networks`: what is said of them beyond their names. Images, env, and names of secrets, configs and networks are told elsewhere. */
export function templateOf(task: TaskTemplate, networks: Json | undefined): Record<string, Json> {
  const container = task.ContainerSpec ?? {};
  const fields = {
    ...processOf(container),
    ...confinementOf(container),
    ...filesOf(container),
    ...schedulingOf(task),
    networks,
  };
  return { ...kept(fields) };
}

function processOf(container: ContainerSpec): Fields {
  const { Command, Args, Env = [], Healthcheck, StopGracePeriod, Labels = {} } = container;
  return {
    entrypoint: Command,
    command: Args,
    unset_env: Env.filter((entry) => !entry.includes("=")).toSorted(),
    working_dir: container.Dir,
    user: container.User,
    hostname: container.Hostname,
    tty: container.TTY,
    stdin_open: container.OpenStdin,
    init: container.Init === undefined ? undefined : String(container.Init),
    stop_signal: container.StopSignal,
    stop_grace_period: StopGracePeriod === undefined ? undefined : duration(StopGracePeriod),
    container_labels: Object.fromEntries(
      Object.entries(Labels).filter(([key]) => !key.startsWith("com.docker.stack.")),
    ),
    healthcheck: healthOf(Healthcheck),
  };
}

function healthOf(check: ContainerSpec["Healthcheck"]): Json | undefined {
  const { Test, Interval, Timeout, StartPeriod, StartInterval, Retries } = check ?? {};
  return kept({
    test: Test,
    interval: time(Interval),
    timeout: time(Timeout),
    start_period: time(StartPeriod),
    start_interval: time(StartInterval),
    retries: count(Retries),
  });
}

function confinementOf(container: ContainerSpec): Fields {
  const { DNSConfig = {}, Isolation, Ulimits = [], OomScoreAdj } = container;
  const limits = Ulimits.map(
    ({ Name = "", Soft = 0, Hard = 0 }) => [Name, `${Soft}:${Hard}`] as const,
  );
  return {
    read_only: container.ReadOnly,
    cap_add: container.CapabilityAdd?.toSorted(),
    cap_drop: container.CapabilityDrop?.toSorted(),
    sysctls: container.Sysctls,
    ulimits: Object.fromEntries(limits),
    isolation: Isolation === "default" ? undefined : Isolation,
    oom_score_adj: count(OomScoreAdj),
    extra_hosts: container.Hosts,
    dns: DNSConfig.Nameservers,
    dns_search: DNSConfig.Search,
    dns_opt: DNSConfig.Options,
  };
}

function filesOf({ Mounts = [], Secrets = [], Configs = [] }: ContainerSpec): Fields {
  const targets = Mounts.map(({ Target = "" }) => Target);
  return {
    mounts: Object.fromEntries(Mounts.map((mount) => [mount.Target ?? "", mountOf(mount)])),
    // The engine compares the list as it stands: the same mounts in another order restart a task.
    mounts_order: targets.length < 2 ? undefined : targets.join(" "),
    secrets: Object.fromEntries(Secrets.map(fileOf)),
    configs: Object.fromEntries(Configs.map(fileOf)),
  };
}

function mountOf(mount: Mount): Json {
  const { BindOptions, VolumeOptions = {}, TmpfsOptions } = mount;
  const { Labels = {}, DriverConfig = {} } = VolumeOptions;
  const labels = Object.entries(Labels).filter(([key]) => !key.startsWith("com.docker.stack."));
  const fields = kept({
    type: mount.Type,
    source: mount.Source,
    read_only: mount.ReadOnly,
    consistency: mount.Consistency === "default" ? undefined : mount.Consistency,
    propagation: BindOptions?.Propagation,
    nocopy: VolumeOptions.NoCopy,
    subpath: VolumeOptions.Subpath,
    labels: Object.fromEntries(labels),
    driver: DriverConfig.Name,
    driver_opts: DriverConfig.Options,
    size: bytes(TmpfsOptions?.SizeBytes),
  });
  return fields ?? {};
}

/** By its place in the container: who may read it there. */
function fileOf({ File = {} }: FileReference): readonly [string, string] {
  const { Name = "", UID = "0", GID = "0", Mode = 0o444 } = File;
  return [Name, `${UID}:${GID} ${Mode.toString(8).padStart(4, "0")}`];
}

function schedulingOf({
  Resources = {},
  RestartPolicy,
  Placement = {},
  LogDriver,
}: TaskTemplate): Fields {
  const { Delay, MaxAttempts, Window } = RestartPolicy ?? {};
  return {
    resources: kept({
      limits: resourcesOf(Resources.Limits),
      reservations: resourcesOf(Resources.Reservations),
    }),
    restart_policy:
      RestartPolicy === undefined
        ? undefined
        : kept({
            condition: filled(RestartPolicy.Condition, "any"),
            delay: Delay === undefined ? undefined : duration(Delay),
            max_attempts: count(MaxAttempts),
            window: time(Window),
          }),
    placement: kept({
      constraints: Placement.Constraints,
      preferences: Placement.Preferences?.map(({ Spread }) => Spread?.SpreadDescriptor ?? ""),
      max_replicas_per_node: count(Placement.MaxReplicas),
    }),
    logging: kept({ driver: LogDriver?.Name, options: LogDriver?.Options }),
  };
}

function resourcesOf(resources: Resources | undefined): Json | undefined {
  const { NanoCPUs = 0, MemoryBytes, Pids, GenericResources = [] } = resources ?? {};
  const generic = GenericResources.map(({ DiscreteResourceSpec: resource = {} }) => {
    return [resource.Kind ?? "", resource.Value ?? 0] as const;
  });
  return kept({
    cpus: NanoCPUs === 0 ? undefined : String(NanoCPUs / 1e9),
    memory: bytes(MemoryBytes),
    pids: count(Pids),
    generic: Object.fromEntries(generic),
  });
}

function time(amount: number | undefined): string | undefined {
  return amount === undefined || amount === 0 ? undefined : duration(amount);
}

function bytes(amount: number | undefined): string | undefined {
  return amount === undefined || amount === 0 ? undefined : size(amount);
}

function count(amount: number | undefined): number | undefined {
  return amount === 0 ? undefined : amount;
}
