// Says what container the docker CLI would write for a service of a stack file.
import {
  swarmName,
  type ComposeFile,
  type ComposeHealth,
  type ComposeModel,
  type ComposeMount,
  type ComposeObject,
  type ComposeService,
} from "./compose-model.ts";
import type { StackName } from "./ids.ts";
import { nanoseconds } from "./quantity.ts";
import type { ContainerSpec, FileReference, HealthCheck, Mount } from "./spec.ts";

export function containerSpec(
  model: ComposeModel,
  stack: StackName,
  service: ComposeService,
): ContainerSpec {
  const { dns = [], dns_search = [] } = service;
  return {
    Image: service.image,
    Labels: service.labels,
    Command: service.entrypoint,
    Args: service.command,
    Hostname: service.hostname,
    Env: envOf(service),
    Dir: service.working_dir,
    User: service.user,
    Init: service.init,
    StopSignal: service.stop_signal,
    StopGracePeriod: time(service.stop_grace_period),
    TTY: service.tty,
    OpenStdin: service.stdin_open,
    ReadOnly: service.read_only,
    Mounts: service.volumes?.map((mount) => mountOf(model, stack, mount)),
    Healthcheck: healthOf(service.healthcheck),
    Hosts: service.extra_hosts?.flatMap(hostLine),
    DNSConfig: { Nameservers: dns, Search: dns_search },
    Secrets: service.secrets?.map((file) => ({
      ...fileOf(file),
      SecretName: objectName(stack, file, model.secrets),
    })),
    Configs: service.configs?.map((file) => ({
      ...fileOf(file),
      ConfigName: objectName(stack, file, model.configs),
    })),
    Isolation: service.isolation,
    Sysctls: service.sysctls,
    ...capabilities(service.cap_add ?? [], service.cap_drop ?? []),
    Ulimits: Object.entries(service.ulimits ?? {}).map(([name, limit]) =>
      typeof limit === "number"
        ? { Name: name, Soft: limit, Hard: limit }
        : { Name: name, Soft: limit.soft, Hard: limit.hard },
    ),
    OomScoreAdj: service.oom_score_adj,
  };
}

function envOf({ environment = {} }: ComposeService): readonly string[] {
  return Object.entries(environment)
    .map(([key, value]) => (value === null ? key : `${key}=${value}`))
    .toSorted();
}

/** `name:address` as `address name`. */
function hostLine(text: string): readonly string[] {
  const colon = text.indexOf(":");
  return colon === -1 ? [] : [`${text.slice(colon + 1)} ${text.slice(0, colon)}`];
}

function healthOf(check: ComposeHealth | undefined): HealthCheck | undefined {
  if (check === undefined) return undefined;
  if (check.disable === true) return { Test: ["NONE"] };
  return {
    Test: check.test,
    Interval: time(check.interval),
    Timeout: time(check.timeout),
    StartPeriod: time(check.start_period),
    StartInterval: time(check.start_interval),
    Retries: check.retries,
  };
}

function fileOf({ source, target = source, uid, gid, mode }: ComposeFile): FileReference {
  return { File: { Name: target, UID: uid, GID: gid, Mode: mode } };
}

function objectName(
  stack: StackName,
  { source }: ComposeFile,
  objects: Readonly<Record<string, ComposeObject>> | undefined,
): string {
  return swarmName(stack, source, objects?.[source]);
}

function mountOf({ volumes = {} }: ComposeModel, stack: StackName, mount: ComposeMount): Mount {
  const common = {
    Type: mount.type,
    Source: mount.source,
    Target: mount.target,
    ReadOnly: mount.read_only,
    Consistency: mount.consistency,
    BindOptions: { Propagation: mount.bind?.propagation },
    TmpfsOptions: { SizeBytes: mount.tmpfs?.size },
  };
  const isNamed = mount.type === "volume" && mount.source !== undefined;
  if (!isNamed) return common;
  const { source = "", volume: options = {} } = mount;
  const volume = volumes[source] ?? {};
  return {
    ...common,
    Source: swarmName(stack, source, volume),
    VolumeOptions: {
      NoCopy: options.nocopy,
      Subpath: options.subpath,
      // How an external volume is made is not the stack's business.
      ...(volume.external === true
        ? {}
        : {
            Labels: volume.labels,
            DriverConfig: { Name: volume.driver, Options: volume.driver_opts },
          }),
    },
  };
}

/** As `opts.EffectiveCapAddCapDrop`: what is added is not dropped, and ALL stands for everything. */
function capabilities(
  add: readonly string[],
  drop: readonly string[],
): Pick<ContainerSpec, "CapabilityAdd" | "CapabilityDrop"> {
  const added = effective(add);
  return {
    CapabilityAdd: added,
    CapabilityDrop: effective(drop).filter((name) => !added.includes(name)),
  };
}

function effective(names: readonly string[]): readonly string[] {
  const full = names
    .map((name) => name.trim().toUpperCase())
    .map((name) => {
      return name === "ALL" || name.startsWith("CAP_") ? name : `CAP_${name}`;
    });
  return full.includes("ALL") ? ["ALL"] : [...new Set(full)].toSorted();
}

function time(text: string | undefined): number | undefined {
  return text === undefined ? undefined : nanoseconds(text);
}
