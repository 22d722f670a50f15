// Makes of a service spec, wanted or live, the state that plans compare: one spelling, without what swarm fills in by itself.
import type { StackName } from "./ids.ts";
import { parseImage } from "./imageref.ts";
import { duration } from "./quantity.ts";
import type {
  Attachment,
  ContainerSpec,
  FileReference,
  Mount,
  Port,
  ServiceSpec,
  UpdateConfig,
} from "./spec.ts";
import type { Json, ServiceState } from "./state.ts";
import { filled, kept, templateOf } from "./template-state.ts";

const STACK_LABELS = "com.docker.stack.";

/** Network targets must be names already. */
export function stateOf(spec: ServiceSpec, stack: StackName): ServiceState {
  const name = (spec.Name ?? "").slice(stack.length + 1);
  const task = spec.TaskTemplate ?? {};
  const networks = task.Networks ?? [];
  return {
    name,
    labels: ownLabels(spec.Labels ?? {}),
    ...containerOf(task.ContainerSpec ?? {}),
    networks: networks.map(({ Target }) => Target ?? "").toSorted(),
    replicas: replicasOf(spec),
    template: templateOf(task, aliasesOf(networks, name)),
    endpoint: endpointOf(spec),
    outer: outerOf(spec),
  };
}

function containerOf(
  container: ContainerSpec,
): Pick<ServiceState, "image" | "digest" | "env" | "secrets" | "configs" | "volumes" | "binds"> {
  const { Image = "", Secrets = [], Configs = [], Mounts = [] } = container;
  return {
    ...imageOf(Image),
    env: envOf(container),
    secrets: byTarget(Secrets, ({ SecretName }) => SecretName),
    configs: byTarget(Configs, ({ ConfigName }) => ConfigName),
    volumes: sources(Mounts.filter(({ Type }) => filled(Type, "volume") === "volume")),
    binds: sources([...Mounts.filter(({ Type }) => Type === "bind"), ...Mounts.flatMap(deviceOf)]),
  };
}

/** A volume made by these mounts no folder or disk of the host. */
const HARMLESS_TYPES = ["tmpfs", "nfs", "nfs4", "cifs"];

/** What of the host a volume's driver mounts: `type: none, o: bind, device: /` is a bind by another name. */
function deviceOf({ VolumeOptions }: Mount): readonly { readonly Source: string }[] {
  const { type = "", device } = VolumeOptions?.DriverConfig?.Options ?? {};
  return device === undefined || HARMLESS_TYPES.includes(type) ? [] : [{ Source: device }];
}

/** Without Docker's own. */
export function ownLabels(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels).filter(([key]) => !key.startsWith(STACK_LABELS)),
  );
}

/** `name:tag` as the docker CLI writes it to a service (`nginx:latest`), and the digest apart. */
export function imageOf(text: string): { readonly image: string; readonly digest?: string } {
  const parsed = parseImage(text);
  if (parsed === undefined) return { image: text };
  const { registry, tag, digest } = parsed;
  const name =
    registry === "docker.io" ? parsed.name.replace(/^library\//, "") : `${registry}/${parsed.name}`;
  const image = tag === undefined ? name : `${name}:${tag}`;
  return digest === undefined ? { image } : { image, digest };
}

function envOf({ Env = [] }: ContainerSpec): Record<string, string> {
  const set = Env.filter((entry) => entry.includes("="));
  return Object.fromEntries(
    set.map((entry) => [entry.slice(0, entry.indexOf("=")), entry.slice(entry.indexOf("=") + 1)]),
  );
}

/** In the order of their places in the container, so that two that trade places are seen. */
function byTarget<Reference extends FileReference>(
  references: readonly Reference[],
  nameOf: (reference: Reference) => string | undefined,
): readonly string[] {
  const place = ({ File }: Reference): string => File?.Name ?? "";
  return references
    .toSorted((a, b) => (place(a) < place(b) ? -1 : 1))
    .map((reference) => nameOf(reference) ?? "");
}

function sources(mounts: readonly { readonly Source?: string | undefined }[]): readonly string[] {
  const named = mounts.flatMap(({ Source = "" }) => (Source === "" ? [] : [Source]));
  return [...new Set(named)].toSorted();
}

/** What is said of a network beyond joining it under the service's own name. */
function aliasesOf(networks: readonly Attachment[], service: string): Json | undefined {
  const said = networks.flatMap(({ Target = "", Aliases = [], DriverOpts }) => {
    const aliases = Aliases.filter((alias) => alias !== service).toSorted();
    const fields = kept({ aliases, driver_opts: DriverOpts });
    return fields === undefined ? [] : [[Target, fields] as const];
  });
  return kept(Object.fromEntries(said));
}

function replicasOf({ Mode = {} }: ServiceSpec): number | "global" {
  if (Mode.Global !== undefined || Mode.GlobalJob !== undefined) return "global";
  return Mode.ReplicatedJob?.TotalCompletions ?? Mode.Replicated?.Replicas ?? 1;
}

function endpointOf({ EndpointSpec = {} }: ServiceSpec): Record<string, Json> {
  const { Mode = "", Ports = [] } = EndpointSpec;
  const ports = Object.fromEntries(
    Ports.map((port) => [portName(port), filled(port.PublishMode, "ingress")]),
  );
  return kept({ mode: Mode === "vip" ? "" : Mode, ports }) ?? {};
}

function portName({ Protocol, TargetPort = 0, PublishedPort = 0 }: Port): string {
  const published = PublishedPort === 0 ? "" : PublishedPort;
  return `${published}:${TargetPort}/${filled(Protocol, "tcp")}`;
}

function outerOf(spec: ServiceSpec): Record<string, Json> {
  const { Mode = {}, UpdateConfig, RollbackConfig } = spec;
  const job = Mode.ReplicatedJob ?? Mode.GlobalJob;
  return (
    kept({
      mode: job === undefined ? undefined : "job",
      update_config: updateOf(UpdateConfig),
      rollback_config: updateOf(RollbackConfig),
    }) ?? {}
  );
}

function updateOf(config: UpdateConfig | undefined): Json | undefined {
  const { Parallelism = 1, Delay, FailureAction, Monitor, MaxFailureRatio, Order } = config ?? {};
  return kept({
    parallelism: Parallelism === 1 ? undefined : Parallelism,
    delay: time(Delay),
    failure_action: FailureAction === "pause" ? undefined : FailureAction,
    monitor: time(Monitor),
    max_failure_ratio: MaxFailureRatio === 0 ? undefined : MaxFailureRatio,
    order: Order === "stop-first" ? undefined : Order,
  });
}

function time(amount: number | undefined): string | undefined {
  return amount === undefined || amount === 0 ? undefined : duration(amount);
}
