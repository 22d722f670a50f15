// What of a stack file a drill takes over: what is known to be harmless, and nothing else.

/** Keys that stay, with what stays below them; `*`: each key or item there. True: whatever is below it. */
export type Kept = true | { readonly [key: string]: Kept };

function each(...keys: readonly string[]): Readonly<Record<string, true>> {
  return Object.fromEntries(keys.map((key) => [key, true] as const));
}

const FILE = each("source", "target", "uid", "gid", "mode");
const RUN = each(
  "image",
  "entrypoint",
  "command",
  "environment",
  "user",
  "working_dir",
  "hostname",
);
const LIFE = each("init", "tty", "stdin_open", "stop_signal", "stop_grace_period", "restart");
/** That take powers away, or lead to nowhere in networks without a way out. */
const BOUNDS = each("read_only", "cap_drop", "ulimits", "dns", "dns_search", "extra_hosts");

/** Networks, volumes, labels and placement are the drill's own: whatever was written there is written anew. */
const SERVICE: Kept = {
  ...RUN,
  ...LIFE,
  ...BOUNDS,
  healthcheck: true,
  networks: true,
  volumes: {
    "*": {
      ...each("type", "source", "target", "read_only", "consistency"),
      volume: each("nocopy", "subpath"),
      tmpfs: each("size"),
    },
  },
  secrets: { "*": FILE },
  configs: { "*": FILE },
  deploy: {
    ...each("mode", "replicas", "endpoint_mode"),
    ...each("update_config", "rollback_config", "restart_policy"),
    resources: { limits: each("cpus", "memory", "pids") },
  },
};

/** No `file`: what a stack makes itself travels inside its text. No `driver`: it would fetch from elsewhere. */
const MADE: Kept = { "*": each("name", "external", "labels", "template_driver") };

export const KEPT_OF_STACK: Kept = {
  version: true,
  services: { "*": SERVICE },
  networks: true,
  volumes: true,
  secrets: MADE,
  configs: MADE,
};
