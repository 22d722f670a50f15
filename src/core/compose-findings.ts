// What a stack file asks for beyond its services: things that must exist, powers, and keys that swarm does not know.
import { swarmName, type ComposeModel, type ComposeObject } from "./compose-model.ts";
import type { StackName } from "./ids.ts";
import type { Rendered } from "./ports.ts";

type Findings = Pick<
  Rendered,
  "externalSecrets" | "externalNetworks" | "externalConfigs" | "powers"
>;

export function findingsOf(model: ComposeModel, stack: StackName): Findings {
  const services = Object.entries(model.services);
  // The docker CLI makes and asks for nothing that no service uses.
  const networks = new Set(services.flatMap(([, { networks }]) => Object.keys(networks ?? {})));
  const secrets = new Set(
    services.flatMap(([, { secrets }]) => (secrets ?? []).map(({ source }) => source)),
  );
  const configs = new Set(
    services.flatMap(([, { configs }]) => (configs ?? []).map(({ source }) => source)),
  );
  return {
    externalConfigs: externals(model.configs, configs, stack),
    externalSecrets: externals(model.secrets, secrets, stack),
    externalNetworks: externals(model.networks, networks, stack).filter(
      (name) => !PREDEFINED.includes(name),
    ),
    powers: services
      .map(([service, { cap_add, networks: joined }]) => ({
        service,
        capabilities: cap_add ?? [],
        hostNetwork: Object.keys(joined ?? {}).some(
          (key) => swarmName(stack, key, model.networks?.[key]) === "host",
        ),
      }))
      .filter(({ capabilities, hostNetwork }) => capabilities.length > 0 || hostNetwork),
  };
}

/** Every engine has them. */
const PREDEFINED = ["host", "bridge", "none"];

function externals(
  objects: Readonly<Record<string, ComposeObject>> | undefined,
  used: ReadonlySet<string>,
  stack: StackName,
): readonly string[] {
  return Object.entries(objects ?? {})
    .filter(([key, { external }]) => external === true && used.has(key))
    .map(([key, object]) => swarmName(stack, key, object));
}

/** `UnsupportedProperties` of docker/cli, and what its converter passes over in silence. */
const IGNORED = [
  "build",
  "cgroup_parent",
  "cgroupns_mode",
  "container_name",
  "devices",
  "domainname",
  "external_links",
  "ipc",
  "links",
  "mac_address",
  "network_mode",
  "pid",
  "privileged",
  "security_opt",
  "shm_size",
  "tmpfs",
  "userns_mode",
];

/** `keys`: those written in the file, by service. `restart` counts unless `deploy.restart_policy` does. */
export function ignoredKeys(
  model: ComposeModel,
  keys: Readonly<Record<string, readonly string[]>>,
): Rendered["ignored"] {
  return Object.entries(keys).flatMap(([service, written]) => {
    const hasPolicy = model.services[service]?.deploy?.restart_policy !== undefined;
    const ignored = hasPolicy ? [...IGNORED, "restart"] : IGNORED;
    return written.filter((key) => ignored.includes(key)).map((key) => ({ service, key }));
  });
}
